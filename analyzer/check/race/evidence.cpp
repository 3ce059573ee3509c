#include "analyzer/check/race/evidence.h"

#include <algorithm>

#include "analyzer/check/base/exclusion.h"
#include "analyzer/check/base/lifetime.h"

namespace raddle::check {

using namespace facts;

bool isSetUp(const Facts& facts, const Access& access, ThreadId thread) {
    if (facts.thread(thread).kind != ThreadKind::main) return false;
    const LiveThreads& live = facts.live(access.live);
    for (uint32_t i = 0; i < facts.threads.size(); ++i)
        if (facts.threads[i].parents.contains(thread) &&
            std::none_of(live.begin(), live.end(),
                         [&](const LiveThread& other) { return !other.thread.valid() || other.thread == ThreadId{i}; }))
            return true;
    return false;
}

namespace {

// Code that locks for a global expects other threads there, whoever starts them: two accesses that each hold a lock,
// and not the same, are wrong in any program.
bool guardedApart(const Facts& facts, const Access& a, const Access& b) {
    const auto guarded = [&](const Access& access) {
        const auto& locks = facts.locks(access.locks);
        return !locks.empty() && std::all_of(locks.begin(), locks.end(), [&](const HeldLock& lock) {
            return !lock.lost && lock.kind != ir::LockKind::flag && isUniqueLock(facts, lock.lock);
        });
    };
    const Object& object = facts.places.object(facts.places.place(a.location).root);
    return object.kind == ObjectKind::global && guarded(a) && guarded(b);
}

// Two names that lead by different members to the same one, one of them through a pointer, may well name one lock.
bool mayBeOneLock(const Facts& facts, const Access& a, const Access& b) {
    const auto throughPointer = [](const Place& place) { return hasStep(place.steps, ir::StepKind::deref); };
    const auto fields = [](Place place) {
        std::erase_if(place.steps, [](const ir::Step& step) { return step.kind != ir::StepKind::field; });
        return place.steps;
    };
    for (const HeldLock& lockA : facts.locks(a.locks))
        for (const HeldLock& lockB : facts.locks(b.locks)) {
            if (lockA.lost || lockB.lost) continue;
            const Place &first = facts.places.place(lockA.lock), &second = facts.places.place(lockB.lock);
            if (first.steps.empty() || second.steps.empty() || first.steps.back() != second.steps.back()) continue;
            if (fields(first) == fields(second)) continue;
            if (lockA.mode == ir::LockMode::shared && lockB.mode == ir::LockMode::shared) continue;
            if (first.steps.back().kind == ir::StepKind::field && (throughPointer(first) || throughPointer(second)))
                return true;
        }
    return false;
}

// Whether each of two threads that run the same code reaches the object by a pointer in what is its own alone. Of many
// objects of a kind, each was hardly given the same.
bool eachItsOwn(const Facts& facts, const Access& a, ThreadId threadA, const Access& b, ThreadId threadB) {
    if (facts.thread(threadA).function != facts.thread(threadB).function) return false;
    const auto isGiven = [&](const Access& access, ThreadId thread) {
        const Place& place = facts.places.place(access.place);
        auto own = std::find_if(place.steps.begin(), place.steps.end(), isOwnIndex);
        if (facts.thread(thread).owned.contains(place.root)) own = place.steps.begin();
        return isOneOfMany(facts, access.location) && std::any_of(own, place.steps.end(), [](const ir::Step& step) {
                   return step.kind == ir::StepKind::deref;
               });
    };
    return isGiven(a, threadA) && isGiven(b, threadB);
}

// Whether the access comes after its thread has joined one whose handle it found in memory: the other one, perhaps.
bool mayHaveJoined(const Facts& facts, const Rounds& rounds, const Access& access, ThreadId thread, ThreadId other) {
    return facts.orders[access.order.index()].strayJoin && thread != other &&
           facts.thread(other).ancestors.contains(thread) && rounds.joinsFromMemory(thread);
}

// Whether the second access may come after a flag was seen that the first is done by then: of functions called in many
// circumstances it is not known which were.
bool mayHaveSeen(const Facts& facts, const Access& first, ThreadId thread, const Access& second) {
    const Order &before = facts.orders[first.order.index()], &after = facts.orders[second.order.index()];
    if (!after.published.contains(PlaceId{})) return false;
    return !before.unraised.empty() ||
           std::any_of(facts.onlyRaiser.begin(), facts.onlyRaiser.end(), [&](const auto& flag) {
               return flag.second == thread && !before.published.contains(flag.first);
           });
}

// Whether main does this while it is still setting up, and yet to start the other thread itself: that another has
// started it by then asks for requests that come when all is set up.
bool isYetToStart(const Facts& facts, const Rounds&, const Access& access, ThreadId thread, ThreadId other) {
    const LiveThreads& live = facts.live(access.live);
    return isSetUp(facts, access, thread) && facts.thread(other).parents.contains(thread) &&
           std::none_of(live.begin(), live.end(), [&](const LiveThread& running) { return running.thread == other; });
}

}  // namespace

bool mayBeSettled(const Facts& facts, const Customs& customs, const Access& a, ThreadId threadA, const Access& b,
                  ThreadId threadB) {
    const Rounds& rounds = customs.rounds;
    const auto eitherWay = [&](auto question) {
        return question(facts, rounds, a, threadA, threadB) || question(facts, rounds, b, threadB, threadA);
    };
    return mayBeOneLock(facts, a, b) || rounds.setsUp(a, threadA, threadB) || rounds.setsUp(b, threadB, threadA) ||
           rounds.startedApart(threadA, threadB) || eitherWay(mayHaveJoined) || eitherWay(isYetToStart);
}

Evidence evidenceOf(const Facts& facts, const Customs& customs, const Access& a, ThreadId threadA, const Access& b,
                    ThreadId threadB) {
    if (facts.thread(threadA).kind == ThreadKind::assumed || facts.thread(threadB).kind == ThreadKind::assumed)
        return facts.open && guardedApart(facts, a, b) ? Evidence::likely : Evidence::assumed;
    // Where locks that some callers hold are not known, one may be common to both.
    if (!facts.context(a.context).locksKnown || !facts.context(b.context).locksKnown) return Evidence::assumed;
    // That a pointer which may lead to many places leads to the same as the other is a guess.
    if (a.choices > kFewChoices || b.choices > kFewChoices) return Evidence::assumed;
    // Each holds the lock of an object of the same kind: of which one is not known, but hardly of another's.
    if (facts.manyObjects.contains(facts.places.place(a.location).root) && mayShareMemberLock(facts, a, b))
        return Evidence::assumed;
    if (eachItsOwn(facts, a, threadA, b, threadB)) return Evidence::assumed;
    // Who has looked whether a thing is his under the lock that the other one holds need not hold it to use it.
    if (customs.looks.wentBefore(a, b) || customs.looks.wentBefore(b, a)) return Evidence::assumed;
    if (mayBeSettled(facts, customs, a, threadA, b, threadB)) return Evidence::assumed;
    // Owners settle in more ways than can be followed who is the last to use an object.
    if (changesLife(facts, a) || changesLife(facts, b)) return Evidence::likely;
    // Between a thread and the one that starts and joins it, conditions that go together may exclude what each allows.
    const Thread &first = facts.thread(threadA), &second = facts.thread(threadB);
    if ((first.parents.contains(threadB) && first.joined) || (second.parents.contains(threadA) && second.joined))
        return Evidence::likely;
    const Object& object = facts.places.object(facts.places.place(a.location).root);
    const auto exactLocks = [&](LockSetId locks) {
        return std::all_of(facts.locks(locks).begin(), facts.locks(locks).end(),
                           [&](const HeldLock& lock) { return !lock.lost && isUniqueLock(facts, lock.lock); });
    };
    const auto exactPlace = [&](PlaceId id) { return !isInSomeElement(facts.places.place(id)); };
    // A variable can be another one in each round of a loop that starts threads.
    const bool exactObject =
        object.kind == ObjectKind::global || (object.kind == ObjectKind::variable && threadA != threadB &&
                                              !facts.manyObjects.contains(facts.places.place(a.location).root));
    if (exactObject && a.choices == 1 && b.choices == 1 && exactPlace(a.location) && exactPlace(b.location) &&
        exactLocks(a.locks) && exactLocks(b.locks) && !mayHaveSeen(facts, a, threadA, b) &&
        !mayHaveSeen(facts, b, threadB, a) && !facts.context(a.context).general && !facts.context(b.context).general)
        return Evidence::definite;
    return Evidence::likely;
}

}  // namespace raddle::check
