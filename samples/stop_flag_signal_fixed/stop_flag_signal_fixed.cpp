// The same worker, whose stop flag is set under the mutex although it is atomic.
// A worker that has looked is asleep before the flag can change, and the signal wakes it.
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
        {
            std::lock_guard<std::mutex> lock(mutex_);
            stop_ = true;  // NO-MISUSE
        }
        wake_.notify_one();  // NO-MISUSE: after the change, with or without the mutex
        thread_.join();
    }

  private:
    void run() {
        std::unique_lock<std::mutex> lock(mutex_);
        for (;;) {
            wake_.wait(lock, [this] { return stop_ || tasks_ > 0; });
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
