#include <nlohmann/json.hpp>

#include "core/model/report_io.h"
#include "trace/report/analysis_report.h"
#include "trace/report/report.h"
#include "trace/tables/regions.h"
#include "trace/timeline/names.h"
#include "trace/timeline/sites.h"

namespace raddle::trace {
namespace {

using Json = nlohmann::ordered_json;

std::string locationText(const SourceLocation& at) {
    return at.file.empty() ? "" : toString(at);
}

class Writer {
  public:
    explicit Writer(const Timeline& timeline) : timeline_(timeline) {}

    Json thread(const ThreadRow& row) const {
        const Thread& thread = timeline_.threads[row.thread.index()];
        Json out{{"name", thread.name},
                 {"tid", thread.tid},
                 {"pid", pid(thread.process)},
                 {"id", row.thread.value},
                 {"creator", thread.creator.valid() ? Json(thread.creator.value) : Json(nullptr)},
                 {"entry", functionName(thread.entry)},
                 {"begin_ns", thread.beginNs},
                 {"end_ns", thread.endNs},
                 {"exited", thread.exited},
                 {"life_ns", row.lifeNs}};
        out["cpu_ns"] = row.cpuNs >= 0 ? Json(row.cpuNs) : Json(nullptr);
        out["queued_ns"] = thread.queuedNs >= 0 ? Json(thread.queuedNs) : Json(nullptr);
        out["lock_wait_ns"] = row.lockWaitNs;
        out["io_wait_ns"] = row.ioWaitNs;
        out["other_wait_ns"] = row.otherWaitNs;
        return out;
    }

    Json lock(const LockRow& row) const {
        const Lock& lock = timeline_.locks[row.lock.index()];
        Json blame = Json::array();
        for (const BlameRow& part : row.blame) blame.push_back(blameRow(part));
        return Json{{"name", lock.name},
                    {"kind", toString(lock.kind)},
                    {"declared_at", locationText(lock.declaredAt)},
                    {"pid", pid(lock.process)},
                    {"address", lock.address},
                    {"acquisitions", row.acquisitions},
                    {"contended", row.contended},
                    {"failed_tries", lock.failedTries},
                    {"wait_ns", row.waitNs},
                    {"max_wait_ns", row.maxWaitNs},
                    {"hold_ns", row.holdNs},
                    {"counted_only", row.countedOnly},
                    {"estimated_hold_ns", row.estimatedHoldNs},
                    {"max_hold_ns", row.maxHoldNs},
                    {"blame", blame}};
    }

    Json object(const ObjectRow& row) const {
        const Object& object = timeline_.objects[row.object.index()];
        Json wokenBy = Json::array();
        for (const BlameRow& part : row.wokenBy) wokenBy.push_back(blameRow(part));
        return Json{{"name", object.name},
                    {"kind", toString(object.kind)},
                    {"declared_at", locationText(object.declaredAt)},
                    {"pid", pid(object.process)},
                    {"address", object.address},
                    {"waits", row.waits},
                    {"signals", row.signals},
                    {"contended", row.contended},
                    {"wait_ns", row.waitNs},
                    {"max_wait_ns", row.maxWaitNs},
                    {"woken_by", wokenBy}};
    }

    Json function(const FunctionRow& row) const {
        const Function& function = timeline_.functions[row.function.index()];
        return Json{{"name", function.name},
                    {"module", function.module},
                    {"location", locationText(function.at)},
                    {"calls", row.calls},
                    {"self_ns", row.selfNs},
                    {"cumulative_ns", row.cumulativeNs},
                    {"counted_only", row.countedOnly},
                    {"is_estimated", row.isEstimated}};
    }

    Json region(const RegionRow& row) const {
        return Json{{"kind", toString(row.kind)},
                    {"function", functionName(row.where.function)},
                    {"location", locationText(row.where.at)},
                    {"threads", row.threads},
                    {"parts", row.parts},
                    {"work_ns", row.workNs},
                    {"longest_thread_ns", row.longestNs}};
    }

    Json sampledFunction(const FunctionRow& row) const {
        const Function& function = timeline_.functions[row.function.index()];
        return Json{{"name", function.name}, {"module", function.module}, {"location", locationText(function.at)},
                    {"samples", row.calls},  {"self_ns", row.selfNs},     {"cumulative_ns", row.cumulativeNs}};
    }

    Json process(const Process& process) const {
        return Json{{"pid", process.pid},
                    {"parent_pid", process.parent.valid() ? Json(pid(process.parent)) : Json(nullptr)},
                    {"command", process.command},
                    {"begin_ns", process.beginNs},
                    {"end_ns", process.endNs}};
    }

    Json deadlock(const Deadlock& steps) const {
        Json out = Json::array();
        for (const DeadlockStep& step : steps) {
            const Thread& thread = timeline_.threads[step.thread.index()];
            Site waits = siteOf(timeline_, step.waitsAt), held = siteOf(timeline_, step.heldSince);
            out.push_back(
                {{"thread", thread.name},
                 {"tid", thread.tid},
                 {"waits_for", step.lock.valid() ? Json(timeline_.locks[step.lock.index()].name) : Json(nullptr)},
                 {"function", functionName(waits.function)},
                 {"location", locationText(waits.at)},
                 {"held_in", functionName(held.function)},
                 {"held_since", locationText(held.at)}});
        }
        return out;
    }

  private:
    Json blameRow(const BlameRow& part) const {
        bool known = part.thread.valid() && part.thread.index() < timeline_.threads.size();
        return Json{{"thread", known ? timeline_.threads[part.thread.index()].name : "unknown"},
                    {"tid", known ? timeline_.threads[part.thread.index()].tid : 0},
                    {"function", functionName(part.function)},
                    {"location", locationText(part.at)},
                    {"wait_ns", part.waitNs},
                    {"waits", part.waits}};
    }

    int64_t pid(ProcessId id) const {
        return id.valid() && id.index() < timeline_.processes.size() ? timeline_.processes[id.index()].pid : 0;
    }
    std::string functionName(FunctionId id) const {
        return id.valid() && id.index() < timeline_.functions.size() ? timeline_.functions[id.index()].name : "";
    }

    const Timeline& timeline_;
};

}  // namespace

std::string toJson(const Timeline& timeline, const Summary& summary, const Analysis& analysis) {
    Writer writer(timeline);
    Json out{{"version", kSummaryJsonVersion},
             {"command", timeline.command},
             {"started_at_unix_ns", timeline.startedAtUnixNs},
             {"duration_ns", timeline.durationNs},
             {"processors", timeline.processors},
             {"complete", timeline.complete},
             {"events", timeline.events},
             {"dropped_events", timeline.droppedEvents},
             {"torn_bytes", timeline.tornBytes},
             {"notes", timeline.notes}};
    addAnalysis(timeline, analysis, answersFor(timeline, summary, analysis), out);
    for (const char* key : {"deadlocks", "processes", "threads", "locks", "objects", "functions", "sampled_functions"})
        out[key] = Json::array();
    for (const Deadlock& steps : summary.deadlocks) out["deadlocks"].push_back(writer.deadlock(steps));
    for (const Process& process : timeline.processes) out["processes"].push_back(writer.process(process));
    for (const ThreadRow& row : summary.threads) out["threads"].push_back(writer.thread(row));
    for (const LockRow& row : summary.locks) out["locks"].push_back(writer.lock(row));
    for (const ObjectRow& row : summary.objects) out["objects"].push_back(writer.object(row));
    for (const FunctionRow& row : summary.functions) out["functions"].push_back(writer.function(row));
    out["regions"] = Json::array();
    for (const RegionRow& row : regionRows(timeline)) out["regions"].push_back(writer.region(row));
    for (const FunctionRow& row : summary.sampled) out["sampled_functions"].push_back(writer.sampledFunction(row));
    Report findings;
    findings.findings = summary.findings;
    out["findings"] = Json::parse(saveReport(findings))["findings"];
    // Names come from the recorded program and need not be UTF-8.
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace raddle::trace
