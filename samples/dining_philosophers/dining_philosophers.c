// Five philosophers share five forks; each takes the left fork and then the right one.
// When all have taken their left fork, all wait for the right one: a cycle of five.
#include <pthread.h>
#include <stdio.h>

enum { kSeats = 5, kMeals = 3 };

static pthread_mutex_t forks[kSeats];
static int seats[kSeats] = {0, 1, 2, 3, 4};
static int meals[kSeats];

static void* dine(void* arg) {
    int seat = *(int*)arg;
    int left = seat;
    int right = (seat + 1) % kSeats;
    for (int i = 0; i < kMeals; i++) {
        pthread_mutex_lock(&forks[left]);
        pthread_mutex_lock(&forks[right]);  // DEADLOCK
        meals[seat]++;                      // NO-RACE: every philosopher counts alone
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
