// A bounded buffer with two consumers, which check for items with `if`.
// The other consumer may take the item between the signal and the wake-up: a stolen wake-up.
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
        slots_[next_] = item;  // NO-RACE
        next_ = (next_ + 1) % kSlots;
        ++count_;
        notEmpty_.notify_one();
    }

    // False when the buffer was closed and is empty.
    bool take(int& item) {
        std::unique_lock<std::mutex> lock(mutex_);
        if (count_ == 0 && !closed_) {
            notEmpty_.wait(lock);  // MISUSE
        }
        if (closed_ && count_ <= 0) return false;
        item = slots_[first_];  // NO-RACE
        first_ = (first_ + 1) % kSlots;
        --count_;
        notFull_.notify_one();
        return true;
    }

    void close() {
        std::lock_guard<std::mutex> lock(mutex_);
        closed_ = true;
        notEmpty_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable notEmpty_;
    std::condition_variable notFull_;
    int slots_[kSlots] = {};
    int first_ = 0;
    int next_ = 0;
    int count_ = 0;
    bool closed_ = false;
};

}  // namespace

int main() {
    Buffer buffer;
    long sums[2] = {};
    auto consume = [&buffer](long& sum) {
        int item = 0;
        while (buffer.take(item)) sum += item;  // NO-RACE: each consumer has its own sum
    };
    std::thread first(consume, std::ref(sums[0]));
    std::thread second(consume, std::ref(sums[1]));
    for (int i = 1; i <= kItems; ++i) buffer.put(i);
    buffer.close();
    first.join();
    second.join();
    std::printf("sum %ld of %d\n", sums[0] + sums[1], kItems * (kItems + 1) / 2);  // NO-RACE: after the joins
    return 0;
}
