// A service stops its worker under the lock that protects its state, and waits for it there.
// The worker needs that lock to finish: neither goes on.
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
        std::lock_guard<std::mutex> lock(mutex_);
        stopping_ = true;
        worker_.join();  // DEADLOCK
    }

  private:
    void run() {
        for (;;) {
            std::lock_guard<std::mutex> lock(mutex_);  // DEADLOCK
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
