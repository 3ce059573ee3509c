// The statistics thread asks its guard whether it got the lock, and leaves the count alone when not.
// Nobody is in the critical section without the lock.
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

std::mutex mutex;
long samples = 0;

void count() {
    for (int i = 0; i < 1000; ++i) {
        std::lock_guard<std::mutex> lock(mutex);
        ++samples;  // NO-RACE
    }
}

void reset() {
    std::unique_lock<std::mutex> lock(mutex, std::try_to_lock);  // NO-MISUSE
    if (lock.owns_lock()) samples = 0;                           // NO-RACE
}

}  // namespace

int main() {
    std::thread counter(count);
    reset();
    counter.join();
    std::printf("%ld\n", samples);
    return 0;
}
