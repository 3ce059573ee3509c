// Money moves between two accounts; the numbers are compared, but the order of the locks is that of the arguments.
// A comparison does not help as long as nothing about the order follows from it.
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
    if (from->number > to->number) {
        amount = -amount;
    }
    pthread_mutex_lock(&from->mu);
    pthread_mutex_lock(&to->mu);  // DEADLOCK
    from->balance -= amount;
    to->balance += amount;
    pthread_mutex_unlock(&to->mu);
    pthread_mutex_unlock(&from->mu);
}

static void* pay_rent(void* unused) {
    (void)unused;
    transfer(&alice, &bob, 10);
    return NULL;
}

static void* pay_back(void* unused) {
    (void)unused;
    transfer(&bob, &alice, 5);
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
