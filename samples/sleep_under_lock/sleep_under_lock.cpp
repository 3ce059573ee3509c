// A device is polled under the lock that all other threads need, and the poller sleeps between two tries.
// Everyone waits for as long as it sleeps.
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

std::mutex mutex;
int tries = 0;

void poll() {
    std::lock_guard<std::mutex> lock(mutex);  // MISUSE
    while (tries < 3) {
        ++tries;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));  // MISUSE
    }
}

void show() {
    std::lock_guard<std::mutex> lock(mutex);  // MISUSE
    std::printf("%d tries\n", tries);
}

}  // namespace

int main() {
    std::thread poller(poll);
    show();
    poller.join();
    return 0;
}
