#include "trace/file/clock.h"

namespace raddle::trace {

TickClock::TickClock(const RecordingFile& file) : startTicks_(file.header().startTicks) {
    const RaddleFileHeader& header = file.header();
    if (header.clock == kRaddleClockMonotonic) return;
    uint64_t lastTicks = header.endTicks;
    uint64_t lastNs = header.endMonotonicNs;
    if (lastTicks <= startTicks_)
        for (const ChunkRef& chunk : file.chunks())
            if (chunk.header.baseTicks > lastTicks) {
                lastTicks = chunk.header.baseTicks;
                lastNs = chunk.header.baseMonotonicNs;
            }
    isCalibrated_ = lastTicks > startTicks_ && lastNs > header.startMonotonicNs;
    if (isCalibrated_)
        nsPerTick_ =
            static_cast<double>(lastNs - header.startMonotonicNs) / static_cast<double>(lastTicks - startTicks_);
}

}  // namespace raddle::trace
