// The queue refuses jobs once it is closed, by throwing, and has locked by hand: who is refused leaves it locked, and
// the next one waits for ever.
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

class Queue {
  public:
    void add(int job) {
        mutex_.lock();                                    // MISUSE
        if (closed_) throw std::runtime_error("closed");  // MISUSE
        jobs_.push_back(job);
        mutex_.unlock();
    }
    void close() {
        std::lock_guard<std::mutex> hold(mutex_);
        closed_ = true;
    }

  private:
    std::mutex mutex_;
    std::vector<int> jobs_;
    bool closed_ = false;
};

}  // namespace

int main() {
    Queue queue;
    std::thread closer([&] { queue.close(); });
    queue.add(7);
    closer.join();
    std::puts("closed");
}
