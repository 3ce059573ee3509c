// The same service, which lets its lock go before it waits for the worker.
// The worker gets the lock, sees the flag and ends.
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

class Service {
  public:
    void start() {
        worker_ = std::thread([this] { run(); });
    }
    void stop() {
        {
            std::lock_guard<std::mutex> lock(mutex_);
            stopping_ = true;
        }
        worker_.join();  // NO-DEADLOCK: the lock is free again
    }

  private:
    void run() {
        for (;;) {
            std::lock_guard<std::mutex> lock(mutex_);  // NO-DEADLOCK
            if (stopping_) return;
            ++rounds_;
        }
    }

    std::mutex mutex_;
    bool stopping_ = false;
    long rounds_ = 0;
    std::thread worker_;
};

Service service;

}  // namespace

int main() {
    service.start();
    service.stop();
    std::puts("stopped");
    return 0;
}
