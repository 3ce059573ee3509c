// Five philosophers share five forks; who does not get the second one puts the first one back.
// Nobody waits with a fork in the hand.
#include <pthread.h>
#include <sched.h>
#include <stdio.h>

enum { kSeats = 5, kMeals = 3 };

static pthread_mutex_t forks[kSeats];
static int seats[kSeats] = {0, 1, 2, 3, 4};
static int meals[kSeats];

static void* dine(void* arg) {
    int seat = *(int*)arg;
    int left = seat;
    int right = (seat + 1) % kSeats;
    while (meals[seat] < kMeals) {
        pthread_mutex_lock(&forks[left]);
        if (pthread_mutex_trylock(&forks[right]) != 0) {  // NO-DEADLOCK, NO-MISUSE: does not wait
            pthread_mutex_unlock(&forks[left]);
            sched_yield();
            continue;
        }
        meals[seat]++;
        pthread_mutex_unlock(&forks[right]);
        pthread_mutex_unlock(&forks[left]);
    }
    return NULL;
}

int main(void) {
    pthread_t philosophers[kSeats];
    int eaten = 0;
    for (int i = 0; i < kSeats; i++) {
        pthread_mutex_init(&forks[i], NULL);
    }
    for (int i = 0; i < kSeats; i++) {
        pthread_create(&philosophers[i], NULL, dine, &seats[i]);
    }
    for (int i = 0; i < kSeats; i++) {
        pthread_join(philosophers[i], NULL);
        eaten += meals[i];
    }
    printf("%d meals\n", eaten);
    return 0;
}
