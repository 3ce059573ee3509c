// Recording: one recording and all that is worked out of it once; tables of it, or of a part.
#pragma once

#include <QString>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "core/archive/mapped_file.h"
#include "gui/models/recording/function_stats.h"
#include "gui/models/recording/timeline_index.h"
#include "trace/tables/lock_spread.h"
#include "trace/tables/summary.h"

namespace raddle::gui {

struct TimeRange {
    int64_t beginNs = 0;
    int64_t endNs = 0;

    bool operator==(const TimeRange&) const = default;
};

// What the tables are about: all of the recording, or a part of its time, and of functions those of some threads.
struct Scope {
    std::optional<TimeRange> range;
    std::vector<trace::ThreadId> threads;  // all when empty

    bool isWhole() const { return !range && threads.empty(); }
    bool operator==(const Scope&) const = default;
};

// What the tables show of a scope.
struct Tables {
    trace::Summary summary;                    // its functions are those of the scope's threads
    std::vector<trace::LockSpread> spreads;    // by LockId; empty for the whole time: see Insight
    std::vector<FunctionWaits> functionWaits;  // by FunctionId
    std::vector<trace::StackId> mostlyHeldIn;  // by LockId: the holder's stack most waiting is blamed on
    bool isEstimate = false;                   // of a part, from some moments in it
};

// Never changes after it is made.
struct Recording {
    QString path;
    trace::Timeline timeline;
    Tables tables;  // of the whole recording
    TimelineIndex index;
    std::shared_ptr<const archive::MappedFile> file;  // that the events lie in, when they are lent
};

// Ends early, with anything, when `cancelled` becomes true.
Tables makeTables(const trace::Timeline& timeline, const Scope& scope, const std::atomic<bool>* cancelled = nullptr);
std::shared_ptr<const Recording> makeRecording(QString path, trace::Timeline timeline);

}  // namespace raddle::gui
