// Workers claim a job through an atomic owner with compare-and-exchange.
// Check and change are one step: exactly one worker wins.
#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

namespace {

constexpr int kFree = -1;
std::atomic<int> owner{kFree};
std::atomic<int> claims{0};

bool claim(int worker) {
    int expected = kFree;
    return owner.compare_exchange_strong(expected, worker);  // NO-ATOMICITY
}

// A load that only saves the exchange when it cannot succeed.
bool claimUnlessTaken(int worker) {
    if (owner.load() != kFree) return false;  // NO-ATOMICITY: the exchange checks again
    return claim(worker);
}

}  // namespace

int main() {
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i) {
        workers.emplace_back([i] {
            if (claimUnlessTaken(i)) ++claims;
        });
    }
    for (std::thread& worker : workers) worker.join();
    std::printf("claimed %d times\n", claims.load());
    return 0;
}
