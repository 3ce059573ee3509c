// Built with -fsanitize=thread: a race under two locks, one that a test suppresses, and two locks in both orders.
// One thread runs at a time, so that the reports are the same each time.
#include <mutex>
#include <thread>

int counter;
int tolerated;
std::mutex first_mu;
std::mutex second_mu;

__attribute__((noinline)) void addUnderFirst() {
    std::lock_guard lock(first_mu);
    ++counter;
}

__attribute__((noinline)) void addUnderSecond() {
    std::lock_guard lock(second_mu);
    ++counter;
}

__attribute__((noinline)) void tolerate() {
    ++tolerated;
}

void firstThenSecond() {
    std::lock_guard one(first_mu);
    std::lock_guard two(second_mu);
}

void secondThenFirst() {
    std::lock_guard one(second_mu);
    std::lock_guard two(first_mu);
}

// Neither of the two threads synchronises with the other.
void together(void (*a)(), void (*b)()) {
    std::thread one(a);
    std::thread two(b);
    one.join();
    two.join();
}

int main() {
    together(addUnderFirst, addUnderSecond);
    together(tolerate, tolerate);
    std::thread(firstThenSecond).join();
    std::thread(secondThenFirst).join();
}
