// What the functions page says beyond the summary: how long threads waited inside each function, which needs only
// stacks and so works without instrumentation, and who calls whom.
#pragma once

#include <vector>

#include "trace/tables/summary.h"
#include "trace/timeline/timeline.h"

namespace raddle::gui {

// Time threads waited with the function on their stack, once per wait however often it is there.
struct FunctionWaits {
    int64_t lockNs = 0;
    int64_t otherNs = 0;
    uint64_t waits = 0;
    int64_t ownLockNs = 0;   // of lockNs: in itself, as its own time is told from its callees'
    int64_t ownOtherNs = 0;  // of otherNs

    bool operator==(const FunctionWaits&) const = default;
};

// Those with a stack.
struct StackWaits {
    int64_t lockNs = 0;
    int64_t otherNs = 0;
    uint64_t waits = 0;
};

// Indexed by StackId; waits are clipped to [beginNs, endNs); of some threads only, when any are given. O(waits).
std::vector<StackWaits> stackWaits(const trace::Timeline& timeline, int64_t beginNs, int64_t endNs,
                                   const std::vector<trace::ThreadId>& threads = {});

// Indexed by FunctionId. `called` are those with recorded calls, of which each wait is inside one. O(stacks × depth).
std::vector<FunctionWaits> functionWaits(const trace::Timeline& timeline, const std::vector<StackWaits>& byStack,
                                         const std::vector<trace::FunctionRow>& called);

struct Neighbour {
    trace::FunctionId function;  // invalid: a thread's outermost call
    uint64_t calls = 0;
    int64_t timeNs = 0;  // of a caller: spent in the function when called from there; of a callee: in it

    bool operator==(const Neighbour&) const = default;
};

struct Neighbours {
    std::vector<Neighbour> callers;  // most time first, both
    std::vector<Neighbour> callees;
};

// Of instrumented calls that begin in [beginNs, endNs); with those that were counted only, of all the time. O(calls).
Neighbours neighboursOf(const trace::Timeline& timeline, trace::FunctionId function, int64_t beginNs, int64_t endNs);

}  // namespace raddle::gui
