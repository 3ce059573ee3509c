#include "analyzer/check/base/exclusion.h"

#include <algorithm>
#include <span>

namespace raddle::check {

using namespace facts;

namespace {

bool sameIndex(const ir::Step& a, const ir::Step& b) {
    return a == b && a.kind != ir::StepKind::indexAny;
}

using Steps = std::span<const ir::Step>;

// The steps by which a lock and an access part from what they have in common: {base} + own.
struct Relation {
    Steps lock;
    Steps access;

    bool operator==(const Relation& other) const {
        return std::ranges::equal(lock, other.lock) && std::ranges::equal(access, other.access);
    }
};

// How many steps two places have in common, without unknown elements.
size_t commonSteps(const Place& lock, const Place& access) {
    size_t common = 0;
    while (common < lock.steps.size() && common < access.steps.size() && lock.steps[common] == access.steps[common] &&
           lock.steps[common].kind != ir::StepKind::indexAny)
        ++common;
    return common;
}

// "p->mu" guards "p->count": both start from the same object. False when they have nothing in common.
bool relate(const Place& lock, const Place& access, Relation& out) {
    if (lock.root != access.root) return false;
    const size_t common = commonSteps(lock, access);
    out.lock = Steps(lock.steps).subspan(common);
    out.access = Steps(access.steps).subspan(common);
    const auto leaves = [](Steps steps) {
        return std::any_of(steps.begin(), steps.end(), [](const ir::Step& s) {
            return s.kind == ir::StepKind::deref || s.kind == ir::StepKind::indexAny;
        });
    };
    return !leaves(out.lock) && !leaves(out.access);
}

// "locks[i]" guards "slots[i]": the lock's index is one of the access's.
bool relatedByIndex(const Place& lock, const Place& access) {
    for (const ir::Step& step : lock.steps) {
        if (step.kind != ir::StepKind::indexVariable) continue;
        if (std::any_of(access.steps.begin(), access.steps.end(),
                        [&](const ir::Step& other) { return sameIndex(step, other); }))
            return true;
    }
    return false;
}

bool sameButIndices(const Place& a, const Place& b) {
    if (a.root != b.root || a.steps.size() != b.steps.size()) return false;
    for (size_t i = 0; i < a.steps.size(); ++i)
        if (!(isIndex(a.steps[i]) && isIndex(b.steps[i])) && a.steps[i] != b.steps[i]) return false;
    return true;
}

// The lock of a structure, and the pointer beside it by which the structure's parts are reached. Nothing of `lock`
// and `pointer` is left that tells instances apart: not the base they share, not the index.
struct Head {
    std::vector<ir::Step> lock;
    std::vector<ir::Step> pointer;
    ObjectId lockRoot, pointerRoot;

    bool operator==(const Head&) const = default;
};

std::vector<ir::Step> withoutIndices(std::vector<ir::Step> steps) {
    for (ir::Step& step : steps)
        if (isIndex(step)) step = {ir::StepKind::indexAny, {}, 0};
    return steps;
}

// "b->mu" guards what is reached through "b->head", "mu[i]" what is reached through "head[i]".
std::vector<Head> headsOf(const Place& lock, const Place& access) {
    std::vector<Head> result;
    // By the base that they share, which is itself reached through a pointer or an index.
    const size_t common = lock.root == access.root ? commonSteps(lock, access) : 0;
    const auto part = [](const std::vector<ir::Step>& steps, size_t from, size_t to) {
        return std::vector<ir::Step>(steps.begin() + static_cast<std::ptrdiff_t>(from),
                                     steps.begin() + static_cast<std::ptrdiff_t>(to));
    };
    const auto pointerEnd = [&](size_t from) {
        while (from < access.steps.size() && access.steps[from].kind != ir::StepKind::deref) ++from;
        return from;
    };
    if (common > 0 && common < access.steps.size() && access.steps[common].kind == ir::StepKind::field &&
        !hasStep(part(lock.steps, common, lock.steps.size()), ir::StepKind::deref))
        result.push_back({withoutIndices(part(lock.steps, common, lock.steps.size())),
                          withoutIndices(part(access.steps, common, pointerEnd(common))),
                          {},
                          {}});
    for (size_t i = 0; i < lock.steps.size(); ++i)
        for (size_t j = 0; j < access.steps.size(); ++j)
            if (isIndex(lock.steps[i]) && sameIndex(lock.steps[i], access.steps[j]))
                result.push_back({withoutIndices(lock.steps), withoutIndices(part(access.steps, 0, pointerEnd(j))),
                                  lock.root, access.root});
    return result;
}

// Both accesses are to a part of a structure, each with the lock of the structure that it reached the part in: what
// hangs on one head hangs on no other.
bool guardsStructure(const Facts& facts, const Place& lockA, const Place& lockB, const Access& a, const Access& b) {
    if (!isOneOfMany(facts, a.location) || !isOneOfMany(facts, b.location)) return false;
    const auto heads = [&](const Place& lock, const Access& access) {
        std::vector<Head> found = headsOf(lock, facts.places.place(access.place));
        if (access.region.valid())
            for (Head& head : headsOf(lock, facts.places.place(access.region))) found.push_back(std::move(head));
        return found;
    };
    const std::vector<Head> ofA = heads(lockA, a), ofB = heads(lockB, b);
    return std::any_of(ofA.begin(), ofA.end(),
                       [&](const Head& head) { return std::find(ofB.begin(), ofB.end(), head) != ofB.end(); });
}

bool sameLock(const Facts& facts, const HeldLock& lockA, const HeldLock& lockB, const Access& a, const Access& b) {
    if (lockA.lost || lockB.lost || facts.openSemaphores.contains(lockA.lock)) return false;
    if (lockA.mode == ir::LockMode::shared && lockB.mode == ir::LockMode::shared) return false;
    if (lockA.lock == lockB.lock && isUniqueLock(facts, lockA.lock)) return true;
    const Place &placeA = facts.places.place(lockA.lock), &placeB = facts.places.place(lockB.lock);
    // Of an object that stands for others of its class, the lock is that of the very one accessed.
    const auto exact = [&](const Access& access) {
        const Object& root = facts.places.object(facts.places.place(access.place).root);
        return root.kind == ObjectKind::typed ? access.place : access.location;
    };
    for (PlaceId accessA : {a.place, exact(a)})
        for (PlaceId accessB : {b.place, exact(b)}) {
            Relation relationA, relationB;
            if (relate(placeA, facts.places.place(accessA), relationA) &&
                relate(placeB, facts.places.place(accessB), relationB) && relationA == relationB)
                return true;
            if (relatedByIndex(placeA, facts.places.place(accessA)) &&
                relatedByIndex(placeB, facts.places.place(accessB)) && sameButIndices(placeA, placeB) &&
                sameButIndices(facts.places.place(a.location), facts.places.place(b.location)))
                return true;
        }
    return guardsStructure(facts, placeA, placeB, a, b);
}

// What a caller outside the program gives may be an object that the program has made or keeps.
bool ofOneClass(const Facts& facts, const Place& a, const Place& b) {
    const auto kind = [&](const Place& place) { return facts.places.object(place.root).kind; };
    const auto made = [&](const Place& place) {
        return kind(place) == ObjectKind::heap || kind(place) == ObjectKind::target;
    };
    const bool given = (kind(a) == ObjectKind::typed && made(b)) || (made(a) && kind(b) == ObjectKind::typed);
    return given && !a.steps.empty() && !b.steps.empty() && a.steps.front().kind == ir::StepKind::field &&
           a.steps.front() == b.steps.front();
}

bool isTicket(const ir::Step& step) {
    return isOwnIndex(step) && OwnIndex::kind(step.value) == OwnKind::ticket;
}

// What a container knows of its elements, which is not in any of them.
bool isBookkeeping(const Facts& facts, const ir::Step& step) {
    return step.kind == ir::StepKind::field &&
           facts.program->names.text({static_cast<uint32_t>(step.value)}) == "$state";
}

}  // namespace

bool isOneOfMany(const Facts& facts, PlaceId location) {
    const ObjectId object = facts.places.place(location).root;
    const ObjectKind kind = facts.places.object(object).kind;
    return kind == ObjectKind::typed || kind == ObjectKind::target || facts.manyObjects.contains(object);
}

bool mayOverlap(const Facts& facts, PlaceId idA, PlaceId idB, bool sameThread) {
    const Place &a = facts.places.place(idA), &b = facts.places.place(idB);
    if (idA == idB && !sameThread) return std::none_of(a.steps.begin(), a.steps.end(), isTicket);
    if (a.root != b.root && !ofOneClass(facts, a, b)) return false;
    for (size_t i = 0, j = 0; i < a.steps.size() && j < b.steps.size(); ++i, ++j) {
        const ir::Step &x = a.steps[i], &y = b.steps[j];
        // An array's element by pointer and the array by name differ in whether the index is spelt.
        if (isIndex(x) != isIndex(y)) {
            if (isBookkeeping(facts, x) || isBookkeeping(facts, y)) return false;
            if (isIndex(x))
                --j;
            else
                --i;
            continue;
        }
        if (!isIndex(x)) {
            if (x != y) return false;
            continue;
        }
        if (x.kind == ir::StepKind::indexConstant && y.kind == ir::StepKind::indexConstant && x.value != y.value)
            return false;
        if (!isOwnIndex(x) || !isOwnIndex(y) || OwnIndex::tag(x.value) != OwnIndex::tag(y.value)) continue;
        // Each thread's own number, or slices computed from it, differ from the others' and from those of no thread.
        const OwnKind kindX = OwnIndex::kind(x.value), kindY = OwnIndex::kind(y.value);
        if (sameThread && kindX == kindY && kindX != OwnKind::idle) return false;
        if (kindX == OwnKind::ticket && kindY == OwnKind::ticket) return false;
        if ((kindX == OwnKind::idle) != (kindY == OwnKind::idle)) return false;
    }
    return true;
}

namespace {

std::set<ThreadId> threadsOf(const Facts& facts, const std::set<ContextId>& contexts) {
    std::set<ThreadId> threads;
    for (ContextId context : contexts)
        threads.insert(facts.context(context).threads.begin(), facts.context(context).threads.end());
    return threads;
}

// Whether nobody gets through the barrier for the first time before all of `who` have come to it, because no more
// threads ever do than it waits for.
bool arrivesWithAll(const Facts& facts, PlaceId barrier, const std::set<ThreadId>& who) {
    auto arrivals = facts.arrivals.find(barrier);
    auto parties = facts.parties.find(barrier);
    if (arrivals == facts.arrivals.end() || parties == facts.parties.end() || !isUniqueLock(facts, barrier))
        return false;
    const std::set<ThreadId> all = threadsOf(facts, arrivals->second);
    const bool each = std::none_of(all.begin(), all.end(), [&](ThreadId thread) { return facts.thread(thread).many; });
    return each && static_cast<int64_t>(all.size()) == parties->second &&
           std::includes(all.begin(), all.end(), who.begin(), who.end());
}

// Whether the flag that `access` has seen clear under a lock is only ever raised, and under that lock: then the access
// comes before that, as the first check of double-checked locking relies on.
bool raisedOnce(const Facts& facts, const Access& access, PlaceId flag) {
    auto stores = facts.flagStores.find(flag);
    if (stores == facts.flagStores.end() || stores->second.cleared || stores->second.relaxed) return false;
    const auto holds = [&](LockSetId locks, PlaceId lock) {
        const std::vector<HeldLock>& held = facts.locks(locks);
        return std::any_of(held.begin(), held.end(), [&](const HeldLock& other) {
            return other.lock == lock && other.mode == ir::LockMode::exclusive && !other.lost;
        });
    };
    const std::vector<HeldLock>& held = facts.locks(access.locks);
    return std::any_of(held.begin(), held.end(), [&](const HeldLock& mine) {
        const std::set<LockSetId>& raised = stores->second.raisedUnder;
        return !facts.openSemaphores.contains(mine.lock) && holds(access.locks, mine.lock) &&
               isUniqueLock(facts, mine.lock) &&
               std::all_of(raised.begin(), raised.end(), [&](LockSetId locks) { return holds(locks, mine.lock); });
    });
}

}  // namespace

bool ordered(const Facts& facts, const Access& a, const Access& b) {
    const Order &first = facts.orders[a.order.index()], &second = facts.orders[b.order.index()];
    const std::set<ThreadId>& threadsOfA = facts.context(a.context).threads;
    if (std::all_of(threadsOfA.begin(), threadsOfA.end(),
                    [&](ThreadId thread) { return joinedBefore(facts, thread, b.order); }))
        return true;
    if (second.observed.empty()) return false;
    const auto wasYetToRaise = [&](PlaceId flag) {
        return second.observed.contains(flag) && raisedOnce(facts, a, flag);
    };
    if (std::any_of(first.unraised.begin(), first.unraised.end(), wasYetToRaise)) return true;
    for (PlaceId flag : second.observed) {
        if (first.published.contains(flag) || first.published.contains(PlaceId{})) continue;
        if (arrivesWithAll(facts, flag, threadsOfA)) return true;
        if (threadsOfA.size() != 1) continue;
        // Only one thread raises it, the one of the first access, and it has not done so yet.
        auto raiser = facts.onlyRaiser.find(flag);
        if (raiser != facts.onlyRaiser.end() && raiser->second == *threadsOfA.begin()) return true;
    }
    return false;
}

bool inDifferentPhases(const Facts& facts, const Access& a, const Access& b) {
    const SharedSet<OpId>&first = facts.orders[a.order.index()].lastBarrier,
          &second = facts.orders[b.order.index()].lastBarrier;
    const bool barrier = std::any_of(first.begin(), first.end(), [](OpId op) { return op.valid(); }) ||
                         std::any_of(second.begin(), second.end(), [](OpId op) { return op.valid(); });
    const auto entries = [&](const Access& access) {
        std::set<FunctionIndex> functions;
        for (ThreadId thread : facts.context(access.context).threads) functions.insert(facts.thread(thread).function);
        return functions;
    };
    if (!barrier || entries(a) != entries(b)) return false;
    return std::none_of(first.begin(), first.end(), [&](OpId op) { return second.contains(op); });
}

namespace {

bool raises(const Facts& facts, const std::set<ThreadId>& threads, PlaceId semaphore) {
    auto raisers = facts.raisers.find(semaphore);
    if (raisers == facts.raisers.end()) return false;
    for (ContextId context : raisers->second)
        for (ThreadId thread : facts.context(context).threads)
            if (threads.contains(thread)) return true;
    return false;
}

}  // namespace

bool changesHands(const Facts& facts, const Access& a, const Access& b) {
    const auto known = facts.handOvers.find(facts.places.place(a.location).root);
    if (known == facts.handOvers.end() || !known->second.taken || known->second.scattered) return false;
    // One member of whatever structure keeps the objects.
    const auto isAlike = [&](PlaceId x, PlaceId y) {
        const std::vector<ir::Step>&p = facts.places.place(x).steps, &q = facts.places.place(y).steps;
        return x == y || (!p.empty() && !q.empty() && p.back().kind == ir::StepKind::field && p.back() == q.back());
    };
    const auto isHandOverLock = [&](const HeldLock& lock) {
        return !lock.lost && lock.mode == ir::LockMode::exclusive &&
               std::any_of(known->second.locks.begin(), known->second.locks.end(),
                           [&](PlaceId other) { return isAlike(lock.lock, other); });
    };
    const auto structure = [&](const Access& access) {
        return facts.places.place(access.region.valid() ? access.region : access.place).root;
    };
    const auto isInPlace = [&](const Access& access) {
        const std::vector<HeldLock>& held = facts.locks(access.locks);
        return facts.places.object(structure(access)).kind != ObjectKind::variable &&
               std::any_of(held.begin(), held.end(), isHandOverLock);
    };
    if (a.owned || b.owned) return (a.owned || isInPlace(a)) && (b.owned || isInPlace(b));
    return isInPlace(a) && isInPlace(b) && structure(a) != structure(b);
}

// Each waits for the semaphore that the other posts.
bool handedOver(const Facts& facts, const Access& a, const Access& b) {
    for (const HeldLock& mine : facts.locks(a.locks))
        for (const HeldLock& theirs : facts.locks(b.locks)) {
            if (mine.kind != ir::LockKind::flag || theirs.kind != ir::LockKind::flag || mine.lock == theirs.lock)
                continue;
            if (raises(facts, facts.context(a.context).threads, theirs.lock) &&
                raises(facts, facts.context(b.context).threads, mine.lock))
                return true;
        }
    return false;
}

bool commonLock(const Facts& facts, const Access& a, const Access& b) {
    for (const HeldLock& lockA : facts.locks(a.locks))
        for (const HeldLock& lockB : facts.locks(b.locks))
            if (sameLock(facts, lockA, lockB, a, b)) return true;
    return false;
}

namespace {

// The member or array that instances of a lock have in common.
std::vector<ir::Step> fieldsOf(const Place& place) {
    std::vector<ir::Step> fields;
    for (const ir::Step& step : place.steps)
        if (step.kind == ir::StepKind::field) fields.push_back(step);
    return fields;
}

// Of two objects that one entry point is given, the lock of the one says nothing of the other.
bool ofAnotherObject(const Facts& facts, const HeldLock& lock, const Access& access) {
    const ObjectId of = facts.places.place(lock.lock).root, accessed = facts.places.place(access.place).root;
    const Object &a = facts.places.object(of), &b = facts.places.object(accessed);
    return a.kind == ObjectKind::typed && b.kind == ObjectKind::typed && of != accessed && a.type == b.type;
}

bool alike(const Facts& facts, PlaceId a, PlaceId b) {
    const Place &first = facts.places.place(a), &second = facts.places.place(b);
    const std::vector<ir::Step> fields = fieldsOf(first);
    if (fields != fieldsOf(second)) return false;
    if (first.root == second.root) return true;
    const auto global = [&](const Place& place) { return facts.places.object(place.root).kind == ObjectKind::global; };
    return !fields.empty() && !global(first) && !global(second);
}

// A thread that uses a thread_local by its name uses its own; by pointer it may use that of the thread that started it,
// if it was started with the address.
bool ownInstances(const Facts& facts, const Access& a, ThreadId x, const Access& b, ThreadId y) {
    const ObjectId object = facts.places.place(a.location).root;
    const auto given = [&](const Access& access, ThreadId thread) {
        const ir::Place& place = facts.ops.op(access.op).place;
        const bool pointer = place.root.kind != ir::RootKind::global ||
                             std::any_of(place.steps.begin(), place.steps.end(),
                                         [](const ir::Step& step) { return step.kind == ir::StepKind::deref; });
        return pointer && facts.thread(thread).inherited.contains(object);
    };
    const bool givenA = given(a, x), givenB = given(b, y);
    return !(givenA && givenB) && !(givenA && facts.thread(x).parents.contains(y)) &&
           !(givenB && facts.thread(y).parents.contains(x));
}

}  // namespace

bool alikeLocks(const Facts& facts, const Access& a, const Access& b) {
    for (const HeldLock& lockA : facts.locks(a.locks))
        for (const HeldLock& lockB : facts.locks(b.locks)) {
            if (lockA.mode == ir::LockMode::shared && lockB.mode == ir::LockMode::shared) continue;
            if (ofAnotherObject(facts, lockA, a) || ofAnotherObject(facts, lockB, b)) continue;
            if (alike(facts, lockA.lock, lockB.lock)) return true;
        }
    return false;
}

bool mayShareMemberLock(const Facts& facts, const Access& a, const Access& b) {
    const auto member = [&](const HeldLock& lock) {
        const Place& place = facts.places.place(lock.lock);
        return facts.places.object(place.root).kind != ObjectKind::global && !fieldsOf(place).empty();
    };
    for (const HeldLock& lockA : facts.locks(a.locks))
        for (const HeldLock& lockB : facts.locks(b.locks)) {
            if (lockA.mode == ir::LockMode::shared && lockB.mode == ir::LockMode::shared) continue;
            if (member(lockA) && member(lockB) && alike(facts, lockA.lock, lockB.lock)) return true;
        }
    return false;
}

bool meantToRace(const Facts& facts, PlaceId location) {
    if (facts.benign.empty()) return false;
    const auto bare = [&](PlaceId id) {
        Place place = facts.places.place(id);
        std::erase_if(place.steps, isIndex);
        return place;
    };
    const Place at = bare(location);
    return std::any_of(facts.benign.begin(), facts.benign.end(), [&](PlaceId id) {
        const Place named = bare(id);
        return named.root == at.root && named.steps.size() <= at.steps.size() &&
               std::equal(named.steps.begin(), named.steps.end(), at.steps.begin());
    });
}

bool isOwnVariable(const Facts& facts, ObjectId id, ThreadId thread) {
    const Object& object = facts.places.object(id);
    const Thread& owner = facts.thread(thread);
    return object.kind == ObjectKind::variable && !owner.inherited.contains(id) &&
           owner.functions.contains(object.function);
}

bool threadLocal(const Facts& facts, const Access& a, ThreadId x, const Access& b, ThreadId y) {
    const ObjectId id = facts.places.place(a.location).root;
    const Object& object = facts.places.object(id);
    if (x == y && facts.thread(x).owned.contains(id)) return true;
    switch (object.kind) {
        case ObjectKind::global:
            return facts.program->globals[object.global].isThreadLocal && ownInstances(facts, a, x, b, y);
        case ObjectKind::heap:
            return !facts.escaped.contains(id);
        case ObjectKind::variable:
            return !facts.escaped.contains(id) || (isOwnVariable(facts, id, x) && isOwnVariable(facts, id, y));
        default:
            return false;
    }
}

}  // namespace raddle::check
