// A cache and a queue whose methods each lock. Looking and acting on it are two calls:
// two threads may both miss and both compute, or both see the last job and both take it.
#include <cstdio>
#include <map>
#include <mutex>
#include <queue>
#include <thread>

namespace {

class Cache {
  public:
    bool has(int key) {
        std::lock_guard<std::mutex> lock(mutex_);
        return values_.find(key) != values_.end();  // ATOMICITY
    }

    void put(int key, int value) {
        std::lock_guard<std::mutex> lock(mutex_);
        values_.emplace(key, value);  // ATOMICITY
    }

  private:
    std::mutex mutex_;
    std::map<int, int> values_;
};

class Jobs {
  public:
    bool empty() {
        std::lock_guard<std::mutex> lock(mutex_);
        return jobs_.empty();  // ATOMICITY
    }

    int take() {
        std::lock_guard<std::mutex> lock(mutex_);
        const int job = jobs_.front();
        jobs_.pop();  // ATOMICITY
        return job;
    }

    void add(int job) {
        std::lock_guard<std::mutex> lock(mutex_);
        jobs_.push(job);  // NO-ATOMICITY: rests on nothing
    }

  private:
    std::mutex mutex_;
    std::queue<int> jobs_;
};

Cache cache;
Jobs jobs;

void worker() {
    if (jobs.empty()) return;       // ATOMICITY
    const int job = jobs.take();    // ATOMICITY
    if (!cache.has(job)) {          // ATOMICITY
        cache.put(job, job * job);  // ATOMICITY
    }
}

}  // namespace

int main() {
    jobs.add(1);
    jobs.add(2);
    std::thread first(worker);
    std::thread second(worker);
    first.join();
    second.join();
    std::puts(jobs.empty() ? "all done" : "some left");
    return 0;
}
