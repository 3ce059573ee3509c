// A work queue whose stop flag is part of its guarded state, like the items.
// The waiting side checks the flag under the lock, so the setting side changes it under the lock.
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
        {
            std::lock_guard<std::mutex> lock(mutex_);
            stopping_ = true;  // NO-RACE
        }
        changed_.notify_all();
    }

    // False when the queue was stopped and is empty.
    bool take(int& item) {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return !items_.empty() || stopping_; });  // NO-RACE NO-MISUSE
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
    queue.stop();
    worker.join();
    std::printf("sum %d\n", sum);
    return 0;
}
