// One thread fills in an answer and raises a volatile flag; the other spins on the flag and reads the answer.
// `volatile` neither makes the flag atomic nor orders the answer before it.
#include <cstdio>
#include <thread>

namespace {

int answer = 0;
volatile bool ready = false;

void publish() {
    answer = 42;   // RACE
    ready = true;  // RACE
}

int receive() {
    while (!ready) {  // RACE
        std::this_thread::yield();
    }
    return answer;  // RACE
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
