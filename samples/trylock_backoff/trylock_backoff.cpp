// Two threads take two locks in opposite orders; one of them only tries the second and backs off.
// A thread that does not wait cannot be part of a cycle of waiting threads.
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

std::mutex inboxMutex;
std::mutex archiveMutex;
int inbox = 100;
int archive = 0;

void store() {
    std::lock_guard<std::mutex> from(inboxMutex);
    std::lock_guard<std::mutex> to(archiveMutex);  // NO-DEADLOCK: the other side does not wait
    --inbox;
    ++archive;
}

void restore() {
    for (;;) {
        std::unique_lock<std::mutex> from(archiveMutex);
        std::unique_lock<std::mutex> to(inboxMutex, std::try_to_lock);  // NO-DEADLOCK
        if (!to.owns_lock()) {
            from.unlock();
            std::this_thread::yield();
            continue;
        }
        --archive;  // NO-RACE: both locks are held
        ++inbox;    // NO-RACE
        return;
    }
}

}  // namespace

int main() {
    std::thread storing([] {
        for (int i = 0; i < 50; ++i) store();
    });
    std::thread restoring([] {
        for (int i = 0; i < 20; ++i) restore();
    });
    storing.join();
    restoring.join();
    std::printf("inbox %d, archive %d\n", inbox, archive);
    return 0;
}
