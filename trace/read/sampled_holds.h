// How long a thread held a lock, from one acquisition in so many of it. The few that took by far the longest (the
// thread was not on a processor) would, each for so many others, make up most of the sum: they stand for themselves
// only. O(1) an acquisition, in the memory of 64 sums.
#pragma once

#include <array>
#include <cstdint>

namespace raddle::trace {

class SampledHolds {
  public:
    void add(int64_t ns);
    bool isEmpty() const { return count_ == 0; }
    // Without the longest in 200, of sixteen and more.
    double meanNs() const;

  private:
    struct Bucket {
        uint64_t count = 0;
        int64_t sumNs = 0;
    };
    uint64_t count_ = 0;
    std::array<Bucket, 65> byMagnitude_;
};

}  // namespace raddle::trace
