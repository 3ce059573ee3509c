// One thread fills in an answer and raises an atomic flag; the other spins on the flag and reads the answer.
// The release store and the acquire load order the answer: seeing the flag means seeing the answer.
#include <atomic>
#include <cstdio>
#include <thread>

namespace {

int answer = 0;
std::atomic<bool> ready{false};

void publish() {
    answer = 42;  // NO-RACE: before the release store
    ready.store(true, std::memory_order_release);
}

int receive() {
    while (!ready.load(std::memory_order_acquire)) {
        std::this_thread::yield();
    }
    return answer;  // NO-RACE: after the acquire load saw `true`
}

}  // namespace

int main() {
    int received = 0;
    std::thread consumer([&received] { received = receive(); });
    std::thread producer(publish);
    producer.join();
    consumer.join();
    std::printf("received %d\n", received);
    return 0;
}
