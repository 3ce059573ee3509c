// A helper adds to a sum under the lock that its caller hands it; two callers hand it different locks.
// Every access is under *a* lock, but no lock is common to both threads.
#include <pthread.h>
#include <stdio.h>

enum { kRounds = 5000 };

static pthread_mutex_t deposits_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t fees_mu = PTHREAD_MUTEX_INITIALIZER;
static long balance;

static void add_locked(pthread_mutex_t* mu, long* sum, long amount) {
    pthread_mutex_lock(mu);
    *sum += amount;  // RACE
    pthread_mutex_unlock(mu);
}

static void* deposit(void* unused) {
    (void)unused;
    for (int i = 0; i < kRounds; i++) {
        add_locked(&deposits_mu, &balance, 10);
    }
    return NULL;
}

static void* charge_fees(void* unused) {
    (void)unused;
    for (int i = 0; i < kRounds; i++) {
        add_locked(&fees_mu, &balance, -1);
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
    printf("balance %ld of %d\n", balance, kRounds * 9);
    return 0;
}
