// What the checks work on: every access to memory, every acquisition, wait and way out of a function, each with the
// context it happens in (thread, call stack, locks held, threads that may be running), and the threads themselves;
// and simple questions about them, each linear in what it looks at.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/facts/base/state.h"
#include "analyzer/facts/pointers/places.h"
#include "analyzer/facts/pointers/points_to.h"
#include "core/support/gathered_set.h"

namespace raddle::facts {

using LockSetId = Id<struct LockSetTag>;
using LiveSetId = Id<struct LiveSetTag>;
using OrderId = Id<struct OrderTag>;

// The flags and semaphores that order an access: raised before it on some way, seen raised on every way.
struct Order {
    SharedSet<PlaceId> published;
    SharedSet<PlaceId> observed;
    SharedSet<PlaceId> unraised;               // as State's
    SharedSet<OpId> lastBarrier;               // as State's
    bool strayJoin = false;                    // as State's
    SharedSet<CreatorLock> awaited, released;  // as State's

    bool operator==(const Order&) const = default;
    // Whether the two share all their sets: they are equal then, at no cost.
    bool isSame(const Order& other) const {
        return published.isSame(other.published) && observed.isSame(other.observed) &&
               unraised.isSame(other.unraised) && lastBarrier.isSame(other.lastBarrier) &&
               strayJoin == other.strayJoin && awaited.isSame(other.awaited) && released.isSame(other.released);
    }
};

enum class AccessKind : uint8_t { read, write };

// One access by one op in one context.
struct Access {
    OpId op;
    ContextId context;
    AccessKind kind = AccessKind::read;
    bool atomic = false;
    PlaceId place;     // as the code names it
    PlaceId location;  // where it is: a place without derefs, in an object that several threads may know
    PlaceId region;    // the pointer that leads to the structure the object is part of; invalid when `place` tells
    LockSetId locks;
    LiveSetId live;
    OrderId order;
    bool owned = false;  // through a pointer that its thread has taken from where others could get it, and not given on
    bool byType = false;   // the location is only what an unknown pointer of its type may name as well
    uint16_t choices = 1;  // how many locations the place may have, this one among them

    bool operator==(const Access&) const = default;
};

// One acquire, with what was already held.
struct Acquisition {
    OpId op;
    ContextId context;
    PlaceId lock;
    LockSetId held;  // before it
    LiveSetId live;

    bool operator==(const Acquisition&) const = default;
};

// A wait, signal, barrier, join, detach, lock's creation or destruction, end of an object's life, call out of the
// program or way out of a function, in one context.
struct Event {
    OpId op;
    ContextId context;
    PlaceId place;  // what the op names; of a join, the handle as live threads name it; invalid when nothing
    PlaceId lock;   // wait: the lock it lets go; else invalid
    LockSetId held;
    LiveSetId live;

    bool operator==(const Event&) const = default;
};

struct UnheldRelease {
    OpId op;
    ContextId context;
    PlaceId lock;

    bool operator==(const UnheldRelease&) const = default;
};

// A way out of a function in one context: what is held then that was not at its entry.
struct Exit {
    ContextId context;
    OpId op;          // the ret or exitThread
    OpId returnedAt;  // the return statement, where there is one
    std::vector<HeldLock> gained;
    std::vector<PlaceId> lostLocks;  // held at entry, not any more
    bool endsThread = false;
    LiveSetId live;
};

// All that is stored to what may be a flag.
struct FlagStores {
    bool cleared = false;  // set to zero other than as initialiser
    bool relaxed = false;  // by an atomic store without release order or fence
    std::set<LockSetId> raisedUnder;
};

// How objects of an abstract one get from thread to thread.
struct HandOver {
    std::set<PlaceId> locks;  // that one is put where others find it, or taken out, under
    bool taken = false;       // on some way, one is
    bool scattered = false;   // put in a second place by who had not taken it out of the first
};

// A call through what was taken out of a shared place, with no lock held: it runs a task that somebody has put there.
struct TaskCall {
    OpId op;
    ir::Root item;                 // the variable that has what was taken
    std::set<PlaceId> containers;  // elements of which it was taken from, for items that are kept by value
    std::set<ObjectId> objects;    // it may point to
    std::set<ContextId> contexts;  // the call is in
};

// A store under a lock that puts a new object, or a copy of one, where others find it.
struct TaskPost {
    OpId op;
    std::set<PlaceId> places;           // stored to
    std::set<ObjectId> objects;         // stored the address of
    std::set<FunctionIndex> functions;  // that members of what is stored call
};

struct Caller {
    ContextId context;
    OpId op;

    auto operator<=>(const Caller&) const = default;
};

// A function as analysed with one set of circumstances.
struct Context {
    FunctionIndex function;
    State entry;
    GatheredSet<Caller> callers;    // how it is reached within a thread
    std::set<ThreadId> threads;     // that run it
    bool general = false;           // stands for more circumstances than its entry tells
    size_t fewestLocks = SIZE_MAX;  // held by a caller, where the entry may tell of fewer
    bool locksKnown = false;        // some chain of calls from a thread's entry comes with the locks of the entry alone
    bool many = false;              // may be active several times in one program run
};

// A lock that the only creator of a thread holds when it starts it, or the one that it was started through. As long as
// the creator has it, who else takes it waits.
struct Cover {
    ThreadId creator;
    ThreadId child;  // of the creator: the thread itself or one it was started through
    PlaceId lock;
    bool throughout = false;  // the creator releases it only when the thread has ended
};

// A release of a lock that threads were started under which may be running.
struct CoverRelease {
    PlaceId lock;
    LiveSetId live;
    OrderId order;

    auto operator<=>(const CoverRelease&) const = default;
};

// assumed: an entry point of a program without main, or a callback given to a library that may run it anywhere.
enum class ThreadKind : uint8_t { main, spawned, staticInit, assumed };

// An abstract thread: all threads started by one op with one entry and like arguments.
struct Thread {
    ThreadKind kind = ThreadKind::main;
    FunctionIndex function;         // its entry
    std::set<ContextId> entries;    // contexts it starts in
    OpId spawn;                     // spawned
    std::set<ContextId> spawnedIn;  // contexts that hold the spawn
    std::set<ThreadId> parents;
    std::set<ThreadId> ancestors;     // those it was started by, directly or not, and itself
    std::set<ThreadId> mains;         // of these the main threads
    std::set<ThreadId> liveAtSpawn;   // that may be running when it is started
    std::set<ThreadId> endedAtSpawn;  // joined by then, though threads that they started may run on
    std::set<ThreadId> outliving;     // threads that it or its children started, that may run on when it has ended
    std::set<PlaceId> startedUnder;   // locks that its creator holds whenever it starts it
    std::set<CreatorLock> releasedAtSpawn;  // as State's
    std::vector<Cover> covers;
    std::set<FunctionIndex> functions;  // that it runs
    std::set<ObjectId> owned;           // objects handed to each instance alone
    std::set<ObjectId> inherited;       // objects it knows from its arguments
    std::set<int64_t> tags;             // of the numbers that tell its instances apart
    bool many = false;                  // several of it may run at the same time
    std::set<ThreadId> executors;       // of a task: the threads that take it and run it
    bool joined = false;  // on some way; whether on that of an access can hang on a condition not followed
};

struct Facts {
    const link::Program* program = nullptr;
    Places places;
    Ops ops;
    PointsTo pointsTo;
    std::vector<Context> contexts;
    std::vector<Thread> threads;
    std::vector<Access> accesses;
    std::vector<Acquisition> acquisitions;
    std::vector<Event> events;
    std::vector<UnheldRelease> unheldReleases;
    std::set<std::pair<OpId, ContextId>> heldReleases;  // that found the lock held, on some way
    std::vector<Exit> exits;
    std::vector<std::vector<HeldLock>> lockSets;
    std::vector<LiveThreads> liveSets;
    std::vector<Order> orders;
    std::map<PlaceId, int64_t> parties;               // how many threads a barrier waits for; 0 when that changes
    std::map<PlaceId, int64_t> permits;               // how many a semaphore lets in to begin with; the most of several
    std::set<PlaceId> openSemaphores;                 // that let in several at once
    std::map<PlaceId, std::set<ContextId>> arrivals;  // at barriers
    std::map<PlaceId, std::set<ContextId>> raisers;   // of flags and semaphores
    std::unordered_map<PlaceId, ThreadId> onlyRaiser;  // of those that one thread raises that is not many
    std::map<PlaceId, FlagStores> flagStores;
    std::map<ObjectId, HandOver> handOvers;
    std::map<OpId, TaskCall> taskCalls;
    std::map<OpId, TaskPost> taskPosts;
    std::map<OpId, std::set<std::pair<ContextId, LockSetId>>> storedUnder;  // locks held when a local got its value
    std::set<OpId> releasedElsewhere;               // acquires whose lock another function releases
    std::map<PlaceId, std::set<ThreadId>> handles;  // in variables that several threads know: the threads they name
    std::set<CoverRelease> coverReleases;
    std::set<PlaceId> recursiveLocks;  // initialised to be recursive
    std::set<PlaceId> benign;          // locations on which races are meant
    std::set<ObjectId> escaped;        // reachable from globals or given to several threads
    std::set<ObjectId> manyObjects;    // heap objects and variables that stand for several
    bool open = false;                 // no main: entry points are assumed to run at the same time
    uint64_t calls = 0;
    uint64_t unresolvedCalls = 0;
    std::vector<std::string> notes;  // what was cut short

    explicit Facts(const link::Program& linked) : program(&linked), places(linked), ops(linked) {}

    const std::vector<HeldLock>& locks(LockSetId id) const { return lockSets[id.index()]; }
    const LiveThreads& live(LiveSetId id) const { return liveSets[id.index()]; }
    const Context& context(ContextId id) const { return contexts[id.index()]; }
    const Thread& thread(ThreadId id) const { return threads[id.index()]; }
};

// Whether an access of thread `a`, when those in `liveA` may be running, can run at the same time as one of `b`.
bool mayRunInParallel(const Facts& facts, ThreadId a, LiveSetId liveA, ThreadId b, LiveSetId liveB);

// Whether the two only come to be in different programs: one database can build several.
bool inDifferentPrograms(const Facts& facts, ThreadId a, ThreadId b);

// Whether `of`, which is one of `children` or was started through one, may be running when those in `liveId` may be.
bool runningAt(const Facts& facts, const std::set<ThreadId>& children, ThreadId of, LiveSetId live);

// Whether a thread was joined by its handle, whoever started it, before what has the order.
bool joinedBefore(const Facts& facts, ThreadId thread, OrderId order);

// What a call goes through when it names no function: the place that holds the function, or the pointer to the object
// whose class tells it. Nothing when there is none.
const ir::Place* calledThrough(const ir::Op& call);

// The variable that return statements store to; none when no way out of the function returns.
ir::Root returnedVariable(const ir::Function& function);

// Whether a lock place names exactly one lock, so that holding it twice is holding the same.
bool isUniqueLock(const Facts& facts, PlaceId lock);

// Whether a thread may take a lock of this kind again while it holds it: by its kind or as it was initialised.
bool isRecursiveLock(const Facts& facts, PlaceId lock, ir::LockKind kind);

}  // namespace raddle::facts
