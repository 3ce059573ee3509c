// A thread waits for a condition: a flag that is set and looked at under the lock.
// When the flag is already set, the wait does not begin; no notification can be lost.
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

std::mutex doorMutex;
std::condition_variable doorOpened;
bool open = false;

void openDoor() {
    {
        std::lock_guard<std::mutex> lock(doorMutex);
        open = true;  // NO-RACE
    }
    doorOpened.notify_all();
}

void enter() {
    std::unique_lock<std::mutex> lock(doorMutex);
    doorOpened.wait(lock, [] { return open; });  // NO-MISUSE
    std::puts("entered");
}

}  // namespace

int main() {
    std::thread guest(enter);
    std::thread host(openDoor);
    guest.join();
    host.join();
    return 0;
}
