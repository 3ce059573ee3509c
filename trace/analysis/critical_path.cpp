#include "trace/analysis/critical_path.h"

#include <algorithm>
#include <utility>

namespace raddle::trace {
namespace {

class Walk {
  public:
    Walk(const Timeline& timeline, const std::vector<std::vector<Still>>& still, const WakeUps& wakeUps)
        : timeline_(timeline), still_(still), wakeUps_(wakeUps) {}

    CriticalPath run() {
        for (size_t t = 0; t < timeline_.threads.size(); ++t)
            isInSystem_.push_back(standsInSystem(timeline_.threads[t], still_[t]));
        path_.threadNs.resize(timeline_.threads.size());
        locks_.resize(timeline_.locks.size());
        if (!findEnd()) return std::move(path_);
        while (step()) {
        }
        std::reverse(path_.parts.begin(), path_.parts.end());
        addHolds();
        for (uint32_t l = 0; l < locks_.size(); ++l)
            if (locks_[l].heldNs || locks_[l].handovers) {
                locks_[l].lock = LockId{l};
                path_.locks.push_back(locks_[l]);
            }
        std::sort(path_.locks.begin(), path_.locks.end(), [](const PathLock& a, const PathLock& b) {
            return a.heldNs != b.heldNs ? a.heldNs > b.heldNs : a.lock < b.lock;
        });
        return std::move(path_);
    }

  private:
    // Of the process with the most thread time: others are what started it (a shell) or what it started.
    ProcessId mainProcess() const {
        std::vector<double> lives(timeline_.processes.size());
        for (const Thread& thread : timeline_.threads)
            if (thread.process.index() < lives.size())
                lives[thread.process.index()] += static_cast<double>(thread.endNs - thread.beginNs);
        if (lives.empty()) return {};
        return {static_cast<uint32_t>(std::max_element(lives.begin(), lives.end()) - lives.begin())};
    }

    // The process ends when its first thread does; threads that wait then, for more work, are just cut off.
    bool findEnd() {
        const ProcessId process = mainProcess();
        ThreadId first;
        for (uint32_t t = 0; t < timeline_.threads.size(); ++t) {
            const Thread& thread = timeline_.threads[t];
            if (thread.process.valid() && thread.process != process) continue;
            if (!first.valid()) first = ThreadId{t};
            bool isLater = !at_.valid() || thread.endNs > nowNs_;
            if (!isLater) continue;
            at_ = ThreadId{t};
            nowNs_ = thread.endNs;
        }
        if (first.valid() && timeline_.threads[first.index()].endNs >= nowNs_ - timeline_.durationNs / 50) {
            at_ = first;
            nowNs_ = timeline_.threads[first.index()].endNs;
        }
        return at_.valid();
    }

    void add(PathKind kind, int64_t beginNs, uint32_t wait = UINT32_MAX) {
        if (beginNs >= nowNs_) return;
        if (kind == PathKind::running && isInSystem_[at_.index()]) kind = PathKind::inSystem;
        path_.parts.push_back({kind, at_, beginNs, nowNs_, wait});
        int64_t ns = nowNs_ - beginNs;
        switch (kind) {
            case PathKind::running:
                path_.runningNs += ns;
                path_.threadNs[at_.index()] += ns;
                break;
            case PathKind::inSystem:
                path_.inSystemNs += ns;
                path_.threadNs[at_.index()] += ns;
                break;
            case PathKind::wakingUp:
                path_.wakingNs += ns;
                break;
            case PathKind::sleeping:
                path_.sleepingNs += ns;
                break;
            case PathKind::waiting:
                path_.waitingNs += ns;
                break;
        }
        nowNs_ = beginNs;
    }

    // One stretch further back; false at the begin.
    bool step() {
        const std::vector<Still>& still = still_[at_.index()];
        auto behind = std::lower_bound(still.begin(), still.end(), nowNs_,
                                       [](const Still& s, int64_t at) { return s.beginNs < at; });
        if (behind == still.begin()) return toCreator();
        const Still& last = *std::prev(behind);
        const Waiter waiter = std::exchange(waiter_, {});
        add(PathKind::running, std::min(last.endNs, nowNs_));
        const Thread& thread = timeline_.threads[at_.index()];
        const Wait& wait = thread.waits[last.wait];
        WakeUp wakeUp = wakeUps_.of(at_, wait);
        if (wakeUp.by.valid() && wakeUp.atNs <= last.beginNs && last.endNs <= nowNs_) {
            add(PathKind::wakingUp, last.beginNs, last.wait);  // what it waited for was there already
            return true;
        }
        // In the middle of a wait (the end of the recording, or a thread that others blame while it waits) all that is
        // known is that it waits.
        bool isWoken = wakeUp.by.valid() && wakeUp.atNs <= nowNs_ && wakeUp.atNs >= last.beginNs &&
                       timeline_.threads[wakeUp.by.index()].beginNs <= wakeUp.atNs && last.endNs <= nowNs_;
        // Of a thread that stood waiting for the world outside before anybody waited for it: what the waiter did until
        // then may be what let it go on (a signal sent, a pipe written to), its own standing was not.
        if (!isWoken && wait.kind == WaitKind::io && waiter.thread.valid() && waiter.sinceNs > last.beginNs &&
            waiter.sinceNs < nowNs_) {
            add(PathKind::sleeping, waiter.sinceNs, last.wait);
            at_ = waiter.thread;
            return true;
        }
        if (!isWoken) {
            add(wait.kind == WaitKind::sleep || wait.kind == WaitKind::io ? PathKind::sleeping : PathKind::waiting,
                last.beginNs, last.wait);
            return true;
        }
        if (PathLock* lock = wait.lock.index() < locks_.size() ? &locks_[wait.lock.index()] : nullptr;
            lock && wait.kind == WaitKind::lock) {
            ++lock->handovers;
            lock->wokenNs += nowNs_ - wakeUp.atNs;
        }
        add(PathKind::wakingUp, wakeUp.atNs, last.wait);
        // Threads that wake each other at one instant must not be walked in a circle.
        if (nowNs_ < lastJumpNs_)
            jumpsAtOnce_ = 0;
        else if (++jumpsAtOnce_ > timeline_.threads.size()) {
            add(PathKind::waiting, last.beginNs, last.wait);
            return true;
        }
        lastJumpNs_ = nowNs_;
        waiter_ = {at_, last.beginNs};
        at_ = wakeUp.by;
        return true;
    }

    bool toCreator() {
        const Thread& thread = timeline_.threads[at_.index()];
        add(PathKind::running, std::min(thread.beginNs, nowNs_));
        bool hasCreator = thread.creator.index() < timeline_.threads.size() && ++creators_ <= timeline_.threads.size();
        if (!hasCreator || timeline_.threads[thread.creator.index()].beginNs > nowNs_) return false;
        at_ = thread.creator;
        // A new thread's first event comes a while after its creation, when the creator may wait already.
        const std::vector<Still>& still = still_[at_.index()];
        auto next = std::lower_bound(still.begin(), still.end(), nowNs_,
                                     [](const Still& s, int64_t at) { return s.endNs < at; });
        if (next != still.end()) add(PathKind::wakingUp, next->beginNs);
        return true;
    }

    void addHolds() {
        for (const PathPart& part : path_.parts) {
            if (part.kind == PathKind::wakingUp) continue;
            const List<Hold>& holds = timeline_.threads[part.thread.index()].holds;
            addHolds(part, holds, latestEnds(part.thread));
        }
    }

    void addHolds(const PathPart& part, const List<Hold>& holds, const std::vector<int64_t>& latest) {
        auto first = static_cast<size_t>(std::upper_bound(latest.begin(), latest.end(), part.beginNs) - latest.begin());
        for (size_t i = first; i < holds.size() && holds[i].beginNs < part.endNs; ++i) {
            int64_t ns = std::min(holds[i].endNs, part.endNs) - std::max(holds[i].beginNs, part.beginNs);
            if (ns > 0 && holds[i].lock.index() < locks_.size()) locks_[holds[i].lock.index()].heldNs += ns;
        }
    }

    // The latest end of each hold of a thread and those before it, so that a search finds the first that reaches a
    // time.
    const std::vector<int64_t>& latestEnds(ThreadId thread) {
        if (latestEnds_.empty()) latestEnds_.resize(timeline_.threads.size());
        std::vector<int64_t>& latest = latestEnds_[thread.index()];
        if (!latest.empty()) return latest;
        int64_t end = INT64_MIN;
        for (const Hold& hold : timeline_.threads[thread.index()].holds)
            latest.push_back(end = std::max(end, hold.endNs));
        return latest;
    }

    struct Waiter {
        ThreadId thread;
        int64_t sinceNs = 0;
    };

    const Timeline& timeline_;
    const std::vector<std::vector<Still>>& still_;
    const WakeUps& wakeUps_;
    Waiter waiter_;  // from whose wait the walk has just come
    CriticalPath path_;
    std::vector<PathLock> locks_;
    std::vector<bool> isInSystem_;  // by thread
    std::vector<std::vector<int64_t>> latestEnds_;
    ThreadId at_;
    int64_t nowNs_ = 0;
    int64_t lastJumpNs_ = INT64_MAX;
    size_t jumpsAtOnce_ = 0;
    size_t creators_ = 0;
};

}  // namespace

CriticalPath criticalPath(const Timeline& timeline, const std::vector<std::vector<Still>>& still,
                          const WakeUps& wakeUps) {
    return Walk(timeline, still, wakeUps).run();
}

}  // namespace raddle::trace
