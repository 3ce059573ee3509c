// An event loop takes all its tasks at once by swapping the queue, and runs them without the lock. What a task counts
// is read by the thread that posted it while the loop still runs.
#include <chrono>
#include <cstdio>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

class Loop {
  public:
    void post(std::function<void()> task) {
        std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
    }
    void run() {
        for (bool quit = false; !quit;) {
            std::vector<std::function<void()>> batch;
            {
                std::lock_guard lock(mutex_);
                batch.swap(tasks_);
                quit = quit_;
            }
            for (auto& task : batch) task();
        }
    }
    void stop() {
        std::lock_guard lock(mutex_);
        quit_ = true;
    }

  private:
    std::mutex mutex_;
    std::vector<std::function<void()>> tasks_;
    bool quit_ = false;
};

int main() {
    Loop loop;
    std::thread thread([&loop] { loop.run(); });
    int done = 0;
    for (int i = 0; i < 100; ++i) loop.post([&done] { ++done; });  // RACE
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::printf("%d so far\n", done);  // RACE
    loop.stop();
    thread.join();
    std::printf("%d in all\n", done);
    return 0;
}
