#include "analyzer/check/base/lifetime.h"

#include <algorithm>

namespace raddle::check {

using namespace facts;

namespace {

bool frees(const Facts& facts, const Access& access) {
    return facts.ops.op(access.op).kind == ir::OpKind::free;
}

// Whether a function, or one that it is called from, takes turns with other threads: what it frees it may have taken
// out of their reach before, or be the last to hold.
bool settlesOwnership(const Facts& facts, const std::vector<bool>& takingTurns, const Access& access) {
    if (takingTurns[facts.ops.function(access.op).index()]) return true;
    const auto& callers = facts.context(access.context).callers;
    return std::any_of(callers.begin(), callers.end(),
                       [&](const Caller& caller) { return takingTurns[facts.ops.function(caller.op).index()]; });
}

bool standsForOne(const Facts& facts, PlaceId id) {
    const Place& place = facts.places.place(id);
    const ObjectKind kind = facts.places.object(place.root).kind;
    return kind != ObjectKind::typed && kind != ObjectKind::target && !facts.manyObjects.contains(place.root) &&
           std::none_of(place.steps.begin(), place.steps.end(), isSomeElement);
}

// Whether the two surely mean one object: there is only one, or both reach it from one global by one path.
bool sameObject(const Facts& facts, const Access& a, const Access& b) {
    if (standsForOne(facts, a.location) && standsForOne(facts, b.location)) return true;
    const Place &first = facts.places.place(a.place), &second = facts.places.place(b.place);
    if (first.root != second.root || facts.places.object(first.root).kind != ObjectKind::global) return false;
    const auto common = static_cast<std::ptrdiff_t>(std::min(first.steps.size(), second.steps.size()));
    return std::equal(first.steps.begin(), first.steps.begin() + common, second.steps.begin()) &&
           std::none_of(first.steps.begin(), first.steps.begin() + common, isSomeElement);
}

// Whether one of the two threads was started with the object by the other.
bool handed(const Facts& facts, ObjectId object, ThreadId x, ThreadId y) {
    const auto from = [&](ThreadId parent, ThreadId child) {
        return facts.thread(child).inherited.contains(object) && facts.thread(child).parents.contains(parent);
    };
    return from(x, y) || from(y, x);
}

// Who has joined threads, the analysis does not know which, has most likely waited for those that used what it ends.
bool mayHaveWaited(const Facts& facts, const Access& access) {
    return changesLife(facts, access) && facts.orders[access.order.index()].strayJoin;
}

}  // namespace

bool isDescriptor(const Facts& facts, const Access& access) {
    const Place& place = facts.places.place(access.place);
    return !place.steps.empty() && place.steps.back().kind == ir::StepKind::field &&
           facts.program->names.text({static_cast<uint32_t>(place.steps.back().value)}) == "$open";
}

bool changesLife(const Facts& facts, const Access& access) {
    const ir::OpKind kind = facts.ops.op(access.op).kind;
    if (kind == ir::OpKind::store) return isDescriptor(facts, access);
    return kind == ir::OpKind::free || kind == ir::OpKind::initLock || kind == ir::OpKind::destroyLock;
}

std::vector<bool> functionsTakingTurns(const Facts& facts) {
    std::vector<bool> taking(facts.program->functions.size(), false);
    for (uint32_t i = 0; i < facts.ops.size(); ++i) {
        const ir::OpKind kind = facts.ops.op({i}).kind;
        if (kind == ir::OpKind::acquire || kind == ir::OpKind::release || kind == ir::OpKind::rmw ||
            kind == ir::OpKind::cas || kind == ir::OpKind::await)
            taking[facts.ops.function({i}).index()] = true;
    }
    return taking;
}

bool mayMeetInLife(const Facts& facts, const std::vector<bool>& takingTurns, const Access& a, ThreadId x,
                   const Access& b, ThreadId y) {
    if (!changesLife(facts, a) && !changesLife(facts, b)) return true;
    for (const Access* access : {&a, &b})
        if (frees(facts, *access) && settlesOwnership(facts, takingTurns, *access)) return false;
    const ObjectId object = facts.places.place(a.location).root;
    if (frees(facts, a) || frees(facts, b)) {
        // Variables are not freed: the pointer points elsewhere when it is.
        const ObjectKind kind = facts.places.object(object).kind;
        if (kind == ObjectKind::global || kind == ObjectKind::variable) return false;
        if (handed(facts, object, x, y)) return true;
    }
    return sameObject(facts, a, b) && !mayHaveWaited(facts, a) && !mayHaveWaited(facts, b);
}

Deed deedOf(const Facts& facts, const Access& access) {
    switch (facts.ops.op(access.op).kind) {
        case ir::OpKind::free:
            return {"freed", "freeing"};
        case ir::OpKind::initLock:
            return {"initialised", "initialisation"};
        case ir::OpKind::destroyLock:
            return {"destroyed", "destruction"};
        case ir::OpKind::acquire:
            return {"locked", "acquisition"};
        case ir::OpKind::barrier:
            return {"waited for", "wait"};
        default:
            if (isDescriptor(facts, access)) {
                if (access.kind == AccessKind::read) return {"used", "use"};
                return access.atomic ? Deed{"replaced", "replacing"} : Deed{"closed", "closing"};
            }
            if (access.kind == AccessKind::write) return {"written", access.atomic ? "atomic write" : "write"};
            return {"read", access.atomic ? "atomic read" : "read"};
    }
}

}  // namespace raddle::check
