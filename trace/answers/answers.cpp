#include "trace/answers/answers.h"

#include <algorithm>
#include <tuple>

#include "trace/answers/advice.h"
#include "trace/answers/lock_families.h"

namespace raddle::trace {

const char* toString(Weight weight) {
    constexpr const char* kNames[] = {"stuck", "costly", "notable", "good"};
    return kNames[static_cast<size_t>(weight)];
}

const char* toString(Topic topic) {
    constexpr const char* kNames[] = {"deadlock",     "stuck",       "lock_contention", "held_while_waiting",
                                      "lock_order",   "convoy",      "starvation",      "lock_upkeep",
                                      "long_wait",    "idle",        "serial",          "few_cores",
                                      "imbalance",    "polling",     "short_threads",   "hot_function",
                                      "input_output", "lost_events", "reported",        "healthy"};
    return kNames[static_cast<size_t>(topic)];
}

std::vector<Answer> answersFor(const Timeline& timeline, const Summary& summary, const Analysis& analysis) {
    std::vector<Answer> out;
    if (timeline.threads.empty()) return out;
    Case of{timeline, summary, analysis, lockFamilies(timeline, summary)};
    for (size_t t = 0; t < timeline.threads.size(); ++t) {
        const WaitTimes& waited = analysis.causes.threadTimes[t];
        of.busyNs += static_cast<double>(timeline.threads[t].endNs - timeline.threads[t].beginNs) -
                     static_cast<double>(waited.idleNs + waited.joinNs + waited.sleepNs);
    }
    for (const StuckThread& stuck : stuckThreads(timeline)) {
        if (!isParked(timeline, stuck)) continue;
        const Wait& wait = timeline.threads[stuck.wait.thread.index()].waits[stuck.wait.index];
        of.parkedNs += wait.endNs - wait.beginNs;
    }
    of.busyNs -= static_cast<double>(of.parkedNs);
    adviseOnStuckThreads(of, out);
    adviseOnReports(of, out);
    adviseOnLocks(of, out);
    adviseOnOrder(of, out);
    adviseOnThreads(of, out);
    adviseOnPolling(of, out);
    adviseOnIo(of, out);
    adviseOnRest(of, out);
    std::sort(out.begin(), out.end(), [](const Answer& a, const Answer& b) {
        return std::tuple(a.weight, -a.cost, a.head) < std::tuple(b.weight, -b.cost, b.head);
    });
    return out;
}

}  // namespace raddle::trace
