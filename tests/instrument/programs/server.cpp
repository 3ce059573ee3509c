// A server to attach to: threads that count under a mutex, one that waits on a condition for the end, a main thread in
// poll. Ends when its input does and says whether all that was counted is there.
#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

std::mutex g_mutex;
std::mutex g_endMutex;
std::condition_variable g_end;
bool g_stop;
long g_count;

namespace {

bool isStopped() {
    std::lock_guard lock(g_endMutex);
    return g_stop;
}

void count(long* mine) {
    while (!isStopped()) {
        for (int i = 0; i < 100; ++i) {
            std::lock_guard lock(g_mutex);
            ++g_count;
            ++*mine;
        }
        const timespec pause = {0, 200000};
        nanosleep(&pause, nullptr);
    }
}

void waitForEnd() {
    std::unique_lock lock(g_endMutex);
    g_end.wait(lock, [] { return g_stop; });
}

}  // namespace

// Uses more processor time than it is recorded for, under a name of its own.
void burn() {
    pthread_setname_np(pthread_self(), "burner");
    timespec cpu = {};
    while (cpu.tv_sec * 1000 + cpu.tv_nsec / 1000000 < 800) clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
}

int main(int argc, char**) {
    long mine[3] = {};
    std::vector<std::thread> threads;
    long alsoMine = 0;
    std::atomic<bool> isBurnt = argc < 2;
    if (!isBurnt)
        threads.emplace_back([&] {
            burn();
            isBurnt = true;
            count(&alsoMine);
        });
    while (!isBurnt) usleep(1000);
    for (long& counter : mine) threads.emplace_back(count, &counter);
    threads.emplace_back(waitForEnd);
    printf("ready\n");
    fflush(stdout);
    pollfd input = {0, POLLIN, 0};
    int interrupted = 0;
    while (poll(&input, 1, -1) < 0) ++interrupted;
    {
        std::lock_guard lock(g_endMutex);
        g_stop = true;
    }
    g_end.notify_all();
    for (std::thread& thread : threads) thread.join();
    const bool isWhole = mine[0] + mine[1] + mine[2] + alsoMine == g_count;
    printf("%s %d\n", isWhole && g_count > 0 ? "whole" : "broken", interrupted);
    return isWhole ? 0 : 1;
}
