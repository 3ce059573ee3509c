#include "analyzer/facts/base/state.h"

#include <algorithm>
#include <optional>

namespace raddle::facts {
namespace {

// Whether a pointer is known to point to different places: states that differ so are worth keeping apart.
bool differentAddress(const Known& a, const Known& b) {
    return a.kind == KnownKind::address && b.kind == KnownKind::address && a.place != b.place;
}

}  // namespace

void mergeLost(std::vector<HeldLock>& held) {
    for (size_t i = 0; i < held.size(); ++i) {
        if (!held[i].lost) continue;
        const auto same = [&](const HeldLock& other) {
            return other.lost && other.lock == held[i].lock && other.mode == held[i].mode && other.kind == held[i].kind;
        };
        const auto next = held.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        const auto rest = std::remove_if(next, held.end(), same);
        if (rest == held.end()) continue;
        held.erase(rest, held.end());
        held[i].count = 2;
    }
}

bool differentPointers(const State& a, const State& b) {
    if (a.values.isSame(b.values)) return false;
    auto other = b.values.begin();
    for (const auto& [place, known] : a.values) {
        while (other != b.values.end() && other->first < place) ++other;
        if (other == b.values.end()) return false;
        if (other->first == place && differentAddress(known, other->second)) return true;
    }
    return false;
}

namespace {

bool contradict(const Known& a, const Known& b) {
    const bool constants = a.kind == KnownKind::constant && b.kind == KnownKind::constant;
    const bool mixed = (a.kind == KnownKind::constant && b.kind == KnownKind::notConstant) ||
                       (a.kind == KnownKind::notConstant && b.kind == KnownKind::constant);
    return (constants && a.constant != b.constant) || (mixed && a.constant == b.constant);
}

bool contradict(const State& a, const State& b) {
    if (a.values.isSame(b.values)) return false;
    return std::any_of(a.values.begin(), a.values.end(), [&](const auto& value) {
        const auto other = b.values.find(value.first);
        return other != b.values.end() && contradict(value.second, other->second);
    });
}

}  // namespace

bool differentThreads(const State& a, const State& b) {
    if (a.live == b.live) return false;
    return contradict(a, b) || std::any_of(a.decided.begin(), a.decided.end(), [&](const auto& entry) {
               auto other = b.decided.find(entry.first);
               return other != b.decided.end() && entry.second.taken != other->second.taken;
           });
}

bool differentReasonsToJoin(const State& a, const State& b, const std::set<PlaceId>& flags) {
    if (flags.empty() || (a.live.empty() && b.live.empty())) return false;
    const auto includes = [](const LiveThreads& more, const LiveThreads& less) {
        return std::includes(more.begin(), more.end(), less.begin(), less.end());
    };
    const auto isNumber = [](const Known& known) {
        return known.kind == KnownKind::constant || known.kind == KnownKind::notConstant;
    };
    const bool different = !(a.live == b.live);
    const bool moreInA = different && includes(a.live, b.live), moreInB = different && includes(b.live, a.live);
    return std::any_of(flags.begin(), flags.end(), [&](PlaceId flag) {
        const auto inA = a.values.find(flag), inB = b.values.find(flag);
        const bool knownA = inA != a.values.end() && isNumber(inA->second);
        const bool knownB = inB != b.values.end() && isNumber(inB->second);
        if (knownA && knownB) return contradict(inA->second, inB->second);
        return (knownA && moreInA) || (knownB && moreInB);
    });
}

bool sameLocks(const State& a, const State& b) {
    return std::equal(a.held.begin(), a.held.end(), b.held.begin(), b.held.end(),
                      [](const HeldLock& x, const HeldLock& y) {
                          return x.lock == y.lock && x.mode == y.mode && x.count == y.count && x.lost == y.lost;
                      });
}

namespace {

// What two constants, or a constant and what is known not to be one, have in common: what they are not.
std::optional<Known> commonDenial(const Known& a, const Known& b) {
    const auto is = [](const Known& known, KnownKind kind) { return known.kind == kind; };
    if (is(a, KnownKind::constant) && is(b, KnownKind::constant) && a.constant != 0 && b.constant != 0)
        return Known{KnownKind::notConstant, 0, {}, {}};
    if (is(a, KnownKind::notConstant) && is(b, KnownKind::constant) && a.constant != b.constant) return a;
    if (is(b, KnownKind::notConstant) && is(a, KnownKind::constant) && a.constant != b.constant) return b;
    return std::nullopt;
}

// Keeps of the values what both know. A number computed from a thread's own index stays one when the other way gives a
// constant.
bool joinValues(SharedMap<PlaceId, Known>& into, const SharedMap<PlaceId, Known>& from) {
    if (into.isSame(from) || into == from) return false;
    std::vector<std::pair<PlaceId, Known>> joined;
    joined.reserve(into.size());
    bool changed = false;
    auto other = from.begin();
    for (const auto& [place, known] : into) {
        while (other != from.end() && other->first < place) ++other;
        const bool both = other != from.end() && other->first == place;
        const Known& otherKnown = both ? other->second : known;
        const bool own = known.kind == KnownKind::own || otherKnown.kind == KnownKind::own;
        const bool constant = known.kind == KnownKind::constant || otherKnown.kind == KnownKind::constant;
        if (both && otherKnown == known) {
            joined.emplace_back(place, known);
        } else if (both && own && constant) {
            changed = changed || known.kind != KnownKind::own;
            joined.emplace_back(place, known.kind == KnownKind::own ? known : otherKnown);
        } else {
            const std::optional<Known> denial = both ? commonDenial(known, otherKnown) : std::nullopt;
            changed = changed || denial != known;
            if (denial) joined.emplace_back(place, *denial);
        }
    }
    if (changed) into.setSorted(std::move(joined));
    return changed;
}

}  // namespace

bool joinInto(State& into, const State& from) {
    bool changed = joinValues(into.values, from.values);
    changed |= into.live.unite(from.live);
    changed |= into.fresh.intersect(from.fresh);
    changed |= into.observed.intersect(from.observed);
    changed |= into.glimpsed.intersect(from.glimpsed);
    changed |= into.fenced && !from.fenced;
    into.fenced &= from.fenced;
    changed |= into.unraised.intersect(from.unraised);
    changed |= into.published.unite(from.published);
    changed |= into.acquired.unite(from.acquired);
    changed |= into.awaited.unite(from.awaited);
    changed |= into.released.unite(from.released);
    changed |= into.lastBarrier.unite(from.lastBarrier);
    changed |= from.strayJoin && !into.strayJoin;
    into.strayJoin |= from.strayJoin;
    changed |= (into.muted & ~from.muted) != 0;
    into.muted &= from.muted;
    if (!into.decided.isSame(from.decided))
        changed |= erase_if(into.decided, [&](const auto& entry) {
                       auto other = from.decided.find(entry.first);
                       return other == from.decided.end() || !(other->second == entry.second);
                   }) > 0;
    return changed;
}

}  // namespace raddle::facts
