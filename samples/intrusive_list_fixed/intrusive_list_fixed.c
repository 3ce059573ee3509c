// Connections are kept in an intrusive list: the list knows only the nodes inside them, and a macro leads from a node
// back to its connection. Every access to a counter holds the lock beside it.
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>

#define ENTRY_OF(node, type, member) ((type*)((char*)(node) - offsetof(type, member)))

struct node {
    struct node* next;
};

struct connection {
    pthread_mutex_t mu;
    long bytes;
    struct node link;
};

static struct connection client = {.mu = PTHREAD_MUTEX_INITIALIZER};

static void count(struct node* node, long bytes) {
    struct connection* connection = ENTRY_OF(node, struct connection, link);
    pthread_mutex_lock(&connection->mu);
    connection->bytes += bytes;  // NO-RACE: by whatever way it was reached, under its own lock
    pthread_mutex_unlock(&connection->mu);
}

static void* receive(void* list) {
    for (int i = 0; i < 1000; i++) {
        count(list, 64);
    }
    return NULL;
}

int main(void) {
    pthread_t receiver;
    pthread_create(&receiver, NULL, receive, &client.link);
    for (int i = 0; i < 1000; i++) {
        count(&client.link, 1);
    }
    pthread_mutex_lock(&client.mu);
    printf("%ld bytes so far\n", client.bytes);
    pthread_mutex_unlock(&client.mu);
    pthread_join(receiver, NULL);
    return 0;
}
