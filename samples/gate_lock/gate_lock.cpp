// Two threads take the same two locks in opposite orders, but both hold a third one while they do.
// The gate lets one of them in at a time, so the cycle can never close.
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

std::mutex migrationGate;
std::mutex sourceMutex;
std::mutex targetMutex;
int source = 100;
int target = 0;

void moveForward() {
    std::lock_guard<std::mutex> gate(migrationGate);
    std::lock_guard<std::mutex> from(sourceMutex);
    std::lock_guard<std::mutex> to(targetMutex);  // NO-DEADLOCK: only with the gate
    --source;
    ++target;
}

void moveBack() {
    std::lock_guard<std::mutex> gate(migrationGate);
    std::lock_guard<std::mutex> from(targetMutex);
    std::lock_guard<std::mutex> to(sourceMutex);  // NO-DEADLOCK: only with the gate
    --target;
    ++source;
}

}  // namespace

int main() {
    std::thread forward([] {
        for (int i = 0; i < 50; ++i) moveForward();
    });
    std::thread back([] {
        for (int i = 0; i < 20; ++i) moveBack();
    });
    forward.join();
    back.join();
    std::printf("source %d, target %d\n", source, target);
    return 0;
}
