// A public method locks and calls another public method, which locks again.
// std::mutex is not recursive: the thread waits for itself. Run it with an argument to see it hang.
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
    }

    int total() {
        std::lock_guard<std::mutex> lock(mutex_);  // DEADLOCK
        int sum = 0;
        for (const auto& [item, count] : counts_) sum += count;
        return sum;
    }

    void print() {
        std::lock_guard<std::mutex> lock(mutex_);
        for (const auto& [item, count] : counts_) std::printf("%s: %d\n", item.c_str(), count);
        std::printf("total: %d\n", total());
    }

  private:
    std::mutex mutex_;
    std::map<std::string, int> counts_;
};

}  // namespace

int main(int argc, char**) {
    Inventory inventory;
    std::thread delivery([&] { inventory.add("bolts", 100); });
    inventory.add("nuts", 80);
    delivery.join();
    if (argc > 1) inventory.print();
    std::printf("%d parts\n", inventory.total());
    return 0;
}
