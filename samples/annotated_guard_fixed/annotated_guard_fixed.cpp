// The total is read under
// the mutex that its annotation names.
#include <cstdio>
#include <mutex>
#include <thread>

#if defined(__clang__)
#define GUARDED_BY(lock) __attribute__((guarded_by(lock)))
#define REQUIRES(lock) __attribute__((requires_capability(lock)))
#define CAPABILITY __attribute__((capability("mutex")))
#define ACQUIRE __attribute__((acquire_capability()))
#define RELEASE __attribute__((release_capability()))
#else
#define GUARDED_BY(lock)
#define REQUIRES(lock)
#define CAPABILITY
#define ACQUIRE
#define RELEASE
#endif

class CAPABILITY Mutex {
  public:
    void lock() ACQUIRE { mutex_.lock(); }
    void unlock() RELEASE { mutex_.unlock(); }

  private:
    std::mutex mutex_;
};

class Meter {
  public:
    void add(long units) {
        mutex_.lock();
        addLocked(units);
        mutex_.unlock();
    }
    long total() {
        mutex_.lock();
        const long total = total_;  // NO-RACE: under the mutex
        mutex_.unlock();
        return total;
    }

  private:
    void addLocked(long units) REQUIRES(mutex_) { total_ += units; }

    Mutex mutex_;
    long total_ GUARDED_BY(mutex_) = 0;
};

int main() {
    Meter meter;
    std::thread worker([&] {
        for (int i = 0; i < 1000; ++i) meter.add(1);
    });
    std::printf("%ld so far\n", meter.total());
    worker.join();
}
