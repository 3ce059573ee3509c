#include "trace/analysis/parallelism.h"

#include <algorithm>
#include <queue>

#include "trace/timeline/grow.h"

namespace raddle::trace {
namespace {

int64_t lifeNs(const Thread& thread) {
    return std::max<int64_t>(0, thread.endNs - thread.beginNs);
}

int64_t stillNs(const std::vector<Still>& still) {
    int64_t sum = 0;
    for (const Still& s : still) sum += s.endNs - s.beginNs;
    return sum;
}

// The times at which a thread begins and ceases to run, one after the other, without a list of them.
class Switches {
  public:
    Switches(const Thread& thread, const std::vector<Still>& still) : thread_(&thread), still_(&still) {}

    bool isOver() const { return next_ == 2 * still_->size() + 2; }
    int64_t atNs() const {
        if (next_ == 0) return thread_->beginNs;
        if (next_ == 2 * still_->size() + 1) return thread_->endNs;
        const Still& s = (*still_)[(next_ - 1) / 2];
        return next_ % 2 ? s.beginNs : s.endNs;
    }
    bool begins() const { return next_ % 2 == 0; }
    void goOn() { ++next_; }

  private:
    const Thread* thread_;
    const std::vector<Still>* still_;
    size_t next_ = 0;
};

void countRunning(const Timeline& timeline, const std::vector<std::vector<Still>>& still, Parallelism& out) {
    std::vector<Switches> switches;
    std::priority_queue<std::pair<int64_t, size_t>, std::vector<std::pair<int64_t, size_t>>, std::greater<>> next;
    for (size_t t = 0; t < timeline.threads.size(); ++t) {
        switches.emplace_back(timeline.threads[t], still[t]);
        bool runs = lifeNs(timeline.threads[t]) > 0 && !standsInSystem(timeline.threads[t], still[t]);
        if (runs) next.emplace(switches[t].atNs(), t);
    }
    int64_t nowNs = 0;
    size_t running = 0;
    auto advance = [&](int64_t toNs) {
        toNs = std::min(toNs, timeline.durationNs);
        if (toNs <= nowNs) return;
        if (running >= out.runningNs.size()) out.runningNs.resize(running + 1);
        out.runningNs[running] += toNs - nowNs;
        nowNs = toNs;
    };
    while (!next.empty()) {
        auto [atNs, t] = next.top();
        next.pop();
        advance(atNs);
        if (switches[t].begins())
            ++running;
        else
            --running;
        switches[t].goOn();
        if (!switches[t].isOver()) next.emplace(switches[t].atNs(), t);
    }
    advance(timeline.durationNs);
    for (size_t n = 0; n < out.runningNs.size(); ++n)
        out.meanRunning += static_cast<double>(n) * static_cast<double>(out.runningNs[n]);
    if (timeline.durationNs > 0) out.meanRunning /= static_cast<double>(timeline.durationNs);
}

bool isWorker(const Thread& thread, const std::vector<Still>& still) {
    int64_t joins = 0, others = 0;
    for (const Still& s : still) (thread.waits[s.wait].kind == WaitKind::join ? joins : others) += s.endNs - s.beginNs;
    int64_t running = lifeNs(thread) - joins - others;
    return running > 0 && !standsInSystem(thread, still) && joins / 9 < running + others;
}

double part(double of, double whole) {
    return whole > 0 ? std::min(1.0, of / whole) : 1;
}

}  // namespace

Parallelism parallelism(const Timeline& timeline, const std::vector<std::vector<Still>>& still, int64_t idealNs) {
    Parallelism out;
    countRunning(timeline, still, out);
    double running = 0;
    out.cpuNs = timeline.threads.empty() ? -1 : 0;
    for (uint32_t t = 0; t < timeline.threads.size(); ++t) {
        const Thread& thread = timeline.threads[t];
        if (thread.cpuNs < 0 || out.cpuNs < 0)
            out.cpuNs = -1;
        else
            grow(out.cpuNs, thread.cpuNs);
        if (thread.queuedNs >= 0) {
            out.queuedNs = std::max<int64_t>(out.queuedNs, 0);
            // The kernel counts from before the recorder did.
            grow(out.queuedNs, std::min(thread.queuedNs, lifeNs(thread)));
        }
        if (!isWorker(thread, still[t])) continue;
        out.workers.push_back(ThreadId{t});
        int64_t ns = lifeNs(thread) - stillNs(still[t]);
        running += static_cast<double>(ns);
        out.busiestNs = std::max(out.busiestNs, ns);
    }
    if (out.workers.empty()) return out;
    auto whole = static_cast<double>(timeline.durationNs), busiest = static_cast<double>(out.busiestNs);
    double ideal = idealNs > 0 ? std::clamp(static_cast<double>(idealNs), busiest, std::max(busiest, whole)) : whole;
    double mean = running / static_cast<double>(out.workers.size());
    out.loadBalance = part(mean, busiest);
    out.serialisation = part(busiest, ideal);
    out.transfer = part(ideal, whole);
    out.efficiency = part(mean, whole);
    return out;
}

}  // namespace raddle::trace
