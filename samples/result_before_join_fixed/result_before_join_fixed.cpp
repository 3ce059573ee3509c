// The main thread joins the worker and then reads its result.
// The join is all the synchronisation needed: everything the worker did comes before it.
#include <cstdio>
#include <functional>
#include <thread>

namespace {

struct Job {
    int limit = 0;
    long sum = 0;
};

void run(Job& job) {
    long sum = 0;
    for (int i = 1; i <= job.limit; ++i) {
        sum += i;
    }
    job.sum = sum;  // NO-RACE
}

}  // namespace

int main() {
    Job job;
    job.limit = 1000;
    std::thread worker(run, std::ref(job));
    worker.join();
    std::printf("sum %ld\n", job.sum);  // NO-RACE: after the join
    return 0;
}
