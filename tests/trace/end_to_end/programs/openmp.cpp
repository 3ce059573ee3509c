// Parallel regions of known number and balance, for libomp and libgomp.
#include <omp.h>

#include <cstdio>

volatile double sink;

__attribute__((noinline)) double burn(long rounds) {
    double x = 1;
    for (long i = 0; i < rounds; ++i) x = x * 1.0000001 + 0.5;
    return x;
}

// Thread 1 has three times the work of thread 0.
void unequal() {
#pragma omp parallel num_threads(2)
    {
        sink = burn(omp_get_thread_num() == 0 ? 2000000 : 6000000);
    }
}

long shared;

void sums() {
    for (int round = 0; round < 10; ++round) {
#pragma omp parallel num_threads(2)
        {
#pragma omp for schedule(dynamic, 10)
            for (int i = 0; i < 100; ++i) sink = burn(100);
#pragma omp critical
            ++shared;
#pragma omp barrier
        }
    }
}

int main() {
    unequal();
    sums();
    std::printf("%ld\n", shared);
}
