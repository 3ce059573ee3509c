// Why two accesses cannot race: same place or not, a common lock, ownership, order. Each test answers for one pair
// of accesses and two threads that run them.
#pragma once

#include "analyzer/facts/base/facts.h"

namespace raddle::check {

// Whether two locations can be the same memory: equal fields, one inside the other, indices that can be equal.
// `sameThread`: both are by (different) threads of the same abstract thread, whose own indices differ.
bool mayOverlap(const facts::Facts& facts, facts::PlaceId a, facts::PlaceId b, bool sameThread);

// Whether some lock is surely held at both: one lock by name, or each access's own ("p->mu" for "p->count"),
// as in Pratikakis, Foster, Hicks, "LOCKSMITH", TOPLAS 2011, and Voung, Jhala, Lerner, "RELAY", FSE 2007.
bool commonLock(const facts::Facts& facts, const facts::Access& a, const facts::Access& b);

// Whether both hold a lock that may be the same for all that is known: the same member of objects of one class, or
// elements of one array. Where it is assumed who runs what on which objects, such locks are believed to guard.
bool alikeLocks(const facts::Facts& facts, const facts::Access& a, const facts::Access& b);

// Whether each holds the lock of some object, by the same member, so that it may be one and the same.
bool mayShareMemberLock(const facts::Facts& facts, const facts::Access& a, const facts::Access& b);

// Whether `a` comes before `b` because a's thread alone raises a flag or semaphore, after `a`, that `b`'s has seen
// raised.
bool ordered(const facts::Facts& facts, const facts::Access& a, const facts::Access& b);

// Whether a lock that the creator of one of the two threads holds when it starts it keeps the two accesses apart: the
// creator releases it only when that thread has ended, and whoever else needs it waits; or `b` comes after b's thread
// has taken it, `a` before its creator, who runs `a`, has released it. After Schwarz et al. and goblint's creation and
// descendant locksets.
bool apartByCreatorsLock(const facts::Facts& facts, const facts::Access& a, facts::ThreadId threadOfA,
                         const facts::Access& b, facts::ThreadId threadOfB);

// Whether barriers keep the two apart: threads that run the same code have passed different barrier waits last.
bool inDifferentPhases(const facts::Facts& facts, const facts::Access& a, const facts::Access& b);

// Whether the two take turns: each side waits for a semaphore that the other posts when it is done.
bool handedOver(const facts::Facts& facts, const facts::Access& a, const facts::Access& b);

// Whether the object changes hands under locks, so that each of the two has taken it or holds a lock that it is handed
// over under; where neither has taken it, the locks of two different structures.
bool changesHands(const facts::Facts& facts, const facts::Access& a, const facts::Access& b);

// Whether races on the location are meant: it is, or is part of, what an annotation names.
bool meantToRace(const facts::Facts& facts, facts::PlaceId location);

// Whether the location is in one of many objects of its kind, as the elements of a list are.
bool isOneOfMany(const facts::Facts& facts, facts::PlaceId location);

// Whether the object is a variable of a function that the thread runs, and nobody has given it to the thread.
bool isOwnVariable(const facts::Facts& facts, facts::ObjectId object, facts::ThreadId thread);

// Whether the object belongs to each thread alone, so that the two threads do not meet in it.
bool threadLocal(const facts::Facts& facts, const facts::Access& a, facts::ThreadId x, const facts::Access& b,
                 facts::ThreadId y);

}  // namespace raddle::check
