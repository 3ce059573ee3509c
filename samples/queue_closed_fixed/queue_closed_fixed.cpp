// The queue refuses jobs once it is closed, by throwing while it holds the lock through a guard: that lets go of the
// lock on every way out. A constructor that throws leaves nobody who could use the object without its lock.
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

class Queue {
  public:
    void add(int job) {
        std::unique_lock<std::mutex> hold(mutex_);
        if (closed_) throw std::runtime_error("closed");
        jobs_.push_back(job);
    }
    void addOrDrop(int job) {
        try {
            std::lock_guard<std::mutex> hold(mutex_);
            if (jobs_.size() > 100) throw job;
            jobs_.push_back(job);
        } catch (int dropped) {
            std::lock_guard<std::mutex> hold(mutex_);
            lastDropped_ = dropped;
        }
    }
    void close() {
        lockOpen();
        closed_ = true;
        mutex_.unlock();
    }

  private:
    void lockOpen() {
        mutex_.lock();
        if (closed_) {
            mutex_.unlock();
            throw std::logic_error("closed twice");
        }
    }

    std::mutex mutex_;
    std::vector<int> jobs_;
    int lastDropped_ = 0;
    bool closed_ = false;
};

}  // namespace

int main() {
    Queue queue;
    std::thread producer([&] {
        for (int i = 0; i < 3; ++i) queue.add(i);
        for (int i = 0; i < 3; ++i) queue.addOrDrop(i);
    });
    queue.addOrDrop(7);
    producer.join();
    queue.close();
    std::puts("closed");
}
