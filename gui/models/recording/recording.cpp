#include "gui/models/recording/recording.h"

#include <future>

#include "gui/models/recording/lock_detail.h"
#include "gui/models/recording/scope_tables.h"
#include "trace/tables/call_tree.h"
#include "trace/tables/function_times.h"

namespace raddle::gui {

namespace {

constexpr int64_t kNever = INT64_MAX / 4;  // what happens at the very end is in

// Of functions: those of some threads.
void narrow(Tables& tables, const trace::Timeline& timeline, int64_t beginNs, int64_t endNs,
            const std::vector<trace::ThreadId>& threads) {
    tables.summary.sampled = trace::functionsOf(trace::sampledTrees(timeline, beginNs, endNs, threads));
    if (!threads.empty()) tables.summary.functions = trace::functionTimes(timeline, beginNs, endNs, threads);
}

}  // namespace

Tables makeTables(const trace::Timeline& timeline, const Scope& scope, const std::atomic<bool>* cancelled) {
    Tables tables;
    TimeRange range = scope.range.value_or(TimeRange{0, timeline.durationNs});
    bool isAllTime = range.beginNs <= 0 && range.endNs >= timeline.durationNs;
    std::vector<StackWaits> waits;
    auto rest = std::async(std::launch::async, [&] {
        if (!isAllTime) tables.spreads = trace::lockSpreads(timeline, range.beginNs, range.endNs, cancelled);
        if (cancelled && *cancelled) return;
        waits = stackWaits(timeline, range.beginNs, range.endNs, scope.threads);
        if (cancelled && *cancelled) return;
        tables.mostlyHeldIn = mostlyHeldIn(timeline, range.beginNs, range.endNs);
    });
    tables.summary =
        isAllTime ? trace::summarize(timeline) : trace::summarize(timeline, range.beginNs, range.endNs, cancelled);
    if (!scope.isWhole()) narrow(tables, timeline, range.beginNs, isAllTime ? kNever : range.endNs, scope.threads);
    rest.get();
    if (cancelled && *cancelled) return tables;
    tables.functionWaits = functionWaits(timeline, waits, tables.summary.functions);
    return tables;
}

Tables tablesOf(const Recording& recording, trace::Parts& parts, const Scope& scope,
                const std::atomic<bool>* cancelled) {
    const trace::Timeline& whole = recording.timeline;
    bool isAllTime = !scope.range || (scope.range->beginNs <= 0 && scope.range->endNs >= whole.durationNs);
    if (!isAllTime) return makeTables(parts.between(scope.range->beginNs, scope.range->endNs), scope, cancelled);
    Tables tables = recording.tables;
    narrow(tables, whole, 0, kNever, scope.threads);
    tables.functionWaits =
        functionWaits(whole, stackWaits(whole, 0, whole.durationNs, scope.threads), tables.summary.functions);
    return tables;
}

std::shared_ptr<const Recording> makeRecording(QString path, trace::Timeline timeline) {
    auto recording = std::make_shared<Recording>();
    recording->path = std::move(path);
    recording->timeline = std::move(timeline);
    // Side by side: both only read the timeline, and someone waits for the first picture.
    auto index = std::async(std::launch::async, buildIndex, std::cref(recording->timeline));
    recording->tables = makeTables(recording->timeline, {});
    recording->index = index.get();
    return recording;
}

}  // namespace raddle::gui
