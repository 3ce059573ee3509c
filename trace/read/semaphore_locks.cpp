#include "trace/read/semaphore_locks.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace raddle::trace {
namespace {

// What happens to one semaphore, in order of time. A thread that was woken has it from the end of its wait.
struct Use {
    enum class Kind { post, take, asks };

    int64_t atNs;
    Kind kind;
    ThreadId thread;
    StackId stack;
    Wait* wait = nullptr;  // of `asks`, and of a `take` that had to wait
    bool beginUnknown = false;

    bool operator<(const Use& other) const {
        return std::tie(atNs, kind, thread) < std::tie(other.atNs, other.kind, other.thread);
    }
};

struct Had {
    ThreadId thread;
    Hold hold;
};

// One semaphore, read as a lock.
struct Reading {
    std::vector<Had> holds;
    std::set<ThreadId> threads;
    uint64_t takes = 0, contended = 0, unlike = 0;

    // A lock may be passed on now and then, or be seen to be by clocks that differ.
    bool isLock() const { return takes > 0 && threads.size() > 1 && unlike * 20 <= takes; }
};

class Reader {
  public:
    explicit Reader(const Timeline& timeline) : timeline_(timeline) {}

    Reading read(const std::vector<Use>& uses) {
        Reading out;
        for (const Use& use : uses) {
            out.threads.insert(use.thread);
            switch (use.kind) {
                case Use::Kind::asks:
                    // Who has it and asks for it waits for somebody else's post.
                    out.unlike += isHolder(out, use.thread);
                    break;
                case Use::Kind::take:
                    take(out, use);
                    break;
                case Use::Kind::post:
                    post(out, use);
                    break;
            }
        }
        return out;
    }

  private:
    bool isHolder(const Reading& out, ThreadId thread) const { return open_ && out.holds.back().thread == thread; }

    void take(Reading& out, const Use& use) {
        ++out.takes;
        out.contended += use.wait != nullptr;
        if (open_) {
            ++out.unlike;
            close(out, use.atNs);
        }
        Hold hold;
        hold.beginNs = use.atNs;
        hold.endNs = timeline_.threads[use.thread.index()].endNs;
        hold.finished = false;
        hold.contended = use.wait != nullptr;
        hold.stack = use.stack;
        hold.beginUnknown = use.beginUnknown;
        out.holds.push_back({use.thread, hold});
        open_ = true;
    }

    void post(Reading& out, const Use& use) {
        if (!isHolder(out, use.thread)) ++out.unlike;
        if (open_) close(out, use.atNs);
    }

    void close(Reading& out, int64_t atNs) {
        out.holds.back().hold.endNs = atNs;
        out.holds.back().hold.finished = true;
        open_ = false;
    }

    const Timeline& timeline_;
    bool open_ = false;  // the last hold
};

class Converter {
  public:
    Converter(Timeline& timeline, std::vector<SemaphoreTake> takes)
        : timeline_(timeline), uses_(timeline.objects.size()) {
        isLock_.resize(timeline.objects.size());
        for (const Lock& lock : timeline.locks)
            if (lock.isGivenUpToWait) pythons_.insert(lock.process);
        for (const SemaphoreTake& take : takes)
            add(take.object, {take.atNs, Use::Kind::take, take.thread, take.stack, nullptr, take.beginUnknown});
        for (uint32_t t = 0; t < timeline.threads.size(); ++t) collect(ThreadId{t}, timeline.threads[t]);
    }

    void run() {
        std::vector<std::pair<ObjectId, Reading>> locks;
        for (uint32_t o = 0; o < uses_.size(); ++o) {
            std::sort(uses_[o].begin(), uses_[o].end());
            Reading reading = Reader(timeline_).read(uses_[o]);
            if (!reading.isLock()) continue;
            isLock_[o] = true;
            locks.emplace_back(ObjectId{o}, std::move(reading));
        }
        if (locks.empty()) return;
        findFirstTakes(locks);
        for (auto& [object, reading] : locks) convert(object, reading);
        for (Thread& thread : timeline_.threads)
            std::sort(thread.holds.begin(), thread.holds.end(),
                      [](const Hold& a, const Hold& b) { return a.beginNs < b.beginNs; });
        dropObjects();
    }

  private:
    void add(ObjectId object, const Use& use) {
        if (object.index() < uses_.size() && timeline_.objects[object.index()].kind == ObjectKind::semaphore)
            uses_[object.index()].push_back(use);
    }

    void collect(ThreadId id, Thread& thread) {
        for (Wait& wait : thread.waits) {
            if (wait.kind != WaitKind::semaphore) continue;
            add(wait.object, {wait.beginNs, Use::Kind::asks, id, wait.stack, &wait});
            if (wait.finished && wait.succeeded) add(wait.object, {wait.endNs, Use::Kind::take, id, wait.stack, &wait});
        }
        for (const Signal& signal : thread.signals)
            add(signal.object, {signal.atNs, Use::Kind::post, id, signal.stack});
    }

    // Of each thread that Python started: what it took first.
    void findFirstTakes(const std::vector<std::pair<ObjectId, Reading>>& locks) {
        std::vector<int64_t> firstNs(timeline_.threads.size(), INT64_MAX);
        lifeOf_.resize(timeline_.threads.size());
        for (const auto& [object, reading] : locks)
            for (const Had& had : reading.holds) {
                const Thread& thread = timeline_.threads[had.thread.index()];
                if (!thread.entry.valid() || !pythons_.contains(thread.process)) continue;
                if (had.hold.beginNs >= firstNs[had.thread.index()]) continue;
                firstNs[had.thread.index()] = had.hold.beginNs;
                lifeOf_[had.thread.index()] = object;
            }
    }

    // The thread whose life the semaphore stands for: it took that first and has it to its end.
    std::optional<ThreadId> livesFor(ObjectId object, const Reading& reading) const {
        const Had& first = reading.holds.front();
        const Thread& thread = timeline_.threads[first.thread.index()];
        bool toTheEnd =
            !first.hold.finished || thread.endNs - first.hold.endNs < (thread.endNs - thread.beginNs) / 10 + 1;
        return lifeOf_[first.thread.index()] == object && toTheEnd ? std::optional(first.thread) : std::nullopt;
    }

    void convert(ObjectId id, Reading& reading) {
        if (std::optional<ThreadId> joined = livesFor(id, reading)) {
            for (const Use& use : uses_[id.index()])
                if (use.wait) {
                    use.wait->kind = WaitKind::join;
                    use.wait->object = {};
                    use.wait->blocker = *joined;
                }
            return;
        }
        const Object& object = timeline_.objects[id.index()];
        LockId lock{static_cast<uint32_t>(timeline_.locks.size())};
        timeline_.locks.push_back(
            {object.name, LockKind::semaphore, object.process, object.address, reading.takes, reading.contended});
        addCounted(timeline_.locks.back(), object, reading);
        for (const Use& use : uses_[id.index()])
            if (use.wait) {
                use.wait->kind = WaitKind::lock;
                use.wait->object = {};
                use.wait->lock = lock;
            }
        for (Had& had : reading.holds) {
            had.hold.lock = lock;
            timeline_.threads[had.thread.index()].holds.push_back(had.hold);
        }
    }

    // Those that were counted only are held as long as those that were written mostly are.
    static void addCounted(Lock& lock, const Object& object, const Reading& reading) {
        lock.acquisitions += object.countedWaits;
        lock.countedOnly = object.countedWaits;
        std::vector<int64_t> heldNs;
        for (const Had& had : reading.holds)
            if (!had.hold.contended && !had.hold.beginUnknown) heldNs.push_back(had.hold.endNs - had.hold.beginNs);
        if (heldNs.empty()) return;
        auto median = heldNs.begin() + static_cast<ptrdiff_t>(heldNs.size() / 2);
        std::nth_element(heldNs.begin(), median, heldNs.end());
        lock.estimatedHoldNs =
            static_cast<int64_t>(static_cast<double>(*median) * static_cast<double>(object.countedWaits));
    }

    void dropObjects() {
        std::vector<ObjectId> now(timeline_.objects.size());
        std::vector<Object> kept;
        for (uint32_t o = 0; o < timeline_.objects.size(); ++o) {
            if (isLock_[o]) continue;
            now[o] = ObjectId{static_cast<uint32_t>(kept.size())};
            kept.push_back(std::move(timeline_.objects[o]));
        }
        for (Thread& thread : timeline_.threads) {
            std::erase_if(thread.signals.own(), [&](const Signal& s) { return isLock_[s.object.index()]; });
            for (Signal& signal : thread.signals) signal.object = now[signal.object.index()];
            for (Wait& wait : thread.waits)
                if (wait.object.valid()) wait.object = now[wait.object.index()];
        }
        timeline_.objects = std::move(kept);
    }

    Timeline& timeline_;
    std::vector<std::vector<Use>> uses_;  // by object
    std::vector<bool> isLock_;            // by object
    std::vector<ObjectId> lifeOf_;        // by thread
    std::unordered_set<ProcessId> pythons_;
};

}  // namespace

void addSemaphoreLocks(Timeline& timeline, std::vector<SemaphoreTake> takes) {
    Converter(timeline, std::move(takes)).run();
}

}  // namespace raddle::trace
