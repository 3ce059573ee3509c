// Money moves between two accounts in both directions; the account with the smaller number is locked first.
// A fixed order for all threads leaves no cycle, whichever way the money goes.
#include <pthread.h>
#include <stdio.h>

struct Account {
    int number;
    pthread_mutex_t mu;
    long balance;
};

static struct Account alice = {1, PTHREAD_MUTEX_INITIALIZER, 1000};
static struct Account bob = {2, PTHREAD_MUTEX_INITIALIZER, 1000};

static void transfer(struct Account* from, struct Account* to, long amount) {
    struct Account* first = from->number < to->number ? from : to;
    struct Account* second = from->number < to->number ? to : from;
    pthread_mutex_lock(&first->mu);
    pthread_mutex_lock(&second->mu);  // NO-DEADLOCK: always in the order of the numbers
    from->balance -= amount;          // NO-RACE
    to->balance += amount;            // NO-RACE
    pthread_mutex_unlock(&second->mu);
    pthread_mutex_unlock(&first->mu);
}

static void* pay_rent(void* unused) {
    (void)unused;
    for (int i = 0; i < 100; i++) {
        transfer(&alice, &bob, 10);
    }
    return NULL;
}

static void* pay_back(void* unused) {
    (void)unused;
    for (int i = 0; i < 100; i++) {
        transfer(&bob, &alice, 5);
    }
    return NULL;
}

int main(void) {
    pthread_t rent;
    pthread_t refund;
    pthread_create(&rent, NULL, pay_rent, NULL);
    pthread_create(&refund, NULL, pay_back, NULL);
    pthread_join(rent, NULL);
    pthread_join(refund, NULL);
    printf("Alice %ld, Bob %ld\n", alice.balance, bob.balance);
    return 0;
}
