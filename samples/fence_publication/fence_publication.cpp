// A result handed over by a relaxed flag between two fences, and another one that is written behind the fence.
#include <atomic>
#include <cstdio>
#include <thread>

static std::atomic<bool> ready{false};
static std::atomic<bool> tooLate{false};
static int result;
static int late;

static void produce() {
    result = 42;  // NO-RACE: before the release fence
    std::atomic_thread_fence(std::memory_order_release);
    ready.store(true, std::memory_order_relaxed);
    late = 1;  // RACE
    tooLate.store(true, std::memory_order_relaxed);
}

int main() {
    std::thread producer(produce);
    while (!ready.load(std::memory_order_relaxed)) std::this_thread::yield();
    std::atomic_thread_fence(std::memory_order_acquire);
    std::printf("%d\n", result);  // NO-RACE: behind the acquire fence
    while (!tooLate.load(std::memory_order_relaxed)) std::this_thread::yield();
    std::atomic_thread_fence(std::memory_order_acquire);
    std::printf("%d\n", late);  // RACE
    producer.join();
}
