// Polling: threads that ask again and again whether there is work instead of waiting for it, which takes a processor
// each. They never stand still, and of what they do nothing is recorded but that they take a lock of their own, always
// at the same place, and let go of it at once. A thread that computes and counts its steps under such a lock looks the
// same; where the thread was sampled, the samples decide: a thread that asks is in the function that takes the lock.
// O(holds + waits + samples).
#pragma once

#include <vector>

#include "trace/timeline/timeline.h"

namespace raddle::trace {

struct Polling {
    ThreadId thread;
    LockId lock;
    FunctionId function;  // that takes it; invalid when unknown
    int64_t ns = 0;       // between one taking and the next, in all
    uint64_t turns = 0;
    bool isSampled = false;

    bool operator==(const Polling&) const = default;
};

inline constexpr int64_t kPollingHoldNs = 5000;  // the longest hold under which nothing is done
inline constexpr uint64_t kPollingTurns = 20;
inline constexpr double kPollingShare = 0.3;  // of the thread's life

std::vector<Polling> pollings(const Timeline& timeline);  // in order of threads

}  // namespace raddle::trace
