// The guard is declared after the future, so that it ends first.
// The task can have the lock while the destructor of the future waits.
#include <cstdio>
#include <future>
#include <mutex>

namespace {

std::mutex mutex;
long total = 0;

void add(long amount) {
    std::lock_guard<std::mutex> lock(mutex);  // NO-DEADLOCK
    total += amount;
}

void addInBackground(long amount) {
    auto pending = std::async(std::launch::async, [amount] { add(amount); });
    std::lock_guard<std::mutex> lock(mutex);
    ++total;
}  // NO-DEADLOCK: lock is released first, then pending waits

}  // namespace

int main() {
    addInBackground(5);
    std::printf("%ld\n", total);
    return 0;
}
