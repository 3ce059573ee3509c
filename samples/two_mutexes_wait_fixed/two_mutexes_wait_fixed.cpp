// Readers and writers of a pipe wait on two condition variables, each with the mutex of its own side.
// No condition is waited on with two mutexes.
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

std::mutex readMutex;
std::mutex writeMutex;
std::condition_variable canRead;
std::condition_variable canWrite;
bool readable = false;
bool writable = false;

void readAll() {
    std::unique_lock<std::mutex> lock(readMutex);
    canRead.wait(lock, [] { return readable; });  // NO-MISUSE
}

void writeAll() {
    std::unique_lock<std::mutex> lock(writeMutex);
    canWrite.wait(lock, [] { return writable; });  // NO-MISUSE
}

}  // namespace

int main() {
    std::thread reader(readAll);
    std::thread writer(writeAll);
    {
        std::scoped_lock both(readMutex, writeMutex);
        readable = writable = true;
        canRead.notify_all();
        canWrite.notify_all();
    }
    reader.join();
    writer.join();
    std::puts("done");
    return 0;
}
