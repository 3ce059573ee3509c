// Locks on the heap that the code which takes them knows by a raw pointer only. Each is taken a number of times that
// tells which it is.
#include <pthread.h>
#include <stdlib.h>

#include <mutex>
#include <thread>

struct Account {
    long balance;
    pthread_mutex_t guard;
};

struct Ring {
    int size;
    std::mutex door;
    std::mutex window;
};

struct Pool {
    long jobs;
    pthread_mutex_t* turn;  // an allocation of its own
};

__attribute__((noinline)) pthread_mutex_t* guardOf(Account* account) {
    return &account->guard;
}

// Neither this line nor its caller's says whose lock it is: the one that initialised it does.
__attribute__((noinline)) void lockIt(pthread_mutex_t* m) {
    if (pthread_mutex_lock(m) != 0) abort();
    asm volatile("");
}

__attribute__((noinline)) Account* openAccount() {
    auto* account = static_cast<Account*>(calloc(1, sizeof(Account)));
    pthread_mutex_init(&account->guard, nullptr);
    return account;
}

__attribute__((noinline)) void deposit(Account* account) {
    pthread_mutex_t* m = guardOf(account);
    lockIt(m);
    ++account->balance;
    pthread_mutex_unlock(m);
}

// An earlier line of the function does.
__attribute__((noinline)) void enter(Ring* ring) {
    std::mutex& m = ring->door;
    ++ring->size;
    std::lock_guard<std::mutex> hold(m);
    asm volatile("");
}

__attribute__((noinline)) std::mutex* windowOf(Ring* ring) {
    return &ring->window;
}

// One place does not say it, another does.
__attribute__((noinline)) void look(Ring* ring, bool isPlain) {
    if (isPlain) {
        std::lock_guard<std::mutex> hold(ring->window);
        ++ring->size;
    } else {
        std::lock_guard<std::mutex> hold(*windowOf(ring));
        --ring->size;
    }
}

__attribute__((noinline)) Pool* makePool() {
    auto* pool = static_cast<Pool*>(calloc(1, sizeof(Pool)));
    pool->turn = static_cast<pthread_mutex_t*>(malloc(sizeof(pthread_mutex_t)));
    pthread_mutex_init(pool->turn, nullptr);
    return pool;
}

__attribute__((noinline)) void take(Pool* pool) {
    pthread_mutex_lock(pool->turn);
    ++pool->jobs;
    pthread_mutex_unlock(pool->turn);
}

// A C project's own kind of lock.
struct desk_mutex {
    int version;
    pthread_mutex_t raw;
};

struct Desk {
    long papers;
    desk_mutex drawer;
};

inline void desk_mutex_lock(desk_mutex* mutex) {
    pthread_mutex_lock(&mutex->raw);
}

__attribute__((noinline)) void file(Desk* desk) {
    desk_mutex_lock(&desk->drawer);
    ++desk->papers;
    pthread_mutex_unlock(&desk->drawer.raw);
}

int main() {
    std::thread([] {}).join();
    Account* account = openAccount();
    for (int i = 0; i < 11; ++i) deposit(account);
    auto* ring = new Ring{};
    for (int i = 0; i < 12; ++i) enter(ring);
    for (int i = 0; i < 13; ++i) look(ring, i > 0);
    Pool* pool = makePool();
    for (int i = 0; i < 14; ++i) take(pool);
    auto* desk = static_cast<Desk*>(calloc(1, sizeof(Desk)));
    for (int i = 0; i < 15; ++i) file(desk);
    return 0;
}
