// A helper adds to a sum under the lock that its caller hands it; every caller of one sum hands it one lock.
// Two sums with a lock each, so that the helper really runs with different locks.
#include <pthread.h>
#include <stdio.h>

enum { kRounds = 5000 };

static pthread_mutex_t balance_mu = PTHREAD_MUTEX_INITIALIZER;
static long balance;
static pthread_mutex_t fees_mu = PTHREAD_MUTEX_INITIALIZER;
static long fees;

static void add_locked(pthread_mutex_t* mu, long* sum, long amount) {
    pthread_mutex_lock(mu);
    *sum += amount;  // NO-RACE: each sum always comes with the same lock
    pthread_mutex_unlock(mu);
}

static void* deposit(void* unused) {
    (void)unused;
    for (int i = 0; i < kRounds; i++) {
        add_locked(&balance_mu, &balance, 10);
        add_locked(&fees_mu, &fees, 1);
    }
    return NULL;
}

static void* charge_fees(void* unused) {
    (void)unused;
    for (int i = 0; i < kRounds; i++) {
        add_locked(&fees_mu, &fees, 1);
        add_locked(&balance_mu, &balance, -1);
    }
    return NULL;
}

int main(void) {
    pthread_t depositor;
    pthread_t charger;
    pthread_create(&depositor, NULL, deposit, NULL);
    pthread_create(&charger, NULL, charge_fees, NULL);
    pthread_join(depositor, NULL);
    pthread_join(charger, NULL);
    printf("balance %ld, fees %ld\n", balance, fees);
    return 0;
}
