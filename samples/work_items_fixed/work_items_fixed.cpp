// Workers that share a list of items take the next one. A number is given out once when the counter goes on in the
// same atomic step or under the same hold of the lock.
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kItems = 1000;

std::atomic<std::size_t> next{0};
int items[kItems];

std::mutex mutex;
std::size_t next_page = 0;
int pages[kItems];

void work() {
    for (;;) {
        const std::size_t item = next.fetch_add(1);
        if (item >= kItems) return;
        items[item] += 1;  // NO-RACE: nobody else gets this number
    }
}

void turn_pages() {
    for (;;) {
        std::size_t page = 0;
        {
            std::lock_guard<std::mutex> guard(mutex);
            page = next_page++;
        }
        if (page >= kItems) return;
        pages[page] += 1;  // NO-RACE: nobody else gets this number
    }
}

}  // namespace

int main() {
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i) workers.emplace_back(work);
    for (int i = 0; i < 4; ++i) workers.emplace_back(turn_pages);
    for (std::thread& worker : workers) worker.join();
    std::printf("%d %d\n", items[0], pages[0]);
}
