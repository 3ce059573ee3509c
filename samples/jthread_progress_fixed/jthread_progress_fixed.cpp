// A std::jthread counts its steps in an atomic and ends when its stop token says so.
// Both what is shown and how it is stopped are made for use from several threads.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <stop_token>
#include <thread>

namespace {

constexpr int kSteps = 50;

void work(std::stop_token stop, std::atomic<int>& progress) {
    for (int i = 0; i < kSteps && !stop.stop_requested(); ++i) {
        std::this_thread::sleep_for(std::chrono::microseconds(100));
        ++progress;  // NO-RACE
    }
}

}  // namespace

int main() {
    std::atomic<int> progress{0};
    {
        std::jthread worker(work, std::ref(progress));
        for (int i = 0; i < 3; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            std::printf("%d of %d\n", progress.load(), kSteps);  // NO-RACE
        }
        worker.request_stop();
    }
    std::printf("stopped at %d\n", progress.load());
    return 0;
}
