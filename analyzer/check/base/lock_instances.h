// Locks of which there are several of one kind (a member of objects, an element of an array): whether code that takes
// two of them chooses which comes first.
#pragma once

#include <optional>

#include "analyzer/facts/base/facts.h"

namespace raddle::check {

// Whether the acquisition and that of `held`, or the calls that lead to them, stand under a comparison of what tells
// the two instances apart, so that the order follows from it: `if (a < b) { lock(a); lock(b); } else { lock(b);
// lock(a); }`, or `first = a < b ? a : b`. That the comparison is a good one is taken for granted; a comparison that
// changes nothing about the order is not one. Looks at one function and its callers; quadratic in their blocks.
bool choosesOrder(const facts::Facts& facts, const facts::Acquisition& acquisition, const facts::HeldLock& held);

// Of two locks reached from one place: the member that leads from the first's owner to the second's (`down`), or from
// the second's to the first's.
struct Link {
    int64_t field = 0;
    bool down = true;
};
std::optional<Link> linkBetween(const facts::Facts& facts, facts::PlaceId held, facts::PlaceId wanted);

// Whether the two are elements of an array of which one is told by a loop's counter and the other is not known: they
// may be neighbours, always taken in one order.
bool mayBeNeighbours(const facts::Facts& facts, const facts::Acquisition& acquisition, facts::PlaceId held);

}  // namespace raddle::check
