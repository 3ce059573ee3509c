// Five philosophers share five forks; the last one takes the right fork first.
// One who reaches the other way round breaks the ring: somebody can always eat.
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
        if (seat == kSeats - 1) {
            pthread_mutex_lock(&forks[right]);
            pthread_mutex_lock(&forks[left]);  // NO-DEADLOCK: the only one to do so
        } else {
            pthread_mutex_lock(&forks[left]);
            pthread_mutex_lock(&forks[right]);  // NO-DEADLOCK: the last one reaches the other way round
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
