// Connections are kept in an intrusive list: the list knows only the nodes inside them, and a macro leads from a node
// back to its connection. The reporter reads a connection's counter without that connection's lock.
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
    connection->bytes += bytes;  // RACE
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
    printf("%ld bytes so far\n", client.bytes);  // RACE
    pthread_join(receiver, NULL);
    return 0;
}
