// A bounded buffer with two consumers, which check for items with `if`.
// The other consumer may take the item between the signal and the wake-up: a stolen wake-up.
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <mutex>
#include <thread>

namespace {

constexpr int kSlots = 4;
constexpr int kItems = 50;

// A bounded buffer.
class Buffer {
  public:
    void put(int item) {
        std::unique_lock<std::mutex> lock(mutex_);
        while (count_ == kSlots) {
            notFull_.wait(lock);  // NO-MISUSE
        }
        slots_[(first_ + count_) % kSlots] = item;  // NO-RACE
        ++count_;
        notEmpty_.notify_one();
    }

    int take() {
        std::unique_lock<std::mutex> lock(mutex_);
        if (count_ == 0) {
            notEmpty_.wait(lock);  // MISUSE
        }
        int item = slots_[first_];  // NO-RACE
        first_ = (first_ + 1) % kSlots;
        --count_;
        notFull_.notify_one();
        return item;
    }

  private:
    std::mutex mutex_;
    std::condition_variable notEmpty_;
    std::condition_variable notFull_;
    int slots_[kSlots] = {};
    int first_ = 0;
    int count_ = 0;
};

}  // namespace

int main() {
    Buffer buffer;
    long sums[2] = {};
    auto consume = [&buffer](long& sum) {
        for (int i = 0; i < kItems / 2; ++i) sum += buffer.take();
    };
    std::thread first(consume, std::ref(sums[0]));
    std::thread second(consume, std::ref(sums[1]));
    for (int i = 1; i <= kItems; ++i) {
        std::this_thread::sleep_for(std::chrono::microseconds(200));
        buffer.put(i);
    }
    first.join();
    second.join();
    std::printf("sum %ld\n", sums[0] + sums[1]);  // NO-RACE: after the joins
    return 0;
}
