#include "trace/analysis/replay.h"

#include <algorithm>
#include <deque>
#include <queue>
#include <tuple>

#include "trace/analysis/stillness.h"

namespace raddle::trace {
namespace {

constexpr uint32_t kNone = UINT32_MAX;
constexpr int64_t kMostNs = INT64_MAX / 4;  // a broken recording's stretches can be anything; more adds nothing

// What of a thread's list comes first when several things have one time: what lets others go on does.
enum class Rank : uint8_t { release, post, start, wait, acquire };

struct Mark {
    int64_t atNs;
    Rank rank;
    uint32_t index;  // hold, wait, post or thread
    int64_t endNs;   // of a wait

    auto key() const { return std::tie(atNs, rank, index); }
};

}  // namespace

class Replay::Builder {
  public:
    Builder(Replay& replay, const Timeline& timeline, const Holders& holders, const WakeUps& wakeUps)
        : replay_(replay), timeline_(timeline), holders_(holders), wakeUps_(wakeUps) {}

    void run() {
        const size_t threads = timeline_.threads.size();
        marks_.resize(threads);
        replay_.posts_ = static_cast<uint32_t>(threads);
        replay_.locks_ = timeline_.locks.size();
        replay_.isStarted_.resize(threads);
        replay_.isEndless_.resize(threads);
        postOf_.resize(threads);
        still_ = stillness(timeline_);
        for (uint32_t t = 0; t < threads; ++t) addWaits(ThreadId{t});
        for (uint32_t t = 0; t < threads; ++t) addHoldsAndStarts(ThreadId{t});
        int64_t first = INT64_MAX, last = 0;
        for (uint32_t t = 0; t < threads; ++t) {
            first = std::min(first, timeline_.threads[t].beginNs);
            addSteps(ThreadId{t});
            if (!replay_.isEndless_[t]) last = std::max(last, timeline_.threads[t].endNs);
        }
        for (const Thread& thread : timeline_.threads) replay_.beginNs_.push_back(thread.beginNs - first);
        replay_.recordedNs_ = std::max<int64_t>(0, last - first);
    }

  private:
    bool isContended(LockId lock) const { return !holders_.of(lock).empty(); }

    void addWaits(ThreadId id) {
        const Thread& thread = timeline_.threads[id.index()];
        postOf_[id.index()].resize(still_[id.index()].size(), kNone);
        for (uint32_t s = 0; s < still_[id.index()].size(); ++s) {
            const Still& still = still_[id.index()][s];
            const Wait& wait = thread.waits[still.wait];
            marks_[id.index()].push_back({still.beginNs, Rank::wait, s, still.endNs});
            if (wait.kind == WaitKind::lock || wait.kind == WaitKind::sleep || wait.kind == WaitKind::io ||
                !wait.succeeded)
                continue;
            WakeUp wakeUp = wakeUps_.of(id, wait);
            if (!wakeUp.by.valid() || wait.blocker.index() >= timeline_.threads.size()) continue;
            if (wait.kind == WaitKind::join) {
                postOf_[id.index()][s] = wait.blocker.value;
                continue;
            }
            int64_t at = wakeUp.signalledNs;
            const Thread& sender = timeline_.threads[wait.blocker.index()];
            // Who is said to have signalled while it waited itself did not.
            if (at < sender.beginNs || at > sender.endNs || isStill(wait.blocker, at)) continue;
            postOf_[id.index()][s] = replay_.posts_;
            at = awakeBefore(wait.blocker, at);
            marks_[wait.blocker.index()].push_back({at, Rank::post, replay_.posts_++, at});
        }
    }

    bool isStill(ThreadId id, int64_t atNs) const {
        const std::vector<Still>& still = still_[id.index()];
        auto next =
            std::upper_bound(still.begin(), still.end(), atNs, [](int64_t at, const Still& s) { return at < s.endNs; });
        return next != still.end() && next->beginNs + kClockSlackNs < atNs && atNs + kClockSlackNs < next->endNs;
    }

    // The last time until then at which a thread did not wait.
    int64_t awakeBefore(ThreadId id, int64_t atNs) const {
        const std::vector<Still>& still = still_[id.index()];
        auto next =
            std::lower_bound(still.begin(), still.end(), atNs, [](const Still& s, int64_t at) { return s.endNs < at; });
        return next != still.end() && next->beginNs < atNs ? next->beginNs : atNs;
    }

    void addHoldsAndStarts(ThreadId id) {
        const Thread& thread = timeline_.threads[id.index()];
        std::vector<Mark>& marks = marks_[id.index()];
        for (uint32_t h = 0; h < thread.holds.size(); ++h) {
            const Hold& hold = thread.holds[h];
            if (!isContended(hold.lock) || hold.beginNs > hold.endNs) continue;
            marks.push_back({hold.beginNs, Rank::acquire, h, hold.endNs});
            if (hold.finished) marks.push_back({hold.endNs, Rank::release, h, hold.endNs});
        }
        ThreadId creator = thread.creator;
        bool isStarted = creator.index() < timeline_.threads.size() && creator != id &&
                         timeline_.threads[creator.index()].beginNs <= thread.beginNs &&
                         timeline_.threads[creator.index()].endNs >= thread.beginNs;
        if (!isStarted) return;
        replay_.isStarted_[id.index()] = true;
        // A new thread's first event comes a while after its creation, when the creator may wait for it already.
        int64_t at = awakeBefore(creator, thread.beginNs);
        marks_[creator.index()].push_back({at, Rank::start, id.value, thread.beginNs});
    }

    // The thread's marks in order, with the work between them. What falls into a wait (a post that comes a little late
    // on another processor's clock) is done behind it.
    void addSteps(ThreadId id) {
        const Thread& thread = timeline_.threads[id.index()];
        std::vector<Mark>& marks = marks_[id.index()];
        std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.key() < b.key(); });
        steps_.clear();
        nowNs_ = thread.beginNs;
        bool stays = false;
        for (const Mark& mark : marks) {
            if (stays) break;
            int64_t before = std::max<int64_t>(0, mark.atNs - nowNs_);
            switch (mark.rank) {
                case Rank::post:
                    add(Op::post, mark.index, before);
                    break;
                case Rank::start:
                    add(Op::start, mark.index, before, mark.endNs - mark.atNs);
                    break;
                case Rank::release:
                    add(Op::release, thread.holds[mark.index].lock.value, before, 0, isSecond(id, mark.index));
                    break;
                case Rank::acquire:
                    addAcquire(id, thread.holds[mark.index], mark.index, before);
                    break;
                case Rank::wait:
                    stays = !addWait(id, thread, mark, before);
                    break;
            }
            nowNs_ = std::max(nowNs_, mark.rank == Rank::wait ? mark.endNs : mark.atNs);
        }
        replay_.isEndless_[id.index()] = stays;
        replay_.tailNs_.push_back(std::max<int64_t>(0, thread.endNs - nowNs_));
        replay_.threads_.push_back(steps_);
        std::vector<Mark>().swap(marks);
    }

    void add(Op op, uint32_t what, int64_t beforeNs, int64_t wakeNs = 0, bool isSecond = false) {
        steps_.push_back({beforeNs, wakeNs, what, op, isSecond});
    }

    // Which half of a split lock: as if what it protects were spread evenly.
    static bool isSecond(ThreadId thread, uint32_t hold) { return ((hold + 31 * thread.value) * 2654435761u) >> 31; }

    // A wait for a lock and the hold after it are one step, at the time when the wait began.
    void addAcquire(ThreadId id, const Hold& hold, uint32_t index, int64_t beforeNs) {
        Op op = hold.mode == LockMode::shared ? Op::acquireShared : Op::acquire;
        if (waitedFor_ == hold.lock) {
            steps_[waitStep_].op = op;
            steps_[waitStep_].wakeNs = waitWakeNs_;
            steps_[waitStep_].isSecond = isSecond(id, index);
            waitedFor_ = {};
            return;
        }
        add(op, hold.lock.value, beforeNs, 0, isSecond(id, index));
    }

    // False for a wait that never ended.
    bool addWait(ThreadId id, const Thread& thread, const Mark& mark, int64_t beforeNs) {
        const Wait& wait = thread.waits[still_[id.index()][mark.index].wait];
        if (!wait.finished) return false;
        int64_t lasted = mark.endNs - mark.atNs;
        waitedFor_ = {};
        if (wait.kind == WaitKind::lock && wait.succeeded && isContended(wait.lock)) {
            WakeUp wakeUp = wakeUps_.of(id, wait);
            waitedFor_ = wait.lock;
            waitStep_ = steps_.size();
            waitWakeNs_ = wakeUp.by.valid() ? mark.endNs - wakeUp.atNs : 0;
            // Becomes an acquisition when its hold comes.
            steps_.push_back({beforeNs, lasted, wait.lock.value, Op::rest});
            return true;
        }
        if (uint32_t post = postOf_[id.index()][mark.index]; post != kNone) {
            WakeUp wakeUp = wakeUps_.of(id, wait);
            add(Op::await, post, beforeNs, std::clamp<int64_t>(mark.endNs - wakeUp.atNs, 0, lasted));
            return true;
        }
        add(Op::rest, 0, beforeNs, lasted);
        return true;
    }

    Replay& replay_;
    const Timeline& timeline_;
    const Holders& holders_;
    const WakeUps& wakeUps_;
    std::vector<std::vector<Mark>> marks_;
    std::vector<std::vector<Still>> still_;
    std::vector<std::vector<uint32_t>> postOf_;  // of each stretch of standing still: what ends it
    std::vector<Step> steps_;
    int64_t nowNs_ = 0;
    LockId waitedFor_;
    size_t waitStep_ = 0;
    int64_t waitWakeNs_ = 0;
};

Replay::Replay(const Timeline& timeline, const Holders& holders, const WakeUps& wakeUps) {
    Builder(*this, timeline, holders, wakeUps).run();
}

uint64_t Replay::steps() const {
    uint64_t steps = 0;
    for (const auto& thread : threads_) steps += thread.size();
    return steps;
}

// One replay: threads in order of the time of their next step.
class ReplayRun {
  public:
    ReplayRun(const Replay& replay, const ReplayOptions& options) : replay_(replay), options_(options) {
        threads_.resize(replay.threads_.size());
        locks_.resize(2 * replay.locks_);
        isPosted_.resize(replay.posts_);
        waiters_.resize(replay.posts_);
    }

    ReplayResult run() {
        for (uint32_t t = 0; t < threads_.size(); ++t)
            if (!replay_.isStarted_[t]) begin(t, replay_.beginNs_[t]);
        while (!next_.empty()) {
            auto [atNs, t] = next_.top();
            next_.pop();
            nowNs_ = atNs;
            doNext(t);
        }
        for (uint32_t t = 0; t < threads_.size(); ++t)
            if (threads_[t].isBegun && !threads_[t].isOver && !replay_.isEndless_[t]) out_.isStuck = true;
        return out_;
    }

  private:
    using Step = Replay::Step;
    using Op = Replay::Op;

    struct Runner {
        size_t next = 0;
        uint32_t heldChanged = 0;  // how often it has the lock that is changed
        bool isBegun = false;
        bool isOver = false;
        bool isQueued = false;  // before a lock
    };

    struct Queue {
        uint32_t readers = 0;
        bool isHeld = false;    // by a writer
        bool isWaking = false;  // the first in the queue is on its way
        std::deque<uint32_t> threads;
    };

    void begin(uint32_t t, int64_t atNs) {
        if (threads_[t].isBegun) return;
        threads_[t].isBegun = true;
        schedule(t, atNs);
    }

    // The thread works up to its next step.
    void schedule(uint32_t t, int64_t fromNs) {
        const auto& steps = replay_.threads_[t];
        const Runner& runner = threads_[t];
        int64_t before = runner.next < steps.size() ? steps[runner.next].beforeNs : replay_.tailNs_[t];
        if (runner.heldChanged > 0) before /= 2;
        next_.emplace(std::min(fromNs + before, kMostNs), t);
    }

    int64_t wakeNs(const Step& step) const { return options_.wakeUps ? step.wakeNs : 0; }

    bool isChanged(const Step& step) const { return step.what == options_.lock.value; }

    Queue& queueOf(const Step& step) {
        bool second = options_.change == Change::split && isChanged(step) && step.isSecond;
        return locks_[2 * step.what + second];
    }

    void doNext(uint32_t t) {
        Runner& runner = threads_[t];
        const auto& steps = replay_.threads_[t];
        ++out_.steps;
        if (runner.next == steps.size()) {
            if (replay_.isEndless_[t]) return;
            runner.isOver = true;
            out_.durationNs = std::max(out_.durationNs, nowNs_);
            post(t);
            return;
        }
        const Step& step = steps[runner.next];
        switch (step.op) {
            case Op::acquire:
            case Op::acquireShared:
                if (acquire(t, step)) goOn(t, nowNs_);
                return;
            case Op::release:
                release(t, step);
                goOn(t, nowNs_);
                return;
            case Op::post:
                post(step.what);
                goOn(t, nowNs_);
                return;
            case Op::await:
                if (isPosted_[step.what])
                    goOn(t, nowNs_);
                else
                    waiters_[step.what].push_back(t);
                return;
            case Op::start:
                begin(step.what, nowNs_ + step.wakeNs);
                goOn(t, nowNs_);
                return;
            case Op::rest:
                goOn(t, nowNs_ + (runner.heldChanged > 0 ? step.wakeNs / 2 : step.wakeNs));
                return;
        }
    }

    void goOn(uint32_t t, int64_t fromNs) {
        ++threads_[t].next;
        schedule(t, fromNs);
    }

    void post(uint32_t what) {
        if (isPosted_[what]) return;
        isPosted_[what] = true;
        for (uint32_t t : waiters_[what]) goOn(t, nowNs_ + wakeNs(replay_.threads_[t][threads_[t].next]));
        waiters_[what].clear();
    }

    // False: the thread is in the queue.
    bool acquire(uint32_t t, const Step& step) {
        bool changed = isChanged(step);
        if (changed && options_.change == Change::free) return true;
        Queue& queue = queueOf(step);
        bool isShared = step.op == Op::acquireShared;
        bool isMine = threads_[t].isQueued;  // it was woken to try again
        bool mayPass = queue.threads.empty() || isMine || !options_.isFair;
        if (isShared && !isMine && !queue.threads.empty()) mayPass = false;
        bool isFree = !queue.isHeld && (isShared || queue.readers == 0);
        if (isMine) queue.isWaking = false;
        if (!isFree || !mayPass) {
            if (!isMine) queue.threads.push_back(t);
            threads_[t].isQueued = true;
            return false;
        }
        if (isMine) {
            std::erase(queue.threads, t);
            threads_[t].isQueued = false;
        }
        isShared ? static_cast<void>(++queue.readers) : static_cast<void>(queue.isHeld = true);
        if (changed && options_.change == Change::halfHeld) ++threads_[t].heldChanged;
        if (isShared) wakeFirst(queue);
        return true;
    }

    void release(uint32_t t, const Step& step) {
        bool changed = isChanged(step);
        if (changed && options_.change == Change::free) return;
        if (changed && options_.change == Change::halfHeld && threads_[t].heldChanged > 0) --threads_[t].heldChanged;
        Queue& queue = queueOf(step);
        if (queue.readers > 0)
            --queue.readers;
        else
            queue.isHeld = false;
        wakeFirst(queue);
    }

    void wakeFirst(Queue& queue) {
        if (queue.threads.empty() || queue.isWaking || queue.isHeld) return;
        uint32_t first = queue.threads.front();
        const Step& step = replay_.threads_[first][threads_[first].next];
        if (queue.readers > 0 && step.op == Op::acquire) return;
        queue.isWaking = true;
        next_.emplace(nowNs_ + wakeNs(step), first);
    }

    const Replay& replay_;
    const ReplayOptions& options_;
    ReplayResult out_;
    std::vector<Runner> threads_;
    std::vector<Queue> locks_;
    std::vector<bool> isPosted_;
    std::vector<std::vector<uint32_t>> waiters_;
    std::priority_queue<std::pair<int64_t, uint32_t>, std::vector<std::pair<int64_t, uint32_t>>, std::greater<>> next_;
    int64_t nowNs_ = 0;
};

ReplayResult Replay::run(const ReplayOptions& options) const {
    return ReplayRun(*this, options).run();
}

}  // namespace raddle::trace
