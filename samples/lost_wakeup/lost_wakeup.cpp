// A thread waits on a condition variable without any condition.
// A notification sent before the wait begins is lost, and the thread waits for one that never comes.
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

std::mutex doorMutex;
std::condition_variable doorOpened;

void openDoor() {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // hides the bug in most runs
    doorOpened.notify_all();
}

void enter() {
    std::unique_lock<std::mutex> lock(doorMutex);
    doorOpened.wait(lock);  // MISUSE
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
