// Two threads that do not run the same code meet at a barrier
// for two: what each did before it is there for the other.
#include <barrier>
#include <cstdio>
#include <thread>

static std::barrier meeting(2);
static int input;
static int output;
static int careless;

static void compute() {
    output = 3;    // NO-RACE: read behind the barrier
    careless = 1;  // RACE
    meeting.arrive_and_wait();
    std::printf("input %d\n", input);  // NO-RACE: written before the barrier
}

int main() {
    std::thread computer(compute);
    input = 4;     // NO-RACE: read behind the barrier
    careless = 2;  // RACE
    meeting.arrive_and_wait();
    std::printf("output %d\n", output);  // NO-RACE: written before the barrier
    computer.join();
}
