// LockGraph: which locks are taken while others are held, as the recording saw it and as the scanner's findings say, in
// one graph. Locks of both are the same when their names are, or else when what is left of them without namespaces is,
// or their last part, and no other lock's. Linear in edges and findings; at most kMostLocks locks, those in circles and
// with most edges first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/finding.h"
#include "trace/analysis/lock_order.h"
#include "trace/timeline/timeline.h"

namespace raddle::gui {

struct LockNode {
    std::string name;
    trace::LockId lock;  // invalid: only findings name it
    bool inCircle = false;

    bool operator==(const LockNode&) const = default;
};

struct LockArrow {
    uint32_t from = 0;               // held …
    uint32_t to = 0;                 // … while this one is taken
    std::optional<size_t> observed;  // in LockOrder::edges
    uint64_t count = 0;              // that it was seen
    std::vector<size_t> findings;    // that say so, by place in the list
    bool inCircle = false;           // it is part of a circle of arrows, which need not be a deadlock
    bool dangerous = false;          // it is part of a predicted deadlock or of a finding

    bool operator==(const LockArrow&) const = default;
};

struct LockGraph {
    std::vector<LockNode> nodes;
    std::vector<LockArrow> arrows;
    size_t leftOut = 0;  // locks
};

inline constexpr size_t kMostLocks = 60;

// `findings` are the scanner's; those that the order itself predicts are known from its inversions.
LockGraph lockGraph(const trace::Timeline& timeline, const trace::LockOrder& order,
                    const std::vector<Finding>& findings);

}  // namespace raddle::gui
