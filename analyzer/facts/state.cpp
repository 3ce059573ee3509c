#include "analyzer/facts/state.h"

#include <algorithm>

namespace raddle::facts {
namespace {

template <class Id>
bool intersect(std::set<Id>& into, const std::set<Id>& with) {
    return std::erase_if(into, [&](Id id) { return !with.contains(id); }) > 0;
}

// Whether a pointer is known to point to different places: states that differ so are worth keeping apart.
bool differentAddress(const Known& a, const Known& b) {
    return a.kind == KnownKind::address && b.kind == KnownKind::address && a.place != b.place;
}

}  // namespace

bool differentPointers(const State& a, const State& b) {
    for (const auto& [place, known] : a.values) {
        auto other = b.values.find(place);
        if (other != b.values.end() && differentAddress(known, other->second)) return true;
    }
    return false;
}

bool sameLocks(const State& a, const State& b) {
    return std::equal(a.held.begin(), a.held.end(), b.held.begin(), b.held.end(),
                      [](const HeldLock& x, const HeldLock& y) {
                          return x.lock == y.lock && x.mode == y.mode && x.count == y.count && x.lost == y.lost;
                      });
}

bool joinInto(State& into, const State& from) {
    bool changed = false;
    for (auto it = into.values.begin(); it != into.values.end();) {
        auto other = from.values.find(it->first);
        if (other != from.values.end() && other->second == it->second) {
            ++it;
            continue;
        }
        // A number computed from a thread's own index stays one when the other way gives a constant.
        if (other != from.values.end() && (it->second.kind == KnownKind::own || other->second.kind == KnownKind::own)) {
            const bool mixed = it->second.kind == KnownKind::constant || other->second.kind == KnownKind::constant;
            if (mixed) {
                if (it->second.kind != KnownKind::own) it->second = other->second, changed = true;
                ++it;
                continue;
            }
        }
        it = into.values.erase(it);
        changed = true;
    }
    for (const LiveThread& live : from.live) changed |= into.live.insert(live).second;
    changed |= intersect(into.fresh, from.fresh);
    changed |= intersect(into.observed, from.observed);
    for (PlaceId place : from.published) changed |= into.published.insert(place).second;
    for (PlaceId place : from.acquired) changed |= into.acquired.insert(place).second;
    for (OpId op : from.lastBarrier) changed |= into.lastBarrier.insert(op).second;
    changed |= from.strayJoin && !into.strayJoin;
    into.strayJoin |= from.strayJoin;
    changed |= std::erase_if(into.decided, [&](const auto& entry) {
                   auto other = from.decided.find(entry.first);
                   return other == from.decided.end() || other->second != entry.second;
               }) > 0;
    return changed;
}

}  // namespace raddle::facts
