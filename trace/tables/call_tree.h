// Call trees: what called what, for how long, on each thread; from recorded calls, which are exact but for what was
// counted only, or from samples, which are estimates. The form that flame graphs are drawn from. Linear in calls, and
// in frames of samples.
#pragma once

#include <vector>

#include "trace/tables/summary.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

enum class CallSource { calls, samples };

struct CallNode {
    static constexpr uint32_t kNoParent = UINT32_MAX;

    FunctionId function;
    uint32_t parent = kNoParent;  // index of the caller's node, which precedes this one
    uint64_t count = 0;           // calls, or samples in which it was the innermost
    int64_t selfNs = 0;
    int64_t cumulativeNs = 0;  // with callees

    bool operator==(const CallNode&) const = default;
};

struct CallTree {
    ThreadId thread;
    CallSource source = CallSource::calls;
    std::vector<CallNode> nodes;
    bool isEstimated = false;  // all or some of its times are

    bool operator==(const CallTree&) const = default;
};

// A tree for each thread that has any, in order of threads; of a thread with both, the one of its calls first.
std::vector<CallTree> callTrees(const Timeline& timeline);

// Those of samples only: of samples in [beginNs, endNs), and of some threads only, when any are given.
std::vector<CallTree> sampledTrees(const Timeline& timeline, int64_t beginNs = INT64_MIN, int64_t endNs = INT64_MAX,
                                   const std::vector<ThreadId>& threads = {});

// Whether a function is the recorder's, which is none of the program's calls: a library's function that it stands
// before.
bool isRecorder(const Timeline& timeline, FunctionId function);

// What samples tell of threads' time on processors, and what they do not. They are taken in user space: what the kernel
// did for the threads, and what recording them took, is seen only where it lacks in the sum.
struct SampledTime {
    uint64_t samples = 0;
    int64_t seenNs = 0;
    int64_t unseenNs = -1;  // -1: not known
};
// Of some threads only, when any are given. O(samples).
SampledTime sampledTime(const Timeline& timeline, const std::vector<ThreadId>& threads = {});

// Functions of some trees, most self time first. Cumulative time counts a function once for each outermost node of
// it, as FunctionRow says. `calls` is the number of samples in a sampled tree.
std::vector<FunctionRow> functionRows(const std::vector<const CallTree*>& trees);
std::vector<FunctionRow> functionsOf(const std::vector<CallTree>& trees);

}  // namespace raddle::trace
