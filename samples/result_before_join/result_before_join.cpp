// The main thread prints a result before it joins the thread that computes it.
// It often works, because the computation is short; nothing orders the read after the write.
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
    for (int i = 1; i <= job.limit; ++i) {  // NO-RACE: set before the thread was started
        sum += i;
    }
    job.sum = sum;  // RACE
}

}  // namespace

int main() {
    Job job;
    job.limit = 1000;
    std::thread worker(run, std::ref(job));
    long early = job.sum;  // RACE
    worker.join();
    std::printf("early %ld, final %ld\n", early, job.sum);  // NO-RACE: after the join
    return 0;
}
