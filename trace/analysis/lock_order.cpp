#include "trace/analysis/lock_order.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/support/graph.h"
#include "trace/analysis/thread_order.h"

namespace raddle::trace {
namespace {

struct HeldLock {
    LockId lock;
    LockMode mode = LockMode::exclusive;
    StackId stack;
    bool maybe = false;  // when it was taken is not known: good for a gate, not for an order

    auto key() const { return std::tuple(lock, mode, maybe); }
};

// All times that a thread took one lock with the same ones held, between starting and joining threads.
struct Nesting {
    ThreadId thread;
    LockId wanted;
    LockMode mode = LockMode::exclusive;
    StackId stack;
    int64_t firstNs = 0;
    std::vector<HeldLock> held;  // by lock

    const HeldLock* find(LockId lock) const {
        for (const HeldLock& h : held)
            if (h.lock == lock) return &h;
        return nullptr;
    }
    const HeldLock* findSure(LockId lock) const {
        const HeldLock* found = find(lock);
        return found && !found->maybe ? found : nullptr;
    }
};

// What a thread takes, in order of time: its holds, and the attempt that never came to one.
struct Taken {
    int64_t atNs;
    LockId lock;
    LockMode mode;
    StackId stack;
};

class Nestings {
  public:
    Nestings(const Timeline& timeline, const ThreadOrder& order) : timeline_(timeline), order_(order) {}

    void run() {
        for (uint32_t t = 0; t < timeline_.threads.size(); ++t) ofThread(ThreadId{t});
    }

    std::vector<Nesting> all;
    std::map<std::pair<LockId, LockId>, LockOrderEdge> edges;

  private:
    struct Open {
        HeldLock held;
        int64_t endNs;
    };

    void ofThread(ThreadId id) {
        const Thread& thread = timeline_.threads[id.index()];
        std::vector<Open> open;
        // A wait that never ended: the thread holds what it holds and takes nothing more.
        const Wait* stuck = nullptr;
        for (const Wait& wait : thread.waits)
            if (wait.kind == WaitKind::lock && !wait.finished) stuck = &wait;
        for (const Hold& hold : thread.holds) {
            if (stuck && stuck->beginNs <= hold.beginNs) attempt(id, *stuck, open), stuck = nullptr;
            if (hold.lock.index() >= timeline_.locks.size()) continue;
            std::erase_if(open, [&](const Open& o) { return o.endNs <= hold.beginNs; });
            // Of a hold with an unknown begin it is not known what was held then; a try does not wait.
            if (!hold.beginUnknown && !hold.tried && !open.empty())
                take(id, {hold.beginNs, hold.lock, hold.mode, hold.stack}, open);
            if (!timeline_.locks[hold.lock.index()].isGivenUpToWait)
                open.push_back({{hold.lock, hold.mode, hold.stack, hold.beginUnknown}, hold.endNs});
        }
        if (stuck) attempt(id, *stuck, open);
    }

    void attempt(ThreadId id, const Wait& wait, std::vector<Open>& open) {
        if (wait.lock.index() >= timeline_.locks.size()) return;
        std::vector<Open> still;
        for (const Open& o : open)
            if (o.endNs > wait.beginNs) still.push_back(o);
        if (!still.empty()) take(id, {wait.beginNs, wait.lock, wait.mode, wait.stack}, still);
    }

    void take(ThreadId id, const Taken& taken, const std::vector<Open>& open) {
        Nesting nesting{id, taken.lock, taken.mode, taken.stack, taken.atNs, {}};
        for (const Open& o : open)
            if (o.held.lock != taken.lock && !nesting.find(o.held.lock)) nesting.held.push_back(o.held);
        bool anySure = std::any_of(nesting.held.begin(), nesting.held.end(), [](auto& h) { return !h.maybe; });
        if (!anySure) return;
        std::sort(nesting.held.begin(), nesting.held.end(), [](auto& a, auto& b) { return a.key() < b.key(); });
        for (const HeldLock& held : nesting.held)
            if (!held.maybe) addEdge(held, nesting);
        Key key{id, order_.stretchOf(id, taken.atNs), taken.lock, taken.mode, {}};
        for (const HeldLock& held : nesting.held) std::get<4>(key).push_back(held.key());
        if (seen_.insert(std::move(key)).second) all.push_back(std::move(nesting));
    }

    void addEdge(const HeldLock& held, const Nesting& nesting) {
        auto [it, isNew] = edges.try_emplace({held.lock, nesting.wanted});
        LockOrderEdge& edge = it->second;
        if (isNew) edge = {held.lock, nesting.wanted, 0, 0, nesting.thread, held.stack, nesting.stack, nesting.firstNs};
        ++edge.count;
        if (users_.insert({held.lock, nesting.wanted, nesting.thread}).second) ++edge.threads;
    }

    using Key = std::tuple<ThreadId, uint32_t, LockId, LockMode, std::vector<std::tuple<LockId, LockMode, bool>>>;

    const Timeline& timeline_;
    const ThreadOrder& order_;
    std::set<Key> seen_;
    std::set<std::tuple<LockId, LockId, ThreadId>> users_;
};

bool excludes(LockMode a, LockMode b) {
    return a == LockMode::exclusive || b == LockMode::exclusive;
}

class Search {
  public:
    Search(const std::vector<Nesting>& all, ThreadOrder& order, LockOrder& out) : all_(all), order_(order), out_(out) {}

    void run(size_t locks) {
        Adjacency graph(locks);
        for (const Nesting& n : all_)
            for (const HeldLock& h : n.held)
                if (!h.maybe) graph[h.lock.index()].push_back(n.wanted.value);
        component_ = stronglyConnectedComponents(graph).of;
        for (uint32_t i = 0; i < all_.size(); ++i)
            for (const HeldLock& h : all_[i].held)
                if (!h.maybe && component_[h.lock.index()] == component_[all_[i].wanted.index()])
                    byHeld_[h.lock].push_back(i);
        for (uint32_t i = 0; i < all_.size() && !out_.isCut; ++i) {
            path_.assign(1, i);
            extend();
        }
        for (const auto& [locksOfCircle, verdict] : verdicts_) {
            if (verdict == Verdict::guarded) ++out_.guarded;
            if (verdict == Verdict::ordered) ++out_.ordered;
        }
    }

  private:
    enum class Verdict { deadlock, guarded, ordered };

    // `path_` is a chain: each wants a lock that the next one holds. The first has the smallest number, so that a
    // circle is found once.
    void extend() {
        if (++steps_ > kMostSteps) {
            out_.isCut = true;
            return;
        }
        const Nesting& last = all_[path_.back()];
        const Nesting& first = all_[path_.front()];
        const HeldLock* back = path_.size() > 1 ? first.findSure(last.wanted) : nullptr;
        if (back && excludes(last.mode, back->mode)) close();
        auto next = byHeld_.find(last.wanted);
        if (path_.size() == kLongestInversion || next == byHeld_.end()) return;
        for (uint32_t i : next->second) {
            if (i <= path_.front() || out_.isCut) continue;
            const Nesting& candidate = all_[i];
            if (!excludes(last.mode, candidate.find(last.wanted)->mode)) continue;
            bool isNew = std::none_of(path_.begin(), path_.end(), [&](uint32_t p) {
                return all_[p].thread == candidate.thread || all_[p].wanted == candidate.wanted;
            });
            if (!isNew) continue;
            path_.push_back(i);
            extend();
            path_.pop_back();
        }
    }

    void close() {
        std::vector<LockId> locks;
        for (uint32_t p : path_) locks.push_back(all_[p].wanted);
        std::sort(locks.begin(), locks.end());
        auto [it, isNew] = verdicts_.try_emplace(locks, Verdict::guarded);
        if (!isNew && it->second == Verdict::deadlock) return;
        Verdict verdict = judge();
        if (isNew || verdict != Verdict::guarded) it->second = verdict;
        if (verdict != Verdict::deadlock) return;
        Inversion inversion;
        for (size_t i = 0; i < path_.size(); ++i) {
            const Nesting& n = all_[path_[i]];
            LockId held = all_[path_[(i + path_.size() - 1) % path_.size()]].wanted;
            inversion.push_back({n.thread, held, n.wanted, n.find(held)->stack, n.stack, n.firstNs});
        }
        out_.inversions.push_back(std::move(inversion));
    }

    Verdict judge() {
        for (size_t i = 0; i < path_.size(); ++i)
            for (size_t k = i + 1; k < path_.size(); ++k)
                if (haveGate(all_[path_[i]], all_[path_[k]])) return Verdict::guarded;
        for (size_t i = 0; i < path_.size(); ++i)
            for (size_t k = i + 1; k < path_.size(); ++k) {
                const Nesting &a = all_[path_[i]], &b = all_[path_[k]];
                if (order_.isBefore(a.thread, a.firstNs, b.thread, b.firstNs) ||
                    order_.isBefore(b.thread, b.firstNs, a.thread, a.firstNs))
                    return Verdict::ordered;
            }
        return Verdict::deadlock;
    }

    static bool haveGate(const Nesting& a, const Nesting& b) {
        return std::any_of(a.held.begin(), a.held.end(), [&](const HeldLock& h) {
            const HeldLock* same = b.find(h.lock);
            return same && excludes(h.mode, same->mode);
        });
    }

    const std::vector<Nesting>& all_;
    ThreadOrder& order_;
    LockOrder& out_;
    std::vector<uint32_t> component_;
    std::map<LockId, std::vector<uint32_t>> byHeld_;
    std::vector<uint32_t> path_;
    std::map<std::vector<LockId>, Verdict> verdicts_;
    size_t steps_ = 0;
};

}  // namespace

LockOrder lockOrder(const Timeline& timeline) {
    LockOrder out;
    ThreadOrder order(timeline);
    Nestings nestings(timeline, order);
    nestings.run();
    Search(nestings.all, order, out).run(timeline.locks.size());
    for (auto& [locks, edge] : nestings.edges) out.edges.push_back(edge);
    return out;
}

}  // namespace raddle::trace
