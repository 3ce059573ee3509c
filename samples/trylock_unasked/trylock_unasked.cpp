// A statistics thread tries to lock and writes whether it got the lock or not.
// When the other thread holds the lock, both are in the critical section.
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

std::mutex mutex;
long samples = 0;

void count() {
    for (int i = 0; i < 1000; ++i) {
        std::lock_guard<std::mutex> lock(mutex);
        ++samples;  // RACE
    }
}

void reset() {
    std::unique_lock<std::mutex> lock(mutex, std::try_to_lock);  // MISUSE
    samples = 0;                                                 // RACE
}

}  // namespace

int main() {
    std::thread counter(count);
    reset();
    counter.join();
    std::printf("%ld\n", samples);
    return 0;
}
