#include "trace/read/sampled_holds.h"

#include <algorithm>
#include <bit>

namespace raddle::trace {

void SampledHolds::add(int64_t ns) {
    Bucket& bucket = byMagnitude_[static_cast<size_t>(std::bit_width(static_cast<uint64_t>(std::max<int64_t>(ns, 0))))];
    ++bucket.count;
    bucket.sumNs += ns;
    ++count_;
}

double SampledHolds::meanNs() const {
    constexpr uint64_t kFew = 16, kLongestOneIn = 200;
    uint64_t left = count_ < kFew ? 0 : std::max<uint64_t>(count_ / kLongestOneIn, 1);
    const uint64_t taken = count_ - left;
    double sum = 0;
    for (auto bucket = byMagnitude_.rbegin(); bucket != byMagnitude_.rend(); ++bucket) {
        const uint64_t out = std::min(left, bucket->count);
        left -= out;
        if (bucket->count > out)
            sum += static_cast<double>(bucket->sumNs) * static_cast<double>(bucket->count - out) /
                   static_cast<double>(bucket->count);
    }
    return taken == 0 ? 0 : sum / static_cast<double>(taken);
}

}  // namespace raddle::trace
