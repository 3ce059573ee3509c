// A range's two ends are moved together under a lock, and read one by one.
// Each getter locks; between the two calls the range may move, and the width is that of no range there ever was.
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
    int low() {
        std::lock_guard lock(mutex_);
        return low_;  // ATOMICITY
    }
    int high() {
        std::lock_guard lock(mutex_);
        return high_;  // ATOMICITY
    }

  private:
    std::mutex mutex_;
    int low_ = 0;
    int high_ = 10;
};

static Range range;

static int width() {
    const int high = range.high();  // ATOMICITY
    const int low = range.low();    // ATOMICITY
    return high - low;
}

int main() {
    std::thread mover([] {
        for (int i = 0; i < 1000; ++i) range.move(i, i + 10);
    });
    std::printf("width %d\n", width());
    mover.join();
    return 0;
}
