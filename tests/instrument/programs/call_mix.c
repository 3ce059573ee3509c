// Many kinds of calls, counted by raddle and by callgrind: recursion, callbacks from a library, through pointers, out
// of longjmp, on threads that end by pthread_exit.
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>

#define CALLED __attribute__((noinline))

static volatile long g_sink;
static jmp_buf g_jump;

CALLED int fib(int n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

CALLED int isOdd(unsigned n);
CALLED int isEven(unsigned n) {
    return n == 0 ? 1 : isOdd(n - 1);
}
CALLED int isOdd(unsigned n) {
    return n == 0 ? 0 : isEven(n - 1);
}

CALLED int compare(const void* a, const void* b) {
    return *(const int*)a - *(const int*)b;
}

CALLED void first(void) {
    g_sink = g_sink + 1;
}
CALLED void second(void) {
    g_sink = g_sink + 2;
}

CALLED void jumpsWhenDeep(int depth) {
    first();
    if (depth == 0) longjmp(g_jump, 1);
    jumpsWhenDeep(depth - 1);
    g_sink = g_sink + 1;
}

CALLED void leavesThread(int depth) {
    if (depth == 0) pthread_exit(NULL);
    leavesThread(depth - 1);
    g_sink = g_sink + 1;
}

CALLED void* worker(void* argument) {
    for (int i = 0; i < 500; ++i) second();
    leavesThread(3);
    return argument;
}

int main(void) {
    g_sink = fib(15) + isEven(100);
    int numbers[300];
    unsigned seed = 1;
    for (int i = 0; i < 300; ++i) numbers[i] = (int)((seed = seed * 1103515245u + 12345u) >> 16);
    qsort(numbers, 300, sizeof *numbers, compare);
    void (*const choices[])(void) = {first, second};
    for (int i = 0; i < 1000; ++i) choices[numbers[i % 300] & 1]();
    for (volatile int i = 0; i < 7; ++i)
        if (setjmp(g_jump) == 0) jumpsWhenDeep(i);
    pthread_t threads[3];
    for (int i = 0; i < 3; ++i) pthread_create(&threads[i], NULL, worker, NULL);
    for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
    return 0;
}
