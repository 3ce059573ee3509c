// A decision on what is no longer known to hold: a read, and later, in another critical section or atomic step, a write
// of the same data that rests on it. What the atomicity checks have in common: which pairs go together, and how a
// finding tells of one.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/check/atomicity/sections.h"
#include "core/model/finding.h"

namespace raddle::check {

struct StalePair {
    facts::OpId decided;  // the op of the deciding function that writes, or whose callee does
    facts::OpId looked;   // the op of that function that reads, or whose callee does
    facts::OpId write;    // the ops that do it
    facts::OpId read;
    facts::ContextId context;  // of the write
    facts::PlaceId location;
};

// Reads and writes of one function go together only when made on the same call of it.
bool sameCircumstance(const facts::Facts& facts, facts::ContextId a, facts::ContextId b);

// Whether more hangs on the read than a store of a constant: setting a flag twice does no harm when nothing asks who
// did.
bool claims(const facts::Facts& facts, const Dependences& flow, facts::OpId store, facts::OpId read);

// Those `among` the functions that some thread runs, in order.
std::vector<facts::FunctionIndex> functionsRun(const facts::Facts& facts, const std::set<facts::FunctionIndex>& among);

// The finding with its places, evidence and fingerprint, of which `parts` are part; message and reasons are for the
// check to say.
Finding findingOfStale(const facts::Facts& facts, std::string_view rule, const StalePair& pair,
                       std::vector<std::string> locksHeld, const std::vector<std::string>& parts);

}  // namespace raddle::check
