// A range's two ends are moved together under a lock, and read together as well.
// The width is worked out under one hold, so it is that of a range that was there.
#include <cstdio>
#include <mutex>
#include <thread>

class Range {
  public:
    void move(int low, int high) {
        std::lock_guard lock(mutex_);
        low_ = low;
        high_ = high;
    }
    int width() {
        std::lock_guard lock(mutex_);
        return high_ - low_;  // NO-ATOMICITY: under one hold
    }
    int low() {
        std::lock_guard lock(mutex_);
        return low_;  // NO-ATOMICITY: not put together with the other end
    }

  private:
    std::mutex mutex_;
    int low_ = 0;
    int high_ = 10;
};

static Range range;

int main() {
    std::thread mover([] {
        for (int i = 0; i < 1000; ++i) range.move(i, i + 10);
    });
    std::printf("width %d from %d\n", range.width(), range.low());
    mover.join();
    return 0;
}
