// Which accesses of a group conflict: all pairs of those that name the same memory are looked at, so that what is asked
// of pairs is asked once of those that no exclusion can tell apart.
#pragma once

#include <vector>

#include "analyzer/check/base/access_classes.h"
#include "analyzer/check/base/workings.h"
#include "analyzer/check/race/consistency.h"

namespace raddle::check {

struct Conflict {
    size_t first = 0, second = 0;  // accesses; the first is a write
    facts::ThreadId firstThread, secondThread;
    int score = 0;  // how telling the pair is
};

// Whether both threads are known, not assumed.
bool isKnown(const Conflict& conflict);

// The pairs of accesses of a group that conflict, of each pair of ops one: the most telling. Quadratic in the group.
std::vector<Conflict> conflictsOf(const facts::Facts& facts, Workings& workings, const AccessClasses& classes,
                                  const Preparations::Makers& makers, const std::vector<size_t>& group);

}  // namespace raddle::check
