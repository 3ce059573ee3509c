// What pointers can point to, in the whole program: inclusion-based (Andersen, "Program Analysis and
// Specialization for the C Programming Language", 1994), field-sensitive, flow- and context-insensitive, with the
// call graph built along the way. Array elements share their array's place. Cost: each store, call and allocation is
// looked at again when an object it read has changed; near-linear in practice.
#pragma once

#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "analyzer/facts/places.h"
#include "core/support/shared_flat.h"

namespace raddle::facts {

// A function a value can be, with the closure object it is called on, if any.
struct Target {
    FunctionIndex function;
    PlaceId closure;

    auto operator<=>(const Target&) const = default;
};

struct PointsTo {
    std::unordered_map<PlaceId, SharedSet<PlaceId>> content;         // both without deref and index steps
    std::unordered_map<PlaceId, std::set<FunctionIndex>> functions;  // function pointers
    std::unordered_map<OpId, std::set<Target>> targets;              // of call, spawn and once ops
    std::unordered_map<FunctionIndex, std::set<OpId>> callers;
    std::set<ObjectId> unknownObjects;  // typed: what functions without a body return the address of

    // Where a canonical place can be, its derefs followed: places without deref and index steps. Empty when a
    // pointer on the way points to nothing known.
    SharedSet<PlaceId> resolve(Places& places, PlaceId place) const;
    const std::set<Target>& targetsOf(OpId op) const;
};

PointsTo computePointsTo(Places& places, const Ops& ops);

// The object an alloc op makes.
ObjectId heapObject(Places& places, const Ops& ops, OpId op);

}  // namespace raddle::facts
