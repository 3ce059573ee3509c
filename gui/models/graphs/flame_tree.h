// FlameTree: where time goes, merged over stacks: on the CPU by samples, in recorded calls, or waiting, with what was
// waited for and who was in the way on top of the waiter's stack (a chain graph, after B. Gregg's off-wake and chain
// graphs). Built for a query in O(events + stacks × depth); drawing costs what layoutFlame() returns.
#pragma once

#include <QString>
#include <cstdint>
#include <vector>

#include "gui/models/session/selection.h"
#include "trace/timeline/timeline.h"

namespace raddle::gui {

enum class FlameCost {
    samples,  // time on the CPU, estimated
    calls,    // wall time in instrumented calls
    waits,    // all waiting
    lockWaits,
    eventWaits,  // conditions, semaphores, barriers, futexes
    otherWaits   // joins and sleeps
};

struct FlameQuery {
    FlameCost cost = FlameCost::waits;
    std::optional<TimeRange> range;
    std::vector<trace::ThreadId> threads;  // sorted; empty for all
    trace::LockId lock;                    // of lock waits: only those for it
    bool byThread = false;                 // a thread's name below its stacks
    bool fromLeaves = false;               // stacks upside down: who is expensive, and below it who calls it
    trace::FunctionId around;              // only what goes through this function, from it outwards
};

struct FlameNode {
    enum class Kind : uint8_t { root, function, thread, lock, object, reason, heldBy, wokenBy };
    static constexpr uint32_t kNone = UINT32_MAX;

    Kind kind = Kind::root;
    uint32_t id = 0;  // FunctionId's, ThreadId's, … value; of a reason the WaitKind
    uint32_t parent = kNone;
    uint32_t firstChild = kNone;  // children lie side by side, most time first
    uint32_t children = 0;
    uint64_t count = 0;  // samples or waits that pass through it, or calls of it
    int64_t selfNs = 0;
    int64_t totalNs = 0;
};

struct FlameTree {
    std::vector<FlameNode> nodes;  // the root first; none when the query finds nothing
    uint32_t depth = 0;            // of the deepest node, the root's is 0
};

FlameTree flameTree(const trace::Timeline& timeline, const FlameQuery& query);

// Whether the timeline has anything of this cost at all.
bool hasCost(const trace::Timeline& timeline, FlameCost cost);

QString nodeText(const trace::Timeline& timeline, const FlameNode& node);   // short: "flush", "waits for mu"
QString nodePlace(const trace::Timeline& timeline, const FlameNode& node);  // "io.cc:88" or empty

}  // namespace raddle::gui
