// Calls of all kinds, many of them, the same in each run: short and long functions, recursion, exceptions, threads.
#include <pthread.h>

namespace {

volatile unsigned g_sum;

[[gnu::noinline]] unsigned mix(unsigned x, int rounds) {
    for (int i = 0; i < rounds; ++i) x = x * 1664525u + 1013904223u;
    return x;
}

[[gnu::noinline]] unsigned small(unsigned x) {
    return mix(x, 20);
}

[[gnu::noinline]] unsigned large(unsigned x) {
    unsigned sum = 0;
    for (unsigned i = 0; i < 4; ++i) sum += mix(x + i, 500);
    return sum + small(x);
}

[[gnu::noinline]] int fib(int n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int odd(int n);
[[gnu::noinline]] int even(int n) {
    return n == 0 ? 1 : odd(n - 1);
}
[[gnu::noinline]] int odd(int n) {
    return n == 0 ? 0 : even(n - 1);
}

[[gnu::noinline]] void throws(int depth) {
    if (depth == 0) throw 1;
    throws(depth - 1);
    g_sum = g_sum + 1;
}

void* work(void*) {
    unsigned sum = 0;
    for (unsigned i = 0; i < 20000; ++i) {
        sum += small(i);
        if (i % 10 == 0) sum += large(i);
        if (i % 100 == 0) sum += static_cast<unsigned>(even(30) + fib(10));
        if (i % 1000 == 0) try {
                throws(5);
            } catch (int) {
            }
    }
    g_sum = g_sum + sum;
    return nullptr;
}

}  // namespace

int main() {
    pthread_t threads[2];
    for (pthread_t& thread : threads) pthread_create(&thread, nullptr, work, nullptr);
    for (pthread_t thread : threads) pthread_join(thread, nullptr);
    return 0;
}
