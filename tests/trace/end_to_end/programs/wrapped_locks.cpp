// Locks that are reached through a project's own wrappers: functions that are handed them, classes around them. Each
// is taken a number of times that tells which it is.
#include <pthread.h>

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace port {

class Mutex {
  public:
    __attribute__((noinline)) void Lock() { mu_.lock(); }
    __attribute__((noinline)) void Unlock() { mu_.unlock(); }

  private:
    std::mutex mu_;
};

class MutexLock {
  public:
    explicit MutexLock(Mutex* mutex) : mutex_(mutex) { mutex_->Lock(); }
    ~MutexLock() { mutex_->Unlock(); }

  private:
    Mutex* const mutex_;
};

}  // namespace port

typedef struct {
    int size;
    pthread_mutex_t mut;
} fifo;

__attribute__((noinline)) void safe_lock(pthread_mutex_t* mutex) {
    if (pthread_mutex_lock(mutex) != 0) abort();
}

class Database {
  public:
    explicit Database(fifo* queue) : queue_(queue) {}

    __attribute__((noinline)) void write() {
        port::MutexLock lock(&mutex_);
        ++written_;
    }
    __attribute__((noinline)) void compact() {
        cleaner_.Lock();
        --written_;
        cleaner_.Unlock();
    }
    __attribute__((noinline)) void enqueue() {
        safe_lock(&queue_->mut);
        ++queue_->size;
        pthread_mutex_unlock(&queue_->mut);
    }
    std::function<void()> later() {
        return [this] {
            std::lock_guard<std::mutex> guard(later_);
            ++written_;
        };
    }
    __attribute__((noinline)) void touch(size_t i) {
        auto& shard = shards_[i % shards_.size()];
        std::lock_guard guard(shard->lock);
        ++shard->hits;
    }

  private:
    struct Shard {
        std::mutex lock;
        int hits = 0;
    };
    port::Mutex mutex_;
    port::Mutex cleaner_;
    std::mutex later_;
    fifo* queue_;
    long written_ = 0;
    std::array<std::unique_ptr<Shard>, 2> shards_ = {std::make_unique<Shard>(), std::make_unique<Shard>()};
};

int main() {
    auto* queue = static_cast<fifo*>(malloc(sizeof(fifo)));
    queue->mut = PTHREAD_MUTEX_INITIALIZER;
    auto database = std::make_unique<Database>(queue);
    std::thread([] {}).join();
    for (int i = 0; i < 11; ++i) database->write();
    for (int i = 0; i < 12; ++i) database->compact();
    for (int i = 0; i < 13; ++i) database->enqueue();
    const std::function<void()> later = database->later();
    for (int i = 0; i < 14; ++i) later();
    for (size_t i = 0; i < 31; ++i) database->touch(i);
    free(queue);
    return 0;
}
