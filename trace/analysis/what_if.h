// What if a lock were free, two, or held half as long: how much shorter the run would be, from replays of the recording
// (trace/analysis/replay.h), for the locks that were waited for most. The range is that of two rules of who gets a lock
// (first come, or whoever is quickest), widened by how far the replay of the recording as it was is off. What is left
// out of the model (processors; work that depends on the order) is not in the range, so it is an estimate.
#pragma once

#include <vector>

#include "trace/analysis/replay.h"

namespace raddle::trace {

struct Saving {
    int64_t ns = 0;  // of the run
    int64_t lowNs = 0;
    int64_t highNs = 0;

    bool operator==(const Saving&) const = default;
};

struct WhatIf {
    LockId lock;
    Saving free;
    Saving split;
    Saving halfHeld;

    bool operator==(const WhatIf&) const = default;
};

struct WhatIfs {
    std::vector<WhatIf> locks;  // the greatest saving first
    int64_t recordedNs = 0;
    int64_t replayedNs = 0;  // as it was; how much that differs from what was recorded is the model's error
    int64_t idealNs = 0;     // with wake-ups that take no time; 0 when it cannot be told
};

inline constexpr size_t kMostWhatIfs = 3;                 // locks
inline constexpr uint64_t kMostReplaySteps = 20'000'000;  // of all replays together: fewer locks for longer recordings

WhatIfs whatIfs(const Timeline& timeline, const Holders& holders, const WakeUps& wakeUps);

}  // namespace raddle::trace
