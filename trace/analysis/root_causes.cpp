#include "trace/analysis/root_causes.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "trace/timeline/grow.h"
#include "trace/timeline/sites.h"

namespace raddle::trace {
namespace {

// Of a wait, a part of it in time.
struct Part {
    ThreadId waiter;
    const Wait* wait;
    int64_t beginNs;
    int64_t endNs;
};

class Charger {
  public:
    Charger(const Timeline& timeline, const std::vector<std::vector<Still>>& still, const Holders& holders,
            const WakeUps& wakeUps)
        : timeline_(timeline), still_(still), holders_(holders), wakeUps_(wakeUps) {}

    RootCauses run() {
        out_.threadTimes.resize(timeline_.threads.size());
        for (uint32_t t = 0; t < timeline_.threads.size(); ++t) {
            times_ = &out_.threadTimes[t];
            for (const Still& s : still_[t])
                take({ThreadId{t}, &timeline_.threads[t].waits[s.wait], s.beginNs, s.endNs});
            add(*times_);
        }
        for (auto& [key, row] : rows_) out_.rows.push_back(row);
        std::sort(out_.rows.begin(), out_.rows.end(), [](auto& a, auto& b) {
            return std::tie(b.waitNs, a.lock, a.object, a.thread, a.kind, a.function, a.at, a.through) <
                   std::tie(a.waitNs, b.lock, b.object, b.thread, b.kind, b.function, b.at, b.through);
        });
        return std::move(out_);
    }

  private:
    void add(const WaitTimes& of) {
        WaitTimes& sum = out_.times;
        grow(sum.contentionNs, of.contentionNs);
        grow(sum.handOverNs, of.handOverNs);
        grow(sum.throughLocksNs, of.throughLocksNs);
        grow(sum.idleNs, of.idleNs);
        grow(sum.barrierNs, of.barrierNs);
        grow(sum.joinNs, of.joinNs);
        grow(sum.sleepNs, of.sleepNs);
    }

    void take(const Part& part) {
        int64_t ns = part.endNs - part.beginNs;
        chain_.assign(1, part.waiter);
        first_ = &part;
        through_ = {};
        switch (part.wait->kind) {
            case WaitKind::sleep:
            case WaitKind::io:
                times_->sleepNs += ns;
                return;
            case WaitKind::join:
                times_->joinNs += ns;
                return;
            case WaitKind::barrier:
                times_->barrierNs += ns;
                firstLock_ = {};
                chargeEvent(part, nullptr);
                return;
            case WaitKind::lock:
                firstLock_ = part.wait->lock;
                chargeLock(part, part.wait->lock, &times_->contentionNs);
                return;
            default:
                firstLock_ = {};
                chargeEvent(part, &times_->idleNs);
        }
    }

    // `sink` gets the time that a top-level wait is counted as; null below the top, where it is counted already.
    void chargeLock(const Part& part, LockId lock, int64_t* sink) {
        int64_t at = part.beginNs;
        bool any = false;
        for (const HeldBy& hold : holders_.during(lock, part.beginNs, part.endNs)) {
            if (hold.thread == part.waiter || hold.endNs <= at) continue;
            if (hold.beginNs > at) at = gap(part, at, std::min(hold.beginNs, part.endNs), any, sink);
            int64_t end = std::min(hold.endNs, part.endNs);
            if (end <= at) continue;
            if (sink) *sink += end - at;
            chargeThread({hold.thread, nullptr, at, end}, hold.stack);
            at = end;
            any = true;
        }
        if (at < part.endNs) gap(part, at, part.endNs, any, sink);
    }

    // Nobody is recorded to have held the lock: before the first holder that was the wait's blocker, then nobody was.
    int64_t gap(const Part& part, int64_t beginNs, int64_t endNs, bool wasHeld, int64_t* sink) {
        const Wait& wait = *part.wait;
        bool isBlocked = !wasHeld && wait.kind == WaitKind::lock && wait.blocker.index() < timeline_.threads.size() &&
                         wait.blocker != part.waiter;
        if (isBlocked) {
            if (sink) *sink += endNs - beginNs;
            chargeThread({wait.blocker, nullptr, beginNs, endNs}, wait.blockerStack);
        } else {
            if (sink) (wait.finished ? times_->handOverNs : *sink) += endNs - beginNs;
            charge(wait.finished ? CauseKind::handOver : CauseKind::unknown, {}, {}, endNs - beginNs);
        }
        return endNs;
    }

    // Up to the signal the sender is to blame, from then on whoever kept the mutex.
    void chargeEvent(const Part& part, int64_t* idle) {
        const Wait& wait = *part.wait;
        WakeUp wakeUp = wakeUps_.of(part.waiter, wait);
        ThreadId sender = wait.blocker.index() < timeline_.threads.size() ? wait.blocker : ThreadId{};
        // Who comes to a barrier last waits for nobody.
        if (wait.kind == WaitKind::barrier && wait.finished && !sender.valid()) {
            charge(CauseKind::handOver, {}, {}, part.endNs - part.beginNs);
            return;
        }
        if (!wakeUp.by.valid() || !sender.valid()) {
            if (idle) *idle += part.endNs - part.beginNs;
            bool timedOut = wait.finished && !wait.succeeded;
            charge(timedOut ? CauseKind::timedOut : CauseKind::unknown, {}, {}, part.endNs - part.beginNs);
            return;
        }
        int64_t signalledNs = wait.kind == WaitKind::join ? wakeUp.atNs : wakeUp.signalledNs;
        signalledNs = std::clamp(signalledNs, part.beginNs, part.endNs);
        if (signalledNs > part.beginNs) {
            int64_t before = lockedNs_;
            chargeThread({sender, nullptr, part.beginNs, signalledNs}, wait.blockerStack);
            int64_t locked = lockedNs_ - before;
            if (idle) {
                times_->throughLocksNs += locked;
                *idle += signalledNs - part.beginNs - locked;
            }
        }
        if (signalledNs >= part.endNs) return;
        Part rest{part.waiter, part.wait, signalledNs, part.endNs};
        if (wait.kind == WaitKind::condition && wait.lock.valid()) {
            LockId outer = firstLock_;
            if (chain_.size() == 1) firstLock_ = wait.lock;
            chargeLock(rest, wait.lock, idle ? &times_->contentionNs : nullptr);
            firstLock_ = outer;
            return;
        }
        if (idle) times_->handOverNs += rest.endNs - rest.beginNs;
        charge(CauseKind::handOver, {}, {}, rest.endNs - rest.beginNs);
    }

    // What a thread that others wait for did in a stretch of time.
    void chargeThread(const Part& part, StackId stack) {
        bool isCircle = std::find(chain_.begin(), chain_.end(), part.waiter) != chain_.end();
        if (isCircle || chain_.size() >= kMostHops) {
            // What went on was no circle: holds whose begin is not known can look like one.
            bool isReal = !first_->wait->finished || !first_->wait->succeeded;
            charge(isReal ? CauseKind::circle : CauseKind::unknown, part.waiter, stack, part.endNs - part.beginNs);
            return;
        }
        const std::vector<Still>& still = still_[part.waiter.index()];
        auto next = std::upper_bound(still.begin(), still.end(), part.beginNs,
                                     [](int64_t at, const Still& s) { return at < s.endNs; });
        chain_.push_back(part.waiter);
        int64_t at = part.beginNs;
        for (; next != still.end() && next->beginNs < part.endNs; ++next) {
            if (next->beginNs > at) charge(CauseKind::running, part.waiter, stack, next->beginNs - at);
            at = std::max(at, next->beginNs);
            int64_t end = std::min(next->endNs, part.endNs);
            chargeWait({part.waiter, &timeline_.threads[part.waiter.index()].waits[next->wait], at, end});
            at = end;
        }
        if (at < part.endNs) charge(CauseKind::running, part.waiter, stack, part.endNs - at);
        chain_.pop_back();
    }

    // A wait of a thread that others wait for.
    void chargeWait(const Part& part) {
        const Wait& wait = *part.wait;
        LockId outer = through_;
        if (wait.kind == WaitKind::sleep || wait.kind == WaitKind::io) {
            charge(wait.kind == WaitKind::io ? CauseKind::io : CauseKind::sleeping, part.waiter, wait.stack,
                   part.endNs - part.beginNs);
        } else if (wait.kind == WaitKind::lock) {
            grow(lockedNs_, part.endNs - part.beginNs);
            through_ = wait.lock;
            chargeLock(part, wait.lock, nullptr);
        } else if (wakeUps_.of(part.waiter, wait).by.valid()) {
            chargeEvent(part, nullptr);
        } else {
            charge(CauseKind::waiting, part.waiter, wait.stack, part.endNs - part.beginNs);
        }
        through_ = outer;
    }

    void charge(CauseKind kind, ThreadId thread, StackId stack, int64_t ns) {
        if (ns <= 0) return;
        LockId through = through_ == firstLock_ ? LockId{} : through_;
        ObjectId object = firstLock_.valid() ? ObjectId{} : first_->wait->object;
        auto [it, isNew] = rows_.try_emplace(Key{firstLock_, object, thread, siteIndex(stack), kind, through});
        CauseRow& row = it->second;
        if (isNew) {
            Site site = siteOf(timeline_, stack);
            row = {kind, firstLock_, object, thread, site.function, site.at, through, 0, 0};
        }
        grow(row.waitNs, ns);
        ++row.parts;
    }

    // Stacks that are the same place are one.
    uint32_t siteIndex(StackId stack) {
        if (stack.index() >= timeline_.stacks.size()) return UINT32_MAX;
        if (siteIndex_.empty()) siteIndex_.resize(timeline_.stacks.size(), UINT32_MAX);
        uint32_t& index = siteIndex_[stack.index()];
        if (index == UINT32_MAX) {
            Site site = siteOf(timeline_, stack);
            index = sites_.try_emplace({site.function, site.at}, static_cast<uint32_t>(sites_.size())).first->second;
        }
        return index;
    }

    struct Key {
        LockId lock;
        ObjectId object;
        ThreadId thread;
        uint32_t site;
        CauseKind kind;
        LockId through;

        bool operator==(const Key&) const = default;
    };
    struct Hash {
        size_t operator()(const Key& key) const {
            uint64_t hash = 0;
            for (uint32_t part : {key.lock.value, key.object.value, key.thread.value, key.site,
                                  static_cast<uint32_t>(key.kind), key.through.value})
                hash = (hash ^ part) * 0x9e3779b97f4a7c15u;
            return hash ^ hash >> 32;
        }
    };

    const Timeline& timeline_;
    const std::vector<std::vector<Still>>& still_;
    const Holders& holders_;
    const WakeUps& wakeUps_;
    RootCauses out_;
    std::unordered_map<Key, CauseRow, Hash> rows_;
    std::vector<uint32_t> siteIndex_;
    std::map<std::pair<FunctionId, SourceLocation>, uint32_t> sites_;
    WaitTimes* times_ = nullptr;
    const Part* first_ = nullptr;  // the wait that is charged
    LockId firstLock_;             // what it waits for, when that is a lock
    LockId through_;               // the last lock on the way
    std::vector<ThreadId> chain_;  // from the waiter to the culprit
    int64_t lockedNs_ = 0;         // that threads on the way stood before locks
};

}  // namespace

const char* toString(CauseKind kind) {
    constexpr const char* kNames[] = {"running", "sleeping",  "io",        "waiting",
                                      "circle",  "hand_over", "timed_out", "unknown"};
    return kNames[static_cast<size_t>(kind)];
}

RootCauses rootCauses(const Timeline& timeline, const std::vector<std::vector<Still>>& still, const Holders& holders,
                      const WakeUps& wakeUps) {
    return Charger(timeline, still, holders, wakeUps).run();
}

}  // namespace raddle::trace
