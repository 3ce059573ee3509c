// The poller takes the lock for each try and sleeps without it.
// Nobody waits longer than a try takes.
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

std::mutex mutex;
int tries = 0;

bool tryOnce() {
    std::lock_guard<std::mutex> lock(mutex);
    return ++tries < 3;
}

void poll() {
    while (tryOnce()) std::this_thread::sleep_for(std::chrono::milliseconds(1));  // NO-MISUSE
}

void show() {
    std::lock_guard<std::mutex> lock(mutex);
    std::printf("%d tries\n", tries);
}

}  // namespace

int main() {
    std::thread poller(poll);
    show();
    poller.join();
    return 0;
}
