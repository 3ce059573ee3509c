// Ticket numbers come from an atomic counter, each from the increment itself.
// What the step returns belongs to who made it; nobody else gets that number.
#include <atomic>
#include <cstdio>
#include <thread>

static std::atomic<int> last{0};
static std::atomic<int> arrived{0};

static int ticket() {
    return ++last;  // NO-ATOMICITY: one step
}

static void customer() {
    arrived++;
    while (arrived < 2) std::this_thread::yield();  // NO-ATOMICITY: waits for the others, whoever they are
    std::printf("ticket %d\n", ticket());
}

int main() {
    std::thread a(customer), b(customer);
    a.join();
    b.join();
    return 0;
}
