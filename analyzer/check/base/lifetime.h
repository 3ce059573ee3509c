// Ops that begin or end the life of what others use: freeing memory, making and destroying locks, closing files.
// Whatever uses the object must come after the one and before the other, so they are accesses that write it. They are
// held to more than other accesses, for one name stands for many objects of which one is freed, and owners settle in
// many ways who is the last to use what is freed.
#pragma once

#include <vector>

#include "analyzer/facts/base/facts.h"

namespace raddle::check {

bool changesLife(const facts::Facts& facts, const facts::Access& access);

// Whether what is accessed is whether a file descriptor is open, not the variable that holds its number.
bool isDescriptor(const facts::Facts& facts, const facts::Access& access);

// By function: whether it locks, unlocks, waits or does atomic steps. Linear in the ops.
std::vector<bool> functionsTakingTurns(const facts::Facts& facts);

// Whether nothing is known that keeps an access by thread `x` apart from one by `y` when one of the two begins or ends
// the life of the object; true when neither does.
bool mayMeetInLife(const facts::Facts& facts, const std::vector<bool>& takingTurns, const facts::Access& a,
                   facts::ThreadId x, const facts::Access& b, facts::ThreadId y);

// What an access does, for people: "written", and "write" as a role.
struct Deed {
    const char* verb;
    const char* noun;
};
Deed deedOf(const facts::Facts& facts, const facts::Access& access);

}  // namespace raddle::check
