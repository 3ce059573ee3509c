// A list of sessions under a lock. A session is found under the lock and read after it:
// by then another thread may be changing it.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct session {
    int id;
    int age;
    struct session* next;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct session* sessions;

static struct session* find(int id) {
    for (struct session* s = sessions; s; s = s->next) {
        if (s->id == id) return s;
    }
    return NULL;
}

static void add(int id) {
    struct session* s = calloc(1, sizeof *s);
    if (!s) exit(1);
    s->id = id;
    pthread_mutex_lock(&mutex);
    s->next = sessions;
    sessions = s;
    pthread_mutex_unlock(&mutex);
}

static int use(int id) {
    pthread_mutex_lock(&mutex);
    struct session* s = find(id);
    if (s) s->age++;  // RACE
    pthread_mutex_unlock(&mutex);
    return s ? s->age : 0;  // RACE
}

static void* client(void* unused) {
    for (int i = 0; i < 100; ++i) use(i % 2);
    return unused;
}

int main(void) {
    pthread_t clients[2];
    add(0);
    add(1);
    for (int i = 0; i < 2; ++i) pthread_create(&clients[i], NULL, client, NULL);
    for (int i = 0; i < 2; ++i) pthread_join(clients[i], NULL);
    printf("%d %d\n", find(0)->age, find(1)->age);
    return 0;
}
