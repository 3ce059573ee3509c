#include <algorithm>

#include "analyzer/check/base/exclusion.h"

namespace raddle::check {

using namespace facts;

namespace {

bool holds(const Facts& facts, const Access& access, PlaceId lock, bool exclusively) {
    return std::any_of(facts.locks(access.locks).begin(), facts.locks(access.locks).end(), [&](const HeldLock& held) {
        return held.lock == lock && !held.lost && !(exclusively && held.mode == ir::LockMode::shared);
    });
}

// `other` has the lock itself, so that the creator of b's thread does not, and b's thread is not there.
bool keptOut(const Facts& facts, const Access& other, ThreadId thread, const std::vector<Cover>& covers) {
    return std::any_of(covers.begin(), covers.end(), [&](const Cover& cover) {
        return cover.throughout && cover.creator != thread && holds(facts, other, cover.lock, false);
    });
}

// `first` is under the lock under which `creator`, its thread or the one that started it under the same lock, started
// b's thread, and comes before the release; `second` comes after the lock was taken on that side.
bool released(const Facts& facts, const Access& first, ThreadId thread, const Access& second, ThreadId threadOfSecond) {
    const auto& awaited = facts.orders[second.order.index()].awaited;
    const auto startedLater = [&](const Cover& cover, const CreatorLock& lock) {
        if (cover.creator == thread)
            return holds(facts, first, cover.lock, true) && !facts.orders[first.order.index()].released.contains(lock);
        const std::vector<Cover>& own = facts.thread(thread).covers;
        return std::any_of(own.begin(), own.end(), [&](const Cover& other) {
            return other.creator == cover.creator && other.lock == cover.lock && other.throughout &&
                   !facts.thread(other.child).releasedAtSpawn.contains(lock);
        });
    };
    const std::vector<Cover>& covers = facts.thread(threadOfSecond).covers;
    return std::any_of(covers.begin(), covers.end(), [&](const Cover& cover) {
        const CreatorLock lock{facts.thread(cover.child).spawn, cover.lock};
        return !facts.thread(cover.creator).many && !awaited.contains(lock) && startedLater(cover, lock);
    });
}

}  // namespace

bool apartByCreatorsLock(const Facts& facts, const Access& a, ThreadId threadOfA, const Access& b, ThreadId threadOfB) {
    const std::vector<Cover>&coversA = facts.thread(threadOfA).covers, &coversB = facts.thread(threadOfB).covers;
    if (keptOut(facts, a, threadOfA, coversB) || keptOut(facts, b, threadOfB, coversA)) return true;
    if (released(facts, a, threadOfA, b, threadOfB) || released(facts, b, threadOfB, a, threadOfA)) return true;
    // Their creators cannot both hold the lock.
    for (const Cover& first : coversA)
        for (const Cover& second : coversB)
            if (first.throughout && second.throughout && first.lock == second.lock && first.creator != second.creator)
                return true;
    return false;
}

}  // namespace raddle::check
