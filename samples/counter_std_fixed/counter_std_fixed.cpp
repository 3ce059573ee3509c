// Threads share a counter through a lambda's reference capture; the counter is atomic.
// Relaxed order is enough for a pure count that is read after the joins.
#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

namespace {

constexpr int kThreads = 4;
constexpr int kItems = 10000;

int processAll() {
    std::atomic<int> processed{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < kItems; ++i) {
                processed.fetch_add(1, std::memory_order_relaxed);  // NO-RACE
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    return processed.load();
}

}  // namespace

int main() {
    std::printf("%d of %d items processed\n", processAll(), kThreads * kItems);
    return 0;
}
