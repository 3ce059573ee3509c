// A worker sleeps until there is something to do or it is to stop; the stop flag is atomic and set without the mutex.
// Set between the worker's look and its sleep, the flag is not seen and the signal is lost: the join never ends.
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

class Worker {
  public:
    Worker() : thread_([this] { run(); }) {}
    void add() {
        std::lock_guard<std::mutex> lock(mutex_);
        ++tasks_;
        wake_.notify_one();
    }
    void stop() {
        stop_ = true;        // MISUSE
        wake_.notify_one();  // MISUSE
        thread_.join();
    }

  private:
    void run() {
        std::unique_lock<std::mutex> lock(mutex_);
        for (;;) {
            wake_.wait(lock, [this] { return stop_ || tasks_ > 0; });  // MISUSE
            if (tasks_ == 0) return;
            --tasks_;
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::atomic<bool> stop_{false};
    int tasks_ = 0;
    std::thread thread_;
};

}  // namespace

int main() {
    Worker worker;
    worker.add();
    worker.stop();
    std::puts("stopped");
    return 0;
}
