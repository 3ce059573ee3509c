// Readers and writers of a pipe wait on one condition variable, each with the mutex of its own side.
// All threads that wait on a condition at the same time have to use the same mutex.
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

std::mutex readMutex;
std::mutex writeMutex;
std::condition_variable changed;
bool readable = false;
bool writable = false;

void readAll() {
    std::unique_lock<std::mutex> lock(readMutex);
    changed.wait(lock, [] { return readable; });  // MISUSE
}

void writeAll() {
    std::unique_lock<std::mutex> lock(writeMutex);
    changed.wait(lock, [] { return writable; });  // MISUSE
}

}  // namespace

int main() {
    std::thread reader(readAll);
    std::thread writer(writeAll);
    {
        std::scoped_lock both(readMutex, writeMutex);
        readable = writable = true;
        changed.notify_all();
    }
    reader.join();
    writer.join();
    std::puts("done");
    return 0;
}
