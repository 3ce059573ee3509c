#include "trace/answers/words.h"
#include "trace/report/analysis_report.h"
#include "trace/timeline/names.h"
#include "trace/timeline/sites.h"

namespace raddle::trace {
namespace {

using Json = nlohmann::ordered_json;

class Writer {
  public:
    explicit Writer(const Timeline& timeline) : timeline_(timeline) {}

    Json answer(const Answer& a) const {
        Json out{{"kind", toString(a.topic)},
                 {"severity", toString(a.weight)},
                 {"cost", a.cost},
                 {"text", a.head},
                 {"detail", a.detail}};
        out["lock"] = name(timeline_.locks, a.lock);
        out["object"] = name(timeline_.objects, a.object);
        out["function"] = name(timeline_.functions, a.function);
        out["threads"] = Json::array();
        for (ThreadId id : a.threads) out["threads"].push_back(thread(id));
        out["wait"] = nullptr;
        if (a.wait) {
            const Wait& wait = timeline_.threads[a.wait->thread.index()].waits[a.wait->index];
            out["wait"] = Json{{"thread", thread(a.wait->thread)}, {"begin_ns", wait.beginNs}, {"end_ns", wait.endNs}};
        }
        return out;
    }

    static Json times(const WaitTimes& t) {
        return Json{{"contention_ns", t.contentionNs},
                    {"hand_over_ns", t.handOverNs},
                    {"through_locks_ns", t.throughLocksNs},
                    {"idle_ns", t.idleNs},
                    {"barrier_ns", t.barrierNs},
                    {"join_ns", t.joinNs},
                    {"sleep_ns", t.sleepNs}};
    }

    Json causes(const RootCauses& causes) const {
        Json rows = Json::array();
        for (const CauseRow& row : causes.rows)
            rows.push_back(Json{{"lock", name(timeline_.locks, row.lock)},
                                {"object", name(timeline_.objects, row.object)},
                                {"cause", toString(row.kind)},
                                {"thread", thread(row.thread)},
                                {"function", name(timeline_.functions, row.function)},
                                {"location", place(row.at)},
                                {"through", name(timeline_.locks, row.through)},
                                {"wait_ns", row.waitNs},
                                {"parts", row.parts}});
        return rows;
    }

    Json waiting(const RootCauses& causes) const {
        Json out = times(causes.times);
        out["threads"] = Json::array();
        for (uint32_t t = 0; t < causes.threadTimes.size(); ++t) {
            Json row{{"thread", t}};
            row.update(times(causes.threadTimes[t]));
            out["threads"].push_back(row);
        }
        return out;
    }

    Json path(const CriticalPath& path) const {
        Json threads = Json::array(), locks = Json::array();
        for (uint32_t t = 0; t < path.threadNs.size(); ++t)
            if (path.threadNs[t] > 0) threads.push_back(Json{{"thread", t}, {"running_ns", path.threadNs[t]}});
        for (const PathLock& row : path.locks)
            locks.push_back(Json{{"lock", name(timeline_.locks, row.lock)},
                                 {"held_ns", row.heldNs},
                                 {"waking_ns", row.wokenNs},
                                 {"handovers", row.handovers}});
        return Json{{"length_ns", path.lengthNs()},
                    {"running_ns", path.runningNs},
                    {"in_system_ns", path.inSystemNs},
                    {"waking_ns", path.wakingNs},
                    {"sleeping_ns", path.sleepingNs},
                    {"waiting_ns", path.waitingNs},
                    {"threads", threads},
                    {"locks", locks}};
    }

    Json parallelism(const Parallelism& p) const {
        Json workers = Json::array();
        for (ThreadId id : p.workers) workers.push_back(id.value);
        return Json{{"running_ns", p.runningNs},
                    {"mean_running", p.meanRunning},
                    {"cpu_ns", p.cpuNs >= 0 ? Json(p.cpuNs) : Json(nullptr)},
                    {"workers", workers},
                    {"efficiency", p.efficiency},
                    {"load_balance", p.loadBalance},
                    {"serialisation", p.serialisation},
                    {"transfer", p.transfer}};
    }

    Json order(const LockOrder& order) const {
        Json edges = Json::array(), inversions = Json::array();
        for (const LockOrderEdge& edge : order.edges)
            edges.push_back(Json{{"held", name(timeline_.locks, edge.held)},
                                 {"taken", name(timeline_.locks, edge.taken)},
                                 {"count", edge.count},
                                 {"threads", edge.threads},
                                 {"held_in", site(edge.heldAt)},
                                 {"taken_in", site(edge.takenAt)},
                                 {"first_ns", edge.firstNs}});
        for (const Inversion& steps : order.inversions) {
            Json out = Json::array();
            for (const LockOrderStep& step : steps)
                out.push_back(Json{{"thread", thread(step.thread)},
                                   {"held", name(timeline_.locks, step.held)},
                                   {"wanted", name(timeline_.locks, step.wanted)},
                                   {"held_in", site(step.heldAt)},
                                   {"wanted_in", site(step.wantedAt)},
                                   {"at_ns", step.atNs}});
            inversions.push_back(out);
        }
        return Json{{"edges", edges},
                    {"inversions", inversions},
                    {"guarded", order.guarded},
                    {"ordered", order.ordered},
                    {"complete", !order.isCut}};
    }

    Json convoy(const Convoy& row) const {
        return Json{{"lock", name(timeline_.locks, row.lock)},
                    {"begin_ns", row.beginNs},
                    {"end_ns", row.endNs},
                    {"handovers", row.handovers},
                    {"threads", row.threads},
                    {"wait_ns", row.waitNs},
                    {"hand_over_ns", row.handOverNs},
                    {"held_ns", row.heldNs}};
    }

    Json starvation(const Starvation& row) const {
        return Json{{"lock", name(timeline_.locks, row.lock)},
                    {"thread", thread(row.thread)},
                    {"begin_ns", timeline_.threads[row.thread.index()].waits[row.wait].beginNs},
                    {"wait_ns", row.waitNs},
                    {"overtaken", row.overtaken},
                    {"overtaken_by", row.overtakenBy}};
    }

    static Json saving(const Saving& s) { return Json{{"saved_ns", s.ns}, {"low_ns", s.lowNs}, {"high_ns", s.highNs}}; }

    Json whatIf(const WhatIfs& what) const {
        Json locks = Json::array();
        for (const WhatIf& row : what.locks)
            locks.push_back(Json{{"lock", name(timeline_.locks, row.lock)},
                                 {"free", saving(row.free)},
                                 {"split", saving(row.split)},
                                 {"half_held", saving(row.halfHeld)}});
        return Json{{"recorded_ns", what.recordedNs},
                    {"replayed_ns", what.replayedNs},
                    {"ideal_ns", what.idealNs},
                    {"locks", locks}};
    }

    Json upkeep(const Upkeep& row) const {
        return Json{{"lock", name(timeline_.locks, row.lock)},
                    {"uncontended", row.uncontended},
                    {"moves", row.moves},
                    {"low_ns", row.lowNs},
                    {"high_ns", row.highNs}};
    }

  private:
    template <class T, class Tag>
    static Json name(const std::vector<T>& list, Id<Tag> id) {
        const T* item = lookup(list, id);
        return item ? Json(item->name) : Json(nullptr);
    }
    static Json thread(ThreadId id) { return id.valid() ? Json(id.value) : Json(nullptr); }
    static std::string place(const SourceLocation& at) { return at.file.empty() ? "" : toString(at); }
    Json site(StackId stack) const {
        Site site = siteOf(timeline_, stack);
        return Json{{"function", name(timeline_.functions, site.function)}, {"location", place(site.at)}};
    }

    const Timeline& timeline_;
};

}  // namespace

void addAnalysis(const Timeline& timeline, const Analysis& analysis, const std::vector<Answer>& answers, Json& out) {
    Writer writer(timeline);
    for (const char* key : {"answers", "convoys", "starvation", "upkeep"}) out[key] = Json::array();
    for (const Answer& answer : answers) out["answers"].push_back(writer.answer(answer));
    out["waiting"] = writer.waiting(analysis.causes);
    out["root_causes"] = writer.causes(analysis.causes);
    out["critical_path"] = writer.path(analysis.path);
    out["parallelism"] = writer.parallelism(analysis.parallelism);
    out["lock_order"] = writer.order(analysis.order);
    out["what_if"] = writer.whatIf(analysis.whatIfs);
    for (const Convoy& row : analysis.convoys) out["convoys"].push_back(writer.convoy(row));
    for (const Starvation& row : analysis.starvation) out["starvation"].push_back(writer.starvation(row));
    for (const Upkeep& row : analysis.upkeep) out["upkeep"].push_back(writer.upkeep(row));
}

}  // namespace raddle::trace
