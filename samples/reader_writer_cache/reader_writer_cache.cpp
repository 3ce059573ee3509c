// A cache behind a reader/writer lock that counts its hits.
// A shared lock lets readers in together, so that a reader must not write, not even a statistic.
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
        values_[key] = value;  // NO-RACE: exclusive
    }

    int get(const std::string& key) {
        std::shared_lock<std::shared_mutex> lock(mutex_);
        auto found = values_.find(key);  // NO-RACE: shared, and it only reads
        if (found == values_.end()) return -1;
        ++hits_;  // RACE
        return found->second;
    }

    long hits() {
        std::unique_lock<std::shared_mutex> lock(mutex_);
        return hits_;
    }

  private:
    std::shared_mutex mutex_;
    std::map<std::string, int> values_;
    long hits_ = 0;
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
