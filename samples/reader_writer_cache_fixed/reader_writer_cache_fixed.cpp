// A cache behind a reader/writer lock that counts its hits in an atomic.
// Readers stay parallel: the map is only read under the shared lock, the count needs no lock.
#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

class Cache {
  public:
    void put(const std::string& key, int value) {
        std::unique_lock<std::shared_mutex> lock(mutex_);
        values_[key] = value;  // NO-RACE
    }

    int get(const std::string& key) {
        std::shared_lock<std::shared_mutex> lock(mutex_);
        auto found = values_.find(key);  // NO-RACE
        if (found == values_.end()) return -1;
        hits_.fetch_add(1, std::memory_order_relaxed);  // NO-RACE
        return found->second;
    }

    long hits() const { return hits_.load(std::memory_order_relaxed); }

  private:
    std::shared_mutex mutex_;
    std::map<std::string, int> values_;
    std::atomic<long> hits_{0};
};

}  // namespace

int main() {
    Cache cache;
    std::vector<std::thread> threads;
    threads.emplace_back([&cache] { cache.put("answer", 42); });
    for (int t = 0; t < 2; ++t) {
        threads.emplace_back([&cache] {
            for (int i = 0; i < 1000; ++i) cache.get("answer");
        });
    }
    for (std::thread& thread : threads) thread.join();
    std::printf("%ld hits\n", cache.hits());
    return 0;
}
