// A work queue whose stop flag is set without the queue's lock, "because it is only a bool".
// The worker may miss it between its check and its wait, and then it sleeps for ever.
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <mutex>
#include <thread>

namespace {

class WorkQueue {
  public:
    void add(int item) {
        {
            std::lock_guard<std::mutex> lock(mutex_);
            items_.push_back(item);
        }
        changed_.notify_one();
    }

    void stop() {
        stopping_ = true;  // RACE
        changed_.notify_all();
    }

    // False when the queue was stopped and is empty.
    bool take(int& item) {
        std::unique_lock<std::mutex> lock(mutex_);
        while (items_.empty() && !stopping_) {  // RACE
            changed_.wait(lock);                // NO-MISUSE: in a loop over its predicate
        }
        if (items_.empty()) return false;
        item = items_.front();
        items_.pop_front();
        return true;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<int> items_;
    bool stopping_ = false;
};

}  // namespace

int main() {
    WorkQueue queue;
    int sum = 0;
    std::thread worker([&] {
        int item = 0;
        while (queue.take(item)) sum += item;
    });
    for (int i = 1; i <= 100; ++i) queue.add(i);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    queue.stop();
    worker.join();
    std::printf("sum %d\n", sum);
    return 0;
}
