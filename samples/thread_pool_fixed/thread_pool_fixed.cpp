// A correct thread pool whose tasks share nothing but an atomic count.
// Posting a task orders what the poster did before it; the pool's destructor orders what the tasks did.
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace {

class ThreadPool {
  public:
    explicit ThreadPool(int size) {
        for (int i = 0; i < size; ++i) workers_.emplace_back([this] { run(); });
    }

    // Runs what was posted, then joins.
    ~ThreadPool() {
        {
            std::lock_guard<std::mutex> lock(mutex_);
            closing_ = true;
        }
        changed_.notify_all();
        for (std::thread& worker : workers_) worker.join();
    }

    void post(std::function<void()> task) {
        {
            std::lock_guard<std::mutex> lock(mutex_);
            tasks_.push_back(std::move(task));
        }
        changed_.notify_one();
    }

  private:
    void run() {
        for (;;) {
            std::function<void()> task;
            {
                std::unique_lock<std::mutex> lock(mutex_);
                changed_.wait(lock, [this] { return closing_ || !tasks_.empty(); });  // NO-MISUSE
                if (tasks_.empty()) return;                                           // NO-MISUSE: the guard unlocks
                task = std::move(tasks_.front());
                tasks_.pop_front();
            }
            task();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    bool closing_ = false;
    std::vector<std::thread> workers_;
};

}  // namespace

int main() {
    std::atomic<int> completed{0};
    int bonus = 0;
    {
        ThreadPool pool(3);
        bonus = 7;  // NO-RACE: before any task that reads it is posted
        for (int i = 0; i < 200; ++i) {
            pool.post([&completed] { ++completed; });  // NO-RACE
        }
        pool.post([&completed, &bonus] { completed += bonus; });  // NO-RACE
    }
    std::printf("%d points\n", completed.load());
    return 0;
}
