// The same cache and queue offer the whole step as one call.
// The answer tells who came first, and whether there was a job.
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>
#include <queue>
#include <thread>

namespace {

class Cache {
  public:
    bool putIfMissing(int key, int value) {
        std::lock_guard<std::mutex> lock(mutex_);
        if (values_.find(key) != values_.end()) return false;
        values_.emplace(key, value);  // NO-ATOMICITY: looked and put under one hold
        return true;
    }

  private:
    std::mutex mutex_;
    std::map<int, int> values_;
};

class Jobs {
  public:
    std::optional<int> take() {
        std::lock_guard<std::mutex> lock(mutex_);
        if (jobs_.empty()) return std::nullopt;
        const int job = jobs_.front();
        jobs_.pop();  // NO-ATOMICITY
        return job;
    }

    void add(int job) {
        std::lock_guard<std::mutex> lock(mutex_);
        jobs_.push(job);
    }

  private:
    std::mutex mutex_;
    std::queue<int> jobs_;
};

Cache cache;
Jobs jobs;

void worker() {
    const std::optional<int> job = jobs.take();
    if (!job) return;
    if (cache.putIfMissing(*job, *job * *job)) std::printf("%d is new\n", *job);
}

}  // namespace

int main() {
    jobs.add(1);
    jobs.add(2);
    std::thread first(worker);
    std::thread second(worker);
    first.join();
    second.join();
    return 0;
}
