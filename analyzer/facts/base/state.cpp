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
            return other.lost && other.mode == held[i].mode && other.kind == held[i].kind;
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

bool isNull(const Known& known) {
    return known.kind == KnownKind::constant && known.constant == 0;
}

bool contradict(const Known& a, const Known& b) {
    if ((isNull(a) && b.kind == KnownKind::address) || (isNull(b) && a.kind == KnownKind::address)) return true;
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
               return other != b.decided.end() && entry.second.taken != other->second.taken && !entry.second.given &&
                      !other->second.given;
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

std::pair<bool, size_t> threadDifferences(const State& a, const State& b, const std::set<PlaceId>& flags) {
    const auto differ = [&](PlaceId flag) {
        const auto inA = a.values.find(flag), inB = b.values.find(flag);
        if (inA == a.values.end() || inB == b.values.end()) return (inA == a.values.end()) != (inB == b.values.end());
        return inA->second != inB->second;
    };
    return {!(a.live == b.live), static_cast<size_t>(std::count_if(flags.begin(), flags.end(), differ))};
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

using Decided = SharedMap<Comparison, Decision>;

// A comparison that only one of two ways has made, and another that came out differently on the two: what the first
// came out as holds where the other comes out as it did there.
std::optional<Decision> givenOther(const Comparison& comparison, const Decision& decision, const Decided& mine,
                                   const Decided& others) {
    if (!comparison.place.valid()) return std::nullopt;
    if (decision.given) {
        const auto guard = others.find(decision.given->first);
        const bool never =
            guard != others.end() && !guard->second.given && guard->second.taken != decision.given->second;
        return never ? std::optional(decision) : std::nullopt;
    }
    std::optional<Decision> best;
    for (const auto& [guard, outcome] : mine) {
        if (!guard.place.valid() || guard == comparison || outcome.given) continue;
        const auto other = others.find(guard);
        if (other == others.end() || other->second.given || other->second.taken == outcome.taken) continue;
        best = decision;
        best->given.emplace(guard, outcome.taken);
        best->variables.insert(best->variables.end(), outcome.variables.begin(), outcome.variables.end());
        best->fields.insert(best->fields.end(), outcome.fields.begin(), outcome.fields.end());
        // Of a variable only its own function knows.
        if (!outcome.fields.empty()) break;
    }
    return best;
}

bool joinDecided(Decided& into, const Decided& from) {
    if (into.isSame(from) || into == from) return false;
    std::vector<Decided::value_type> joined;
    const auto keep = [&](const Decided& mine, const Decided& others, bool common) {
        for (const auto& [comparison, decision] : mine) {
            const auto other = others.find(comparison);
            if (other == others.end()) {
                if (auto given = givenOther(comparison, decision, mine, others))
                    joined.emplace_back(comparison, *given);
            } else if (common && other->second == decision) {
                joined.emplace_back(comparison, decision);
            }
        }
    };
    keep(into, from, true);
    keep(from, into, false);
    std::sort(joined.begin(), joined.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    Decided result;
    result.setSorted(std::move(joined));
    if (result == into) return false;
    into = std::move(result);
    return true;
}

// Keeps what was got on both ways; where from different places, from none.
bool joinPeeked(SharedMap<PlaceId, PlaceId>& into, const SharedMap<PlaceId, PlaceId>& from) {
    if (into == from) return false;
    SharedMap<PlaceId, PlaceId> joined;
    for (const auto& [pointer, origin] : into)
        if (const auto other = from.find(pointer); other != from.end())
            joined.emplace(pointer, other->second == origin ? origin : PlaceId{});
    if (joined == into) return false;
    into = std::move(joined);
    return true;
}

// Keeps what was taken on both ways, or on one where the pointer is null on the other. Before the values are joined.
bool joinTaken(State& into, const State& from) {
    if (into.taken == from.taken) return false;
    const auto isNull = [](const State& state, PlaceId pointer) {
        const auto known = state.values.find(pointer);
        return known != state.values.end() && known->second.kind == KnownKind::constant && known->second.constant == 0;
    };
    SharedMap<PlaceId, PlaceId> joined;
    for (const auto& [pointer, origin] : into.taken)
        if (const auto other = from.taken.find(pointer); other != from.taken.end())
            joined.emplace(pointer, origin.valid() ? origin : other->second);
        else if (isNull(from, pointer))
            joined.emplace(pointer, origin);
    for (const auto& [pointer, origin] : from.taken)
        if (!into.taken.contains(pointer) && isNull(into, pointer)) joined.emplace(pointer, origin);
    if (joined == into.taken) return false;
    into.taken = std::move(joined);
    return true;
}

}  // namespace

bool joinInto(State& into, const State& from) {
    bool changed = joinTaken(into, from);
    changed |= joinPeeked(into.peeked, from.peeked);
    changed |= joinValues(into.values, from.values);
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
    changed |= into.joinedElements.unite(from.joinedElements);
    changed |= from.strayJoin && !into.strayJoin;
    into.strayJoin |= from.strayJoin;
    changed |= (into.muted & ~from.muted) != 0;
    into.muted &= from.muted;
    changed |= joinDecided(into.decided, from.decided);
    return changed;
}

}  // namespace raddle::facts
