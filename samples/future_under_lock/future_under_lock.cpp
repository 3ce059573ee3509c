// A task is started under a lock, and the future is destroyed at the end of the block, before the guard is.
// The destructor waits for the task, and the task for the lock.
#include <cstdio>
#include <future>
#include <mutex>

namespace {

std::mutex mutex;
long total = 0;

void add(long amount) {
    std::lock_guard<std::mutex> lock(mutex);  // DEADLOCK
    total += amount;
}

void addInBackground(long amount) {
    std::lock_guard<std::mutex> lock(mutex);
    ++total;
    auto pending = std::async(std::launch::async, [amount] { add(amount); });
}  // DEADLOCK: pending is destroyed before lock

}  // namespace

int main() {
    addInBackground(5);
    std::printf("%ld\n", total);
    return 0;
}
