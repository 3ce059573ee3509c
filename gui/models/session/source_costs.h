// SourceCosts: what each line of the sources cost and what was found there: time on the CPU (samples), time waited and
// time that others waited for a lock taken on the line. A line counts once for each stack it is on, whether on top
// (self) or further out. O(events + stacks × depth).
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "core/model/finding.h"
#include "gui/models/base/theme.h"
#include "gui/models/session/selection.h"
#include "trace/timeline/timeline.h"

namespace raddle::gui {

enum class SourceColumn : uint8_t {
    cpu,
    lockWait,
    otherWait,
    blocking  // that others waited for a lock taken on the line
};
inline constexpr size_t kSourceColumns = 4;
using SourceTimes = std::array<int64_t, kSourceColumns>;  // nanoseconds

// The colour of a column's bars.
State stateOf(SourceColumn column);

struct LineCost {
    SourceTimes self{};   // with the line on top of the stack
    SourceTimes total{};  // with the line anywhere on it
    uint64_t waits = 0;
    std::vector<size_t> findings;  // that name the line, by their place in the list

    bool operator==(const LineCost&) const = default;
};

using FileCosts = std::map<uint32_t, LineCost>;        // by line
using SourceCosts = std::map<std::string, FileCosts>;  // by path

struct SourceQuery {
    std::optional<TimeRange> range;
    std::vector<trace::ThreadId> threads;  // sorted; empty for all

    bool operator==(const SourceQuery&) const = default;
};

SourceCosts sourceCosts(const trace::Timeline& timeline, const std::vector<Finding>& findings,
                        const SourceQuery& query);

// What each stack costs, from which the costs of the lines of one function are made quickly. By StackId.
struct StackCost {
    SourceTimes times{};
    uint64_t waits = 0;
    bool any = false;

    void add(SourceColumn column, int64_t ns) {
        times[static_cast<size_t>(column)] += ns;
        any = true;
    }
};
std::vector<StackCost> stackCosts(const trace::Timeline& timeline, const SourceQuery& query);

// Of the lines of one function, libraries' too, in the file it is defined in: its own time and that of what it calls
// there. O(frames).
FileCosts functionCosts(const trace::Timeline& timeline, const std::vector<StackCost>& byStack,
                        trace::FunctionId function);

// A file's own costs in one, its totals those of its lines' selves; each finding once.
LineCost fileCost(const FileCosts& lines);

}  // namespace raddle::gui
