// Money moves between two accounts in both directions; each transfer locks the payer, then the payee.
// One thread holds Alice and waits for Bob while the other holds Bob and waits for Alice.
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

struct Account {
    std::mutex mutex;
    long balance = 1000;
};

void transfer(Account& from, Account& to, long amount) {
    std::lock_guard<std::mutex> payer(from.mutex);
    std::lock_guard<std::mutex> payee(to.mutex);  // DEADLOCK
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
