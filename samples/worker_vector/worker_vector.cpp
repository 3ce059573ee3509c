// Threads in a vector, joined by index, by iterator, by the vector's end and only where joinable; each writes its own
// element. One flag is shared, and is raised after its payload under the lock that the waiting side has.
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

static int squares[4];
static int total;
static int last;
static int stray;

static std::mutex mutex;
static std::condition_variable changed;
static bool ready;
static int payload;

class Runner {
  public:
    void start() {
        thread_ = std::thread([] { last = 1; });  // NO-RACE: stop() waits for it
    }
    void stop() {
        if (thread_.joinable()) thread_.join();
    }

  private:
    std::thread thread_;
};

static void produce() {
    payload = 42;  // NO-RACE: handed over by `ready`
    {
        std::lock_guard lock(mutex);
        ready = true;
    }
    changed.notify_one();
    stray = 1;  // RACE
}

int main() {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([i] { squares[i] = i * i; });  // NO-RACE: its own element
    for (size_t i = 0; i < threads.size(); ++i) threads[i].join();
    for (int square : squares) total += square;  // NO-RACE: all are joined

    std::vector<std::thread> adders;
    for (int i = 0; i < 2; ++i) {
        adders.emplace_back([] {
            std::lock_guard lock(mutex);
            ++total;  // NO-RACE: under the lock
        });
    }
    for (std::thread& adder : adders) adder.join();
    std::printf("total %d\n", total);  // NO-RACE: all are joined
    {
        std::vector<std::jthread> enders;
        enders.emplace_back([] { ++total; });  // NO-RACE: the only one
    }
    std::printf("total %d\n", total);  // NO-RACE: the vector's end joins

    Runner runner;
    runner.start();
    runner.stop();
    std::printf("last %d\n", last);  // NO-RACE: stopped

    std::thread producer(produce);
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [] { return ready; });
    }
    std::printf("payload %d\n", payload);  // NO-RACE: waited for
    std::printf("stray %d\n", stray);      // RACE
    producer.join();
}
