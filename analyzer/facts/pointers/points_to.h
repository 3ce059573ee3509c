// What pointers can point to, in the whole program: inclusion-based (Andersen, "Program Analysis and
// Specialization for the C Programming Language", 1994), field-sensitive, flow- and context-insensitive, with the
// call graph built along the way. Array elements share their array's place. Each store, call and allocation is looked
// at again when an object it read has changed. That is near-linear in practice because equal sets become one set (as
// in Heintze and Tardieu, "Ultra-fast Aliasing Analysis using CLA", PLDI 2001), so that going round a cycle of copies
// that has settled is cheap; because of a copied record only what has grown is looked at (difference propagation:
// Pearce, Kelly and Hankin, "Online Cycle Detection and Difference Propagation for Pointer Analysis", SCAM 2003); and
// because a pointer keeps only so many targets, giant objects are not copied and places have only so many steps.
#pragma once

#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "analyzer/facts/pointers/places.h"
#include "core/support/shared_flat.h"

namespace raddle::facts {

// A function a value can be, with the closure object it is called on, if any.
struct Target {
    FunctionIndex function;
    PlaceId closure;

    auto operator<=>(const Target&) const = default;
};

struct PointsTo {
    std::unordered_map<PlaceId, SharedSet<PlaceId>> content;          // both without deref and index steps
    std::unordered_map<PlaceId, SharedSet<FunctionIndex>> functions;  // function pointers
    std::unordered_map<OpId, std::set<Target>> targets;               // of call, spawn and once ops
    std::unordered_map<FunctionIndex, std::vector<OpId>> callers;     // each sorted
    std::set<ObjectId> unknownObjects;  // typed: what functions without a body return the address of
    size_t cutShort = 0;                // pointers that can point to more than is told here

    // Where a canonical place can be, its derefs followed: places without deref and index steps. Empty when a
    // pointer on the way points to nothing known.
    SharedSet<PlaceId> resolve(Places& places, PlaceId place) const;
    const std::set<Target>& targetsOf(OpId op) const;
};

PointsTo computePointsTo(Places& places, const Ops& ops);

// The object an alloc op makes.
ObjectId heapObject(Places& places, const Ops& ops, OpId op);

}  // namespace raddle::facts
