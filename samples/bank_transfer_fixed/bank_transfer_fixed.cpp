// Money moves between two accounts in both directions; std::scoped_lock takes both locks at once.
// It backs off and tries again when one is taken, so that the order of its arguments does not matter.
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

struct Account {
    std::mutex mutex;
    long balance = 1000;
};

void transfer(Account& from, Account& to, long amount) {
    std::scoped_lock both(from.mutex, to.mutex);  // NO-DEADLOCK
    from.balance -= amount;                       // NO-RACE
    to.balance += amount;                         // NO-RACE
}

Account alice;
Account bob;

}  // namespace

int main() {
    std::thread rent([] {
        for (int i = 0; i < 20; ++i) transfer(alice, bob, 10);
    });
    std::thread refund([] {
        for (int i = 0; i < 20; ++i) transfer(bob, alice, 5);
    });
    rent.join();
    refund.join();
    std::printf("Alice %ld, Bob %ld\n", alice.balance, bob.balance);
    return 0;
}
