// Locks taken and released, and by which place each is known.
#include <algorithm>

#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {
namespace {

constexpr uint32_t kMostRecursion = 8;  // that a lock is held
constexpr uint32_t kMostOfAName = 2;    // locks of one name that are told apart

bool byLock(const HeldLock& a, const HeldLock& b) {
    return a.lock < b.lock;
}

}  // namespace

// Globals, and members of globals, of which some op names an element.
void Interpreter::findArrays() {
    const auto look = [&](const ir::Place& place) {
        if (place.root.kind != ir::RootKind::global) return;
        Place at{places_.globalObject(place.root.index), {}};
        for (const ir::Step& step : place.steps) {
            if (step.kind == ir::StepKind::deref) return;
            if (isIndex(step))
                arrays_.insert(places_.place(at));
            else
                at.steps.push_back(step);
        }
    };
    for (uint32_t i = 0; i < facts_.ops.size(); ++i) {
        const ir::Op& op = facts_.ops.op({i});
        look(op.place);
        look(op.value.place);
        for (const ir::Value& arg : op.args) look(arg.place);
    }
}

// Whether a place as pointers lead to it, which tells of no elements, is in one.
bool Interpreter::isInArray(Place place) {
    for (;; place.steps.pop_back()) {
        if (arrays_.contains(places_.place(place))) return true;
        if (place.steps.empty()) return false;
    }
}

// A lock reached through pointers that all lead to one place is called by that place.
PlaceId Interpreter::lockPlace(PlaceId id) {
    const Place place = places_.place(id);
    size_t suffix = 0;
    for (size_t i = 0; i < place.steps.size(); ++i)
        if (place.steps[i].kind == ir::StepKind::deref) suffix = i + 1;
    if (suffix == 0) return id;
    const std::vector<PlaceId>& bases = basesOf(places_.place(
        Place{place.root, {place.steps.begin(), place.steps.begin() + static_cast<std::ptrdiff_t>(suffix)}}));
    if (bases.size() != 1) return id;
    const Object& object = places_.object(places_.place(*bases.begin()).root);
    if (object.kind != ObjectKind::global || isInArray(places_.place(*bases.begin()))) return id;
    PlaceId at = *bases.begin();
    for (size_t i = suffix; i < place.steps.size(); ++i) at = places_.extend(at, place.steps[i]);
    return at;
}

void Interpreter::hold(State& state, const HeldLock& lock) {
    // Who gets a lock that the thread's creator held comes after its release there.
    erase_if(state.awaited, [&](const CreatorLock& other) { return other.lock == lock.lock; });
    auto it = std::find_if(state.held.begin(), state.held.end(),
                           [&](const HeldLock& held) { return held.lock == lock.lock && !held.lost; });
    if (it != state.held.end()) {
        // One name of several locks is another of them when it is taken again.
        const uint32_t most = isRecursiveLock(facts_, lock.lock, lock.kind) ? kMostRecursion
                              : isUniqueLock(facts_, lock.lock)             ? 1
                                                                            : kMostOfAName;
        if (it->count < most) ++it->count;
        if (lock.mode == ir::LockMode::exclusive) it->mode = lock.mode;
        return;
    }
    state.held.insert(std::upper_bound(state.held.begin(), state.held.end(), lock, byLock), lock);
}

// Whoever waits for what it holds itself never goes on. Only where the two are surely one lock.
bool Interpreter::waitsForItself(const State& state, const HeldLock& lock) const {
    return lock.kind != ir::LockKind::flag && lock.mode == ir::LockMode::exclusive &&
           places_.object(places_.place(lock.lock).root).kind == ObjectKind::global &&
           isUniqueLock(facts_, lock.lock) && !isRecursiveLock(facts_, lock.lock, lock.kind) &&
           std::any_of(state.held.begin(), state.held.end(), [&](const HeldLock& held) {
               return held.lock == lock.lock && !held.lost && held.mode == ir::LockMode::exclusive &&
                      held.kind == lock.kind;
           });
}

void Interpreter::acquire(Activation& activation, OpId id, const ir::Op& op, State state, States& out) {
    HeldLock lock;
    lock.lock = lockPlace(resolve(activation, state, op.place));
    lock.mode = op.mode;
    lock.kind = op.lockKind;
    lock.acquiredAt = id;
    lock.takenBy = id;
    lock.acquiredIn = activation.context;
    lock.grouped = op.grouped;
    // Whoever takes a lock reads it: it must exist, from before to after.
    if (op.lockKind != ir::LockKind::flag)
        recordAccess(activation, id, state, AccessKind::read, true, resolve(activation, state, op.place));
    if (op.attempt == ir::Attempt::must && op.lockKind != ir::LockKind::flag) {
        const std::array<uint32_t, 4> key{id.value, activation.context.value, lock.lock.value, lockSet(state).value};
        auto [it, isNew] = acquisitionIds_.try_emplace(key, facts_.acquisitions.size());
        if (isNew) {
            facts_.acquisitions.push_back({id, activation.context, lock.lock, lockSet(state), liveSet(state.live)});
        } else {
            Acquisition& known = facts_.acquisitions[it->second];
            if (LiveThreads live = facts_.live(known.live); live.unite(state.live)) known.live = liveSet(live);
        }
    }
    if (op.attempt == ir::Attempt::must) {
        if (waitsForItself(state, lock)) return;
        hold(state, lock);
        out.push_back(std::move(state));
        return;
    }
    State without = failed(activation, op, state);
    hold(state, lock);
    out.push_back(std::move(state));
    out.push_back(std::move(without));
}

// The state after an attempt that came to nothing; `state` becomes that of success.
State Interpreter::failed(const Activation& activation, const ir::Op& op, State& state) {
    State other = state;
    if (op.result.kind == ir::RootKind::none) return other;
    const PlaceId result = places_.place(places_.variableObject(activation.index, op.result));
    Known got;
    got.kind = KnownKind::constant;
    got.constant = op.successValue;
    assign(state, result, got);
    // What tells success by 0 tells failure by any other number; the rest are truth values.
    if (op.successValue == 0)
        got.kind = KnownKind::notConstant;
    else
        got.constant = 0;
    assign(other, result, got);
    return other;
}

void Interpreter::release(Activation& activation, OpId id, const ir::Op& op, State& state) {
    const PlaceId lock = lockPlace(resolve(activation, state, op.place));
    auto it = std::find_if(state.held.begin(), state.held.end(),
                           [&](const HeldLock& held) { return held.lock == lock && !held.lost; });
    if (it == state.held.end()) {
        if (op.conditional) return;
        // It may be one whose name has been lost since it was acquired.
        const auto mayBe = [&](const HeldLock& held) {
            if (held.lost && held.count > 1) return true;
            if (!held.lost && places_.place(held.lock).steps.empty() && places_.place(lock).steps.empty()) return false;
            const std::vector<PlaceId>&a = basesOf(held.lock), &b = basesOf(lock);
            return a.empty() || b.empty() ? held.lost : std::any_of(a.begin(), a.end(), [&](PlaceId p) {
                return std::binary_search(b.begin(), b.end(), p);
            });
        };
        it = std::find_if(state.held.begin(), state.held.end(),
                          [&](const HeldLock& held) { return held.lost && mayBe(held); });
        if (it == state.held.end()) it = std::find_if(state.held.begin(), state.held.end(), mayBe);
        if (it == state.held.end()) {
            // A pointer of which nothing is known: it may be any.
            if (facts_.pointsTo.resolve(places_, lock).empty())
                for (const HeldLock& held : std::vector<HeldLock>(state.held)) uncover(state, held.lock);
            // Some caller may hold what not all have in common.
            if (const auto common = commonContexts_.find(activation.index);
                common != commonContexts_.end() && common->second == activation.context)
                return;
            const std::array<uint32_t, 4> key{id.value, activation.context.value, lock.value, 0};
            if (releaseIds_.try_emplace(key, facts_.unheldReleases.size()).second)
                facts_.unheldReleases.push_back({id, activation.context, lock});
            return;
        }
    }
    facts_.heldReleases.emplace(id, activation.context);
    endSection(state);
    if (facts_.ops.function(it->acquiredAt) != activation.index) facts_.releasedElsewhere.insert(it->acquiredAt);
    if (it->lost && it->count > 1) return;  // which of them, and how many are left, is not known
    if (it->count > 1)
        --it->count;
    else {
        uncover(state, it->lock);
        state.held.erase(it);
    }
    if (state.held.empty()) state.regions.clear();
    state.unraised.clear();
}

}  // namespace raddle::facts
