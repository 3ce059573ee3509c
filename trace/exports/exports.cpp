#include "trace/exports/exports.h"

#include <nlohmann/json.hpp>

#include "trace/answers/words.h"
#include "trace/exports/output.h"
#include "trace/timeline/names.h"

namespace raddle::trace {

std::string jsonText(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string threadTitle(const Thread& thread) {
    return thread.name + " (" + std::to_string(thread.tid) + ")";
}

std::string waitedFor(const Timeline& timeline, const Wait& wait) {
    if (wait.kind == WaitKind::lock)
        if (const Lock* lock = lookup(timeline.locks, wait.lock)) return lock->name;
    if (wait.kind == WaitKind::join)
        if (const Thread* thread = lookup(timeline.threads, wait.blocker)) return threadTitle(*thread);
    if (wait.kind == WaitKind::io) return toString(wait.io);
    const Object* object = lookup(timeline.objects, wait.object);
    return object ? object->name : "";
}

Result<> exportTo(ExportFormat format, const Timeline& timeline, const Sink& sink, const ReadControl& control) {
    uint64_t items = 0;
    for (const Thread& thread : timeline.threads)
        items += thread.waits.size() + thread.holds.size() + thread.calls.size() + thread.samples.size();
    Output out(sink, control, items);
    switch (format) {
        case ExportFormat::chrome:
            exportChrome(timeline, out);
            break;
        case ExportFormat::speedscope:
            exportSpeedscope(timeline, out);
            break;
        case ExportFormat::firefox:
            exportFirefox(timeline, out);
            break;
        case ExportFormat::folded:
            exportFolded(timeline, out);
            break;
        case ExportFormat::callgrind:
            exportCallgrind(timeline, out);
            break;
        case ExportFormat::csv:
            exportCsv(timeline, out);
            break;
        case ExportFormat::callTrees:
            exportCallTrees(timeline, out);
            break;
        case ExportFormat::html:
            exportHtml(timeline, out);
            break;
    }
    return out.finish();
}

}  // namespace raddle::trace
