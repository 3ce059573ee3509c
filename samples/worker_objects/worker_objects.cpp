// Objects with a thread each, kept in a container: what they have summed is read before
// they have finished.
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

namespace {

class Worker {
  public:
    void start(long from, long to) {
        from_ = from;
        to_ = to;
        thread_ = std::thread(&Worker::run, this);
    }
    void finish() { thread_.join(); }
    long sum() const { return sum_; }

  private:
    void run() {
        for (long i = from_; i < to_; ++i) {
            sum_ += i;  // RACE
        }
    }

    long from_ = 0, to_ = 0, sum_ = 0;
    std::thread thread_;
};

}  // namespace

int main() {
    std::vector<std::unique_ptr<Worker>> workers;
    for (long i = 0; i < 4; ++i) {
        workers.push_back(std::make_unique<Worker>());
        workers.back()->start(i * 1000, (i + 1) * 1000);
    }
    long sum = 0;
    for (auto& worker : workers) {
        sum += worker->sum();
    }
    for (auto& worker : workers) {
        worker->finish();
    }
    std::printf("%ld\n", sum);
}
