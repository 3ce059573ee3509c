// TickClock: from a recording's ticks to nanoseconds since its start. One straight line through the first and
// the last calibration point, so that the order of events across threads stays as it was.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "trace/file/recording_file.h"

namespace raddle::trace {

class TickClock {
  public:
    explicit TickClock(const RecordingFile& file);

    // Within [0, kMostNs], whatever the ticks.
    int64_t toNs(uint64_t ticks) const {
        if (ticks <= startTicks_) return 0;
        double ns = static_cast<double>(ticks - startTicks_) * nsPerTick_;
        return ns < static_cast<double>(kMostNs) ? static_cast<int64_t>(ns + 0.5) : kMostNs;
    }

    double nsPerTick() const { return nsPerTick_; }
    bool isCalibrated() const { return isCalibrated_; }

    static constexpr int64_t kMostNs = int64_t{1} << 60;

  private:
    uint64_t startTicks_ = 0;
    double nsPerTick_ = 1;
    bool isCalibrated_ = true;
};

}  // namespace raddle::trace
