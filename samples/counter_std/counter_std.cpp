// Threads share a counter through a lambda's reference capture.
// `[&]` hands every thread the same variable; nothing in the lambda says that it is shared.
#include <cstdio>
#include <thread>
#include <vector>

namespace {

constexpr int kThreads = 4;
constexpr int kItems = 10000;

int processAll() {
    int processed = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < kItems; ++i) {
                ++processed;  // RACE
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    return processed;  // NO-RACE: every thread has been joined
}

}  // namespace

int main() {
    std::printf("%d of %d items processed\n", processAll(), kThreads * kItems);
    return 0;
}
