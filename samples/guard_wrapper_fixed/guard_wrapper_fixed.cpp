// A project's own mutex and guard classes over pthread, used in every method.
// The guard's constructor locks and its destructor unlocks, on every way out.
#include <pthread.h>

#include <cstdio>

namespace {

class Mutex {
  public:
    void lock() { pthread_mutex_lock(&handle_); }
    void unlock() { pthread_mutex_unlock(&handle_); }

  private:
    pthread_mutex_t handle_ = PTHREAD_MUTEX_INITIALIZER;
};

class MutexLock {
  public:
    explicit MutexLock(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
    ~MutexLock() { mutex_.unlock(); }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;

  private:
    Mutex& mutex_;
};

class Meter {
  public:
    void add(long amount) {
        MutexLock lock(mutex_);
        total_ += amount;  // NO-RACE
    }

    void reset() {
        MutexLock lock(mutex_);
        total_ = 0;  // NO-RACE
    }

    long total() {
        MutexLock lock(mutex_);
        return total_;
    }

  private:
    Mutex mutex_;
    long total_ = 0;
};

Meter meter;

void* measure(void*) {
    for (int i = 0; i < 1000; ++i) meter.add(2);
    return nullptr;
}

void* rotate(void*) {
    meter.reset();
    return nullptr;
}

}  // namespace

int main() {
    pthread_t measuring, rotating;
    pthread_create(&measuring, nullptr, measure, nullptr);
    pthread_create(&rotating, nullptr, rotate, nullptr);
    pthread_join(measuring, nullptr);
    pthread_join(rotating, nullptr);
    std::printf("total %ld\n", meter.total());
    return 0;
}
