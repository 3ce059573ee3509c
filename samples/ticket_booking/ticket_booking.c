// A booking reads the number of free seats under the lock, prints the offer without it, and books under it again.
// The number it decides on may be old by then: two customers get the last seat.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t seats_mu = PTHREAD_MUTEX_INITIALIZER;
static int free_seats = 3;

static void* book(void* arg) {
    const char* customer = arg;
    pthread_mutex_lock(&seats_mu);
    int seats = free_seats;  // ATOMICITY
    pthread_mutex_unlock(&seats_mu);

    printf("%s is offered seat %d\n", customer, seats);
    if (seats == 0) {
        return NULL;
    }

    pthread_mutex_lock(&seats_mu);
    free_seats = seats - 1;  // ATOMICITY
    pthread_mutex_unlock(&seats_mu);
    return NULL;
}

int main(void) {
    static char ann[] = "Ann";
    static char ben[] = "Ben";
    pthread_t first;
    pthread_t second;
    pthread_create(&first, NULL, book, ann);
    pthread_create(&second, NULL, book, ben);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    printf("%d seats left\n", free_seats);
    return 0;
}
