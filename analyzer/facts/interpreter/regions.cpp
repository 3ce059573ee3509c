// Regions: through which place the object that a pointer points to was reached. A pointer that walks a list has no name
// that stays, but all it meets hangs on one head; a lock beside the head guards it all. Where ways meet, what their
// places have in common is kept, so a region only ever gets shorter.
#include <algorithm>

#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {
namespace {

// Up to the last pointer: what is at the end of the place is reached through it. Nothing when there is none.
Place pointerOf(Place place) {
    while (!place.steps.empty() && place.steps.back().kind != ir::StepKind::deref) place.steps.pop_back();
    if (!place.steps.empty()) place.steps.pop_back();
    return place;
}

// The longest pointer that both places go through.
Place commonPointer(const Place& a, const Place& b) {
    const auto leads = [](const Place& place, size_t length) {
        return length == place.steps.size() || place.steps[length].kind == ir::StepKind::deref;
    };
    Place result{a.root, {}};
    if (a.root != b.root) return result;
    size_t length = 0;
    for (size_t i = 0; i < a.steps.size() && i < b.steps.size() && a.steps[i] == b.steps[i]; ++i)
        if (leads(a, i + 1) && leads(b, i + 1)) length = i + 1;
    result.steps.assign(a.steps.begin(), a.steps.begin() + static_cast<std::ptrdiff_t>(length));
    return result;
}

}  // namespace

PlaceId Interpreter::regionOf(const State& state, ObjectId pointer) const {
    auto it = state.regions.find(pointer);
    return it == state.regions.end() ? PlaceId{} : it->second;
}

PlaceId Interpreter::regionOf(const State& state, const Known& value) {
    if (value.kind != KnownKind::load && value.kind != KnownKind::address) return {};
    const Place& place = places_.place(value.place);
    if (const PlaceId known = regionOf(state, place.root); known.valid()) return known;
    const Place pointer = value.kind == KnownKind::load ? place : pointerOf(place);
    return pointer.steps.empty() ? PlaceId{} : places_.place(pointer);
}

// Only under a lock, and where there may be several structures of a kind: else there is nothing to tell apart.
void Interpreter::enterRegion(State& state, ObjectId pointer, PlaceId region) const {
    const auto isOneOfSeveral = [&](const Place& place) {
        return std::any_of(place.steps.begin(), place.steps.end(),
                           [](const ir::Step& step) { return step.kind == ir::StepKind::deref || isIndex(step); });
    };
    if (region.valid() && !state.held.empty() && isOneOfSeveral(places_.place(region)) && !mentions(region, pointer))
        state.regions[pointer] = region;
    else
        state.regions.erase(pointer);
}

// A new object becomes part of what the pointer leads to.
void Interpreter::linkInto(State& state, const Known& value, PlaceId pointer) {
    if (value.kind != KnownKind::address || !state.fresh.contains(places_.place(value.place).root)) return;
    const PlaceId known = regionOf(state, places_.place(pointer).root);
    enterRegion(state, places_.place(value.place).root, known.valid() ? known : pointer);
}

bool Interpreter::joinStates(State& into, const State& from) {
    bool changed = joinInto(into, from);
    if (into.regions == from.regions) return changed;
    std::vector<std::pair<ObjectId, PlaceId>> joined;
    for (const auto& [pointer, region] : into.regions) {
        auto other = from.regions.find(pointer);
        if (other == from.regions.end()) continue;
        const Place common = other->second == region
                                 ? places_.place(region)
                                 : commonPointer(places_.place(region), places_.place(other->second));
        if (!common.steps.empty()) joined.emplace_back(pointer, places_.place(common));
    }
    changed = changed || !std::equal(joined.begin(), joined.end(), into.regions.begin(), into.regions.end());
    into.regions.setSorted(std::move(joined));
    return changed;
}

}  // namespace raddle::facts
