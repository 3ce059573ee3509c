// What is known at one point of one function in one context: locks held, values of variables, threads running.
// Plain values that copies share until they change; the interpreter moves them through the ops. States with the same
// locks held are joined, others kept apart (property simulation: Das, Lerner, Seigle, "ESP", PLDI 2002).
#pragma once

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "analyzer/facts/pointers/places.h"
#include "core/support/shared_flat.h"

namespace raddle::facts {

using ThreadId = Id<struct ThreadTag>;
using ContextId = Id<struct ContextTag>;

struct HeldLock {
    PlaceId lock;
    ir::LockMode mode = ir::LockMode::exclusive;
    ir::LockKind kind = ir::LockKind::mutex;
    uint32_t count = 1;  // > 1: recursively; of a lost one, several such
    OpId acquiredAt;
    OpId takenBy;  // the op of the function at hand that took it: the acquire itself, or a call of a lock function
    ContextId acquiredIn;
    bool grouped = false;
    bool lost = false;  // the variable that named it has changed: still held, but which one is not known

    auto operator<=>(const HeldLock&) const = default;
};

enum class KnownKind : uint8_t {
    unknown,
    constant,
    notConstant,
    load,     // the content of `place`
    address,  // of `place`
    function,
    own  // a number that tells threads started alike apart; `constant` is an OwnIndex
};

// Numbers that are different in each of the threads that one loop (or one spawn op) starts, as the index of an own
// element or slice. `idle`: of a thread of them that is not running, because it is yet to be started or is joined.
// `ticket`: drawn from a counter that gives each number once; its tag is the counter's.
enum class OwnKind : uint8_t { exact, computed, idle, ticket };

struct OwnIndex {
    static int64_t make(int64_t tag, OwnKind kind) { return tag * 4 + static_cast<int64_t>(kind); }
    static int64_t tag(int64_t index) { return index / 4; }
    static OwnKind kind(int64_t index) { return static_cast<OwnKind>(index % 4); }
};

struct Known {
    KnownKind kind = KnownKind::unknown;
    int64_t constant = 0;
    PlaceId place;
    FunctionIndex function;

    auto operator<=>(const Known&) const = default;
};

// A thread that may be running.
struct LiveThread {
    ThreadId thread;     // invalid: any that this thread ever starts
    PlaceId handle;      // what a join names it by; invalid when nothing does
    bool ended = false;  // it has been joined, but threads that it started may run on

    auto operator<=>(const LiveThread&) const = default;
};

// A lock that the creator of a thread held when it started it, and surely holds until it releases it.
struct CreatorLock {
    OpId spawn;
    PlaceId lock;

    auto operator<=>(const CreatorLock&) const = default;
};

// A comparison by its text, or of a member of memory that is not followed with a constant.
struct Comparison {
    ir::NameId text;
    PlaceId place;
    int64_t constant = 0;

    auto operator<=>(const Comparison&) const = default;
};

// How a comparison came out, and what it compared. Some are known of one way only, which another comparison tells.
struct Decision {
    bool taken = false;
    std::vector<ObjectId> variables;
    std::vector<int64_t> fields;  // and members of what they point to
    std::optional<std::pair<Comparison, bool>> given;

    bool operator==(const Decision&) const = default;
};

using LiveThreads = SharedSet<LiveThread>;

struct State {
    std::vector<HeldLock> held;               // sorted by lock
    SharedMap<PlaceId, Known> values;         // of places in variables that no deref leads to
    LiveThreads live;                         // threads that may have been started and not joined
    SharedSet<ObjectId> fresh;                // objects that no other thread can know yet
    SharedSet<PlaceId> published;             // flags and semaphores that may have been raised by now
    SharedSet<PlaceId> observed;              // flags and semaphores seen raised on every way here
    SharedSet<PlaceId> glimpsed;              // those seen raised without acquire order; a fence makes up for it
    bool fenced = false;                      // nothing has been accessed since a release fence
    SharedSet<PlaceId> unraised;              // flags seen clear under a lock that is held since
    SharedSet<PlaceId> acquired;              // atomics loaded with acquire order
    SharedSet<OpId> lastBarrier;              // the barrier waits that may have been passed last; invalid: none yet
    SharedMap<Comparison, Decision> decided;  // comparisons of what has not changed since
    uint8_t muted = 0;                        // bits by AccessKind: such accesses are meant to race
    bool strayJoin = false;                   // has joined some thread, but which is not known
    SharedSet<PlaceId> joinedElements;        // handles joined by this function that its caller may know more about
    SharedSet<CreatorLock> awaited;   // held when this thread was started, and not taken by it or its creators since
    SharedSet<CreatorLock> released;  // may have been released since threads that may be running were started
    SharedMap<ObjectId, PlaceId> regions;  // pointers: through which place what they point to was reached
    SharedMap<PlaceId, PlaceId> peeked;    // pointers got, under a lock held since, from a place that others know
    SharedMap<PlaceId, PlaceId> taken;     // those taken out of the place under the lock: nobody else has them now
    OpId returnedAt;                       // the last return statement passed; for reports only

    bool operator==(const State& other) const {
        return held == other.held && values == other.values && live == other.live && fresh == other.fresh &&
               published == other.published && observed == other.observed && unraised == other.unraised &&
               acquired == other.acquired && lastBarrier == other.lastBarrier && strayJoin == other.strayJoin &&
               joinedElements == other.joinedElements && decided == other.decided && awaited == other.awaited &&
               released == other.released && regions == other.regions && peeked == other.peeked &&
               taken == other.taken && glimpsed == other.glimpsed && fenced == other.fenced && muted == other.muted;
    }
};

// Makes one of the locks whose names are lost: counted "several", as nobody can tell which is which.
void mergeLost(std::vector<HeldLock>& held);

// True when the two hold the same locks in the same modes, so that they are joined.
bool sameLocks(const State& a, const State& b);

// True when some variable points to different places in the two.
bool differentPointers(const State& a, const State& b);

// True when different threads may be running in the two, and something else is known to differ between them: a later
// condition may tell them apart.
bool differentThreads(const State& a, const State& b);

// True when threads may be running and one of `flags`, places by which a function tells whether to join them, has
// different values in the two, or is known only where more threads may be running.
bool differentReasonsToJoin(const State& a, const State& b, const std::set<PlaceId>& flags);

// How much the two differ in which threads may be running, and then in `flags`.
std::pair<bool, size_t> threadDifferences(const State& a, const State& b, const std::set<PlaceId>& flags);

// Adds what `from` allows to `into` (same locks); true when `into` changed.
bool joinInto(State& into, const State& from);

}  // namespace raddle::facts
