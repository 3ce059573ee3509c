// Workers claim a job through an atomic owner: look whether it is free, then write their number.
// Both steps are atomic, the pair is not: two workers may find it free and both take it.
#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

namespace {

constexpr int kFree = -1;
std::atomic<int> owner{kFree};
std::atomic<int> claims{0};

bool claim(int worker) {
    if (owner.load() != kFree) return false;  // ATOMICITY
    owner.store(worker);                      // ATOMICITY
    return true;
}

}  // namespace

int main() {
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i) {
        workers.emplace_back([i] {
            if (claim(i)) ++claims;
        });
    }
    for (std::thread& worker : workers) worker.join();
    std::printf("claimed %d times\n", claims.load());
    return 0;
}
