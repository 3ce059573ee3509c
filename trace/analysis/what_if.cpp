#include "trace/analysis/what_if.h"

#include <algorithm>
#include <array>

#include "trace/timeline/grow.h"

namespace raddle::trace {
namespace {

// The locks that were waited for most.
std::vector<LockId> candidates(const Timeline& timeline, size_t most) {
    std::vector<std::pair<int64_t, uint32_t>> waited(timeline.locks.size());
    for (uint32_t l = 0; l < waited.size(); ++l) waited[l].second = l;
    for (const Thread& thread : timeline.threads)
        for (const Wait& wait : thread.waits)
            if (wait.kind == WaitKind::lock && wait.finished && wait.lock.index() < waited.size())
                grow(waited[wait.lock.index()].first, wait.endNs - wait.beginNs);
    std::sort(waited.begin(), waited.end(),
              [](auto& a, auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
    std::vector<LockId> out;
    for (auto [ns, lock] : waited)
        if (ns > 0 && out.size() < most) out.push_back(LockId{lock});
    return out;
}

constexpr std::array<bool, 2> kRules = {false, true};  // ReplayOptions::isFair

class Estimator {
  public:
    explicit Estimator(const Replay& replay) : replay_(replay) {
        for (size_t i = 0; i < kRules.size(); ++i) base_[i] = replay.run({Change::nothing, {}, true, kRules[i]});
    }

    bool isUsable() const { return !base_[0].isStuck && base_[0].durationNs > 0; }
    int64_t baseNs() const { return base_[0].durationNs; }

    Saving of(LockId lock, Change change) const {
        Saving out{0, INT64_MAX, INT64_MIN};
        double recorded = static_cast<double>(replay_.recordedNs());
        for (size_t i = 0; i < kRules.size(); ++i) {
            if (base_[i].isStuck || base_[i].durationNs <= 0) continue;
            ReplayResult changed = replay_.run({change, lock, true, kRules[i]});
            if (changed.isStuck) continue;
            double base = static_cast<double>(base_[i].durationNs);
            double saved = recorded * (base - static_cast<double>(changed.durationNs)) / base;
            double error = std::abs(saved) * std::min(1.0, std::abs(base - recorded) / recorded);
            if (i == 0) out.ns = static_cast<int64_t>(saved);
            out.lowNs = std::min(out.lowNs, static_cast<int64_t>(saved - error));
            out.highNs = std::max(out.highNs, static_cast<int64_t>(saved + error));
        }
        if (out.lowNs > out.highNs) return {};
        return out;
    }

  private:
    const Replay& replay_;
    std::array<ReplayResult, kRules.size()> base_;
};

}  // namespace

WhatIfs whatIfs(const Timeline& timeline, const Holders& holders, const WakeUps& wakeUps) {
    WhatIfs out;
    Replay replay(timeline, holders, wakeUps);
    out.recordedNs = replay.recordedNs();
    if (replay.recordedNs() <= 0 || replay.steps() > kMostReplaySteps / 3) return out;
    Estimator estimator(replay);
    if (!estimator.isUsable()) return out;
    out.replayedNs = estimator.baseNs();
    ReplayResult ideal = replay.run({Change::nothing, {}, false, false});
    if (!ideal.isStuck)
        out.idealNs = static_cast<int64_t>(static_cast<double>(ideal.durationNs) * static_cast<double>(out.recordedNs) /
                                           static_cast<double>(out.replayedNs));
    constexpr uint64_t kReplaysEach = 3 * kRules.size();
    uint64_t affordable = kMostReplaySteps / std::max<uint64_t>(1, replay.steps()) / kReplaysEach;
    for (LockId lock : candidates(timeline, std::min<uint64_t>(kMostWhatIfs, affordable)))
        out.locks.push_back({lock, estimator.of(lock, Change::free), estimator.of(lock, Change::split),
                             estimator.of(lock, Change::halfHeld)});
    std::sort(out.locks.begin(), out.locks.end(), [](const WhatIf& a, const WhatIf& b) {
        return a.free.ns != b.free.ns ? a.free.ns > b.free.ns : a.lock < b.lock;
    });
    return out;
}

}  // namespace raddle::trace
