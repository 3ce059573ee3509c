// Ticket numbers come from an atomic counter that is increased and then read.
// Both steps are atomic, the pair is not: two threads that increase first and read then get the same number.
#include <atomic>
#include <cstdio>
#include <thread>

static std::atomic<int> last{0};
static std::atomic<int> busy{0};

static int ticket() {
    last++;       // ATOMICITY
    return last;  // ATOMICITY
}

static void customer() {
    busy++;
    const int number = ticket();
    std::printf("ticket %d, %d here\n", number, busy.load());  // NO-ATOMICITY: a rough number is meant
    busy--;
}

int main() {
    std::thread a(customer), b(customer);
    a.join();
    b.join();
    return 0;
}
