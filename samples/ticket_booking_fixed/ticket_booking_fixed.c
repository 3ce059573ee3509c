// A booking takes its seat in the hold that checks for one, and prints afterwards.
// What is printed is the seat it has, not a seat that was free a moment ago.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t seats_mu = PTHREAD_MUTEX_INITIALIZER;
static int free_seats = 3;

static void* book(void* arg) {
    const char* customer = arg;
    int seat = 0;
    pthread_mutex_lock(&seats_mu);
    if (free_seats > 0) {
        seat = free_seats;
        free_seats = seat - 1;  // NO-ATOMICITY: same hold as the check
    }
    pthread_mutex_unlock(&seats_mu);

    if (seat == 0) {
        printf("sold out, %s\n", customer);
    } else {
        printf("%s has seat %d\n", customer, seat);
    }
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
