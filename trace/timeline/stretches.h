// Stretches: the union of stretches of time. The waits for a lock are few and its holds many, so what looks
// at both first leaves out the holds that no wait touches.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace raddle::trace {

class Stretches {
  public:
    void add(int64_t beginNs, int64_t endNs) { parts_.emplace_back(beginNs, endNs); }

    // Call once, when all are added. O(n log n).
    void join() {
        std::sort(parts_.begin(), parts_.end());
        size_t last = 0;
        for (size_t i = 1; i < parts_.size(); ++i) {
            if (parts_[i].first <= parts_[last].second)
                parts_[last].second = std::max(parts_[last].second, parts_[i].second);
            else
                parts_[++last] = parts_[i];
        }
        if (!parts_.empty()) parts_.resize(last + 1);
    }

    bool empty() const { return parts_.empty(); }
    // Ends included. O(log n).
    bool touches(int64_t beginNs, int64_t endNs) const {
        auto behind = std::partition_point(parts_.begin(), parts_.end(), [&](auto& p) { return p.first <= endNs; });
        return behind != parts_.begin() && std::prev(behind)->second >= beginNs;
    }

  private:
    std::vector<std::pair<int64_t, int64_t>> parts_;
};

}  // namespace raddle::trace
