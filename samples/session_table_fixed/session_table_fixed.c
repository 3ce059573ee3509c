// The same list of sessions; what is needed of a session is copied while the lock is held.
// Its number never changes once it is in the list, and may be read later.
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
    int age = 0;
    pthread_mutex_lock(&mutex);
    struct session* s = find(id);
    if (s) age = ++s->age;  // NO-RACE: under the lock
    pthread_mutex_unlock(&mutex);
    return s ? age + s->id : 0;  // NO-RACE: never written after it was inserted
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
