// ThreadSanitizer's reports in a recording: from events to the timeline.
#pragma once

#include <string>
#include <vector>

#include "trace/file/event_decoder.h"
#include "trace/read/raw_tables.h"
#include "trace/read/survey.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

// A report as its thread recorded it: threads are ThreadSanitizer's numbers until all threads are known.
struct RawTsanEvent {
    struct Numbered {
        uint32_t number = 0;
        int64_t tid = 0;
    };

    static constexpr uint32_t kNoThread = UINT32_MAX;

    uint32_t image = 0;  // index in Survey::images
    uint32_t serial = 0;
    TsanEvent event;
    std::vector<Numbered> threads;        // one for each of event.threads
    std::vector<uint32_t> accessThreads;  // numbers, one for each of event.accesses
    std::vector<uint32_t> placeThreads;
};

// Begins a report, or adds a part to the last one; a part without its report is left out.
void takeTsanEvent(const Event& event, const SurveyedThread& thread, int64_t atNs, RawStacks& stacks,
                   std::vector<RawTsanEvent>& reports);

// Puts the reports into the timeline, in order of time, with the threads and locks that they are about. Locks are as in
// `locks`; thread ids must be final.
void resolveTsanEvents(const Survey& survey, const RawObjects& locks, std::vector<RawTsanEvent> reports,
                       Timeline& timeline);

}  // namespace raddle::trace
