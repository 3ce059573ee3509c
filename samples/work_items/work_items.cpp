// Workers that share a list of items take the next one. Asking for its number and counting on are two steps here, so
// two workers can get the same item.
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kItems = 1000;

std::mutex mutex;
std::size_t next = 0;
int items[kItems];

void work() {
    for (;;) {
        std::size_t item = 0;
        {
            std::lock_guard<std::mutex> guard(mutex);
            item = next;  // ATOMICITY
        }
        if (item >= kItems) return;
        items[item] += 1;  // RACE
        std::lock_guard<std::mutex> guard(mutex);
        next = item + 1;  // ATOMICITY
    }
}

}  // namespace

int main() {
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i) workers.emplace_back(work);
    for (std::thread& worker : workers) worker.join();
    std::printf("%d\n", items[0]);
}
