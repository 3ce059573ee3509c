#include "trace/read/counted_calls.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

// The file may say anything: what a thread did in its life is at most that long.
int64_t estimate(uint64_t ticks, const RaddleCallCount& row, uint64_t calls, const TickClock& clock, int64_t mostNs) {
    if (row.timed == 0) return 0;
    double scale = static_cast<double>(calls) / row.timed;
    double ns = static_cast<double>(ticks) * clock.nsPerTick() * scale;
    return ns < static_cast<double>(mostNs) ? static_cast<int64_t>(ns) : mostNs;
}

void addRow(Draft& draft, const SurveyedThread& surveyed, const RaddleCallCount& row) {
    Thread& thread = draft.timeline.threads[surveyed.id.index()];
    CountedCalls counted;
    counted.calls = row.calls - std::min<uint64_t>(row.calls, row.written);
    if (counted.calls == 0) return;
    auto named = [&](uint64_t address) {
        return FunctionId{draft.functions.intern(surveyed.image, address, surveyed.beginNs)};
    };
    counted.function = named(row.function);
    if (uint64_t caller = row.caller & ~RADDLE_CALLER_CLOSED) counted.caller = named(caller);
    counted.timed = row.timed;
    int64_t lifeNs = std::max<int64_t>(0, thread.endNs - thread.beginNs);
    counted.ns = estimate(row.timedTicks, row, counted.calls, draft.clock, lifeNs);
    counted.outerNs = std::min(counted.ns, estimate(row.outerTicks, row, counted.calls, draft.clock, lifeNs));
    thread.countedCalls.push_back(counted);
}

}  // namespace

void addCallCounts(RecordingFile& file, Draft& draft) {
    for (const ChunkRef& chunk : file.callCounts()) {
        const SurveyedThread* thread = draft.survey.bySerial(chunk.header.thread);
        std::string_view rows = file.events(chunk);
        if (!thread || rows.size() != kRaddleCallRows * sizeof(RaddleCallCount)) continue;
        for (size_t i = 0; i < kRaddleCallRows; ++i) {
            RaddleCallCount row;
            std::memcpy(&row, rows.data() + i * sizeof row, sizeof row);
            if (row.function != 0) addRow(draft, *thread, row);
        }
    }
    uint64_t calls = 0, timed = 0;
    std::set<FunctionId> functions;
    for (const Thread& thread : draft.timeline.threads)
        for (const CountedCalls& counted : thread.countedCalls) {
            calls += counted.calls;
            timed += counted.timed;
            functions.insert(counted.function);
        }
    if (calls == 0) return;
    draft.timeline.notes.push_back(humanCount(calls) + " calls of " + humanCount(functions.size()) +
                                   (functions.size() == 1 ? " function" : " functions") +
                                   " were counted only, to stay within the budget: numbers of calls are exact, times "
                                   "marked ~ are estimated from " +
                                   humanCount(timed) + " of them (--exact records all)");
}

}  // namespace raddle::trace
