// Public methods lock; what they share is in a private helper that expects the lock to be held.
// The log uses a recursive mutex instead, which the same thread may take again.
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace {

class Inventory {
  public:
    void add(const std::string& item, int count) {
        std::lock_guard<std::mutex> lock(mutex_);
        counts_[item] += count;
        note("added");
    }

    int total() {
        std::lock_guard<std::mutex> lock(mutex_);  // NO-DEADLOCK
        return totalLocked();
    }

    void print() {
        std::lock_guard<std::mutex> lock(mutex_);
        for (const auto& [item, count] : counts_) std::printf("%s: %d\n", item.c_str(), count);
        std::printf("total: %d\n", totalLocked());
    }

    void note(const char* text) {
        std::lock_guard<std::recursive_mutex> lock(logMutex_);
        if (++notes_ % 100 == 1) note("-- page --");  // NO-DEADLOCK: a recursive mutex
        std::puts(text);
    }

  private:
    int totalLocked() const {
        int sum = 0;
        for (const auto& [item, count] : counts_) sum += count;
        return sum;
    }

    std::mutex mutex_;
    std::map<std::string, int> counts_;
    std::recursive_mutex logMutex_;
    int notes_ = 0;
};

}  // namespace

int main() {
    Inventory inventory;
    std::thread delivery([&] { inventory.add("bolts", 100); });
    inventory.add("nuts", 80);
    delivery.join();
    inventory.print();
    std::printf("%d parts\n", inventory.total());
    return 0;
}
