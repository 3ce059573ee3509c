// A std::jthread counts its steps in a plain int while the main thread shows the progress.
// A jthread joins by itself at the end of its scope; until then its variables are shared.
#include <chrono>
#include <cstdio>
#include <functional>
#include <thread>

namespace {

constexpr int kSteps = 50;

void work(int& progress) {
    for (int i = 0; i < kSteps; ++i) {
        std::this_thread::sleep_for(std::chrono::microseconds(100));
        ++progress;  // RACE
    }
}

}  // namespace

int main() {
    int progress = 0;
    {
        std::jthread worker(work, std::ref(progress));
        for (int i = 0; i < 3; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            std::printf("%d of %d\n", progress, kSteps);  // RACE
        }
    }
    std::printf("done: %d\n", progress);  // NO-RACE: the jthread's destructor has joined
    return 0;
}
