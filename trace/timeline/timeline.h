// Timeline: a recording as plain data, the form every analysis and every page works on. Built by
// trace/read/reader.h; hand-made ones are what the tests of the analyses use. All times are nanoseconds since the
// start of the recording. Lists are sorted by begin time; ids index the vector of the same name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/source_location.h"
#include "core/support/id.h"
#include "core/support/list.h"

namespace raddle::trace {

using ProcessId = Id<struct ProcessTag>;
using ThreadId = Id<struct ThreadTag>;
using LockId = Id<struct LockTag>;
using ObjectId = Id<struct ObjectTag>;
using StackId = Id<struct StackTag>;
using FunctionId = Id<struct FunctionTag>;

enum class LockKind { mutex, recursiveMutex, rwlock, spinlock, semaphore };
enum class ObjectKind { condition, semaphore, barrier, futex, once };
enum class WaitKind { lock, condition, semaphore, barrier, join, sleep, futex, once, io };
enum class IoKind { none, polling, reading, writing, accepting, connecting, syncing, child, signal };
enum class LockMode { exclusive, shared };

struct Function {
    std::string name;             // demangled; "0x…" with the module when there is no symbol
    std::string module;           // path of the program or library it is in
    SourceLocation at;            // where it is defined; no file without debug info
    bool locksForCaller = false;  // takes or waits for what it is handed: a project's own wrapper

    bool operator==(const Function&) const = default;
};

struct Frame {
    FunctionId function;
    SourceLocation at;  // the call's line; no file without debug info

    bool operator==(const Frame&) const = default;
};

struct Stack {
    std::vector<Frame> frames;  // innermost first; recorder frames are left out

    bool operator==(const Stack&) const = default;
};

struct Process {
    int64_t pid = 0;
    ProcessId parent;     // invalid for the first
    std::string command;  // argv joined by spaces, as far as recorded
    int64_t beginNs = 0;
    int64_t endNs = 0;

    bool operator==(const Process&) const = default;
};

// A stretch in which a thread could not run because it waited for something.
struct Wait {
    WaitKind kind = WaitKind::lock;
    int64_t beginNs = 0;
    int64_t endNs = 0;      // the end of the recording when it never returned
    bool finished = true;   // false: the recording ends with the thread still waiting
    bool succeeded = true;  // false: timed out or failed
    LockId lock;            // of a lock wait; of a condition wait, its mutex
    LockMode mode = LockMode::exclusive;
    ObjectId object;           // of all but lock waits, joins and sleeps
    ThreadId blocker;          // who held the lock when the wait began (lock), who is joined (join), who
                               // signalled, posted or woke (condition, semaphore, futex, once), who came last
                               // (barrier); invalid when unknown
    StackId stack;             // of the waiter
    StackId blockerStack;      // where the blocker acquired or signalled; invalid when unknown
    IoKind io = IoKind::none;  // of waits for what is outside the process
    int32_t fd = -1;           // that it waits for, when it is one

    bool operator==(const Wait&) const = default;
};

// A stretch in which a thread held a lock (a condition wait ends one and begins another).
struct Hold {
    LockId lock;
    LockMode mode = LockMode::exclusive;
    int64_t beginNs = 0;
    int64_t endNs = 0;
    bool finished = true;       // false: still held when the process or the recording ended
    bool contended = false;     // the acquisition had to wait
    StackId stack;              // of the acquisition; one frame (the caller) when it was uncontended
    bool retaken = false;       // given back by the end of a condition wait: no acquisition of the program's own
    bool beginUnknown = false;  // only its release was recorded, because others waited: beginNs is the earliest
    bool tried = false;         // by a call that would not have waited

    bool operator==(const Hold&) const = default;
};

// One signal, broadcast, post or wake.
struct Signal {
    ObjectId object;
    int64_t atNs = 0;
    StackId stack;
    bool broadcast = false;

    bool operator==(const Signal&) const = default;
};

// One activation of an instrumented function.
struct Call {
    FunctionId function;
    uint32_t depth = 0;  // 0 for the outermost
    int64_t beginNs = 0;
    int64_t endNs = 0;
    bool finished = true;  // false: left by no exit event (exit, exec, kill, end of the recording)

    bool operator==(const Call&) const = default;
};

// Calls of a function by another one that were counted only, and timed now and then: no Call is theirs.
struct CountedCalls {
    FunctionId caller;  // invalid: none that is known
    FunctionId function;
    uint64_t calls = 0;
    uint64_t timed = 0;   // how many of them the estimates are from
    int64_t ns = 0;       // with callees, estimated
    int64_t outerNs = 0;  // the part of it that is not within an activation of the same function

    bool operator==(const CountedCalls&) const = default;
};

// Where a thread was on the processor; stands for `weightNs` of its time there.
struct Sample {
    int64_t atNs = 0;
    int64_t weightNs = 0;
    StackId stack;

    bool operator==(const Sample&) const = default;
};

// A thread's part of an OpenMP construct.
struct Region {
    enum class Kind { parallel, loop, sections, single };

    Kind kind = Kind::parallel;
    StackId where;  // one frame: in the function, or at the call, that began it
    int64_t beginNs = 0;
    int64_t endNs = 0;

    bool operator==(const Region&) const = default;
};

struct Thread {
    std::string name;  // as set by the program; else the entry function; else "main" or "thread N"
    ProcessId process;
    int64_t tid = 0;
    ThreadId creator;  // invalid for the first of a process
    StackId createdAt;
    int64_t createdNs = -1;  // by the creator's clock: it may begin much later; -1 when that is not recorded
    FunctionId entry;        // start routine, or what the library's routine runs; invalid for a process's first
    int64_t beginNs = 0;
    int64_t endNs = 0;
    bool exited = false;    // false: still running when the recording ended
    int64_t cpuNs = -1;     // CPU time used; -1 when not recorded
    int64_t queuedNs = -1;  // ready to run, in the queue for a processor; -1 when not recorded
    List<Wait> waits;
    List<Hold> holds;
    List<Signal> signals;
    List<Call> calls;  // in order of begin, so a parent precedes its children
    List<CountedCalls> countedCalls;
    List<Sample> samples;
    List<Region> regions;  // in order of begin

    bool operator==(const Thread&) const = default;
};

struct Lock {
    std::string name;  // variable, or member of a class; else what the function of its first use calls it, or its kind
    LockKind kind = LockKind::mutex;
    ProcessId process;
    uint64_t address = 0;
    uint64_t acquisitions = 0;     // exact, also where single holds were not recorded
    uint64_t contended = 0;        // acquisitions that had to wait
    uint64_t countedOnly = 0;      // acquisitions that were counted only: they have no hold
    int64_t estimatedHoldNs = 0;   // of those, from others of the same thread
    uint64_t failedTries = 0;      // try- and timed locks that did not get it
    SourceLocation declaredAt;     // of the variable or member; no file when that is not known
    bool isGivenUpToWait = false;  // an interpreter's: who holds it gives it up before it waits for anything else

    bool operator==(const Lock&) const = default;
};

struct Object {
    std::string name;
    ObjectKind kind = ObjectKind::condition;
    ProcessId process;
    uint64_t address = 0;
    uint64_t waits = 0;
    uint64_t signals = 0;         // signals and broadcasts, posts or wakes
    uint64_t countedWaits = 0;    // of the waits: semaphores taken without waiting and without an event of it
    uint64_t countedSignals = 0;  // of the signals: those that were counted only, because nobody waited
    SourceLocation declaredAt;    // as a lock's

    bool operator==(const Object&) const = default;
};

// What ThreadSanitizer reported, at the moment it did.
struct TsanEvent {
    struct Access {
        ThreadId thread;
        bool isWrite = false;
        bool isAtomic = false;
        uint64_t address = 0;
        uint64_t bytes = 0;
        StackId stack;

        bool operator==(const Access&) const = default;
    };
    struct Mutex {
        uint64_t number = 0;  // ThreadSanitizer's own
        uint64_t address = 0;
        LockId lock;       // invalid when no use of it was recorded
        StackId firstUse;  // as ThreadSanitizer remembers it

        bool operator==(const Mutex&) const = default;
    };
    struct Place {
        std::string kind;  // "global", "heap", "stack", "tls", "fd"
        std::string name;  // of a global
        uint64_t address = 0;
        uint64_t bytes = 0;
        ThreadId thread;      // that allocated it, or whose stack it is
        StackId allocatedAt;  // of the heap

        bool operator==(const Place&) const = default;
    };
    struct Creation {
        ThreadId thread;
        StackId stack;

        bool operator==(const Creation&) const = default;
    };

    ProcessId process;
    ThreadId thread;
    int64_t atNs = 0;
    std::string kind;    // "data-race", "lock-order-inversion", …
    uint64_t count = 1;  // how often it was found
    std::vector<Access> accesses;
    std::vector<Mutex> mutexes;
    std::vector<Place> places;
    std::vector<Creation> threads;
    std::vector<StackId> stacks;  // of a lock-order inversion: where each mutex is taken holding the one before

    bool operator==(const TsanEvent&) const = default;
};

struct Timeline {
    std::string command;          // what was recorded, argv joined by spaces
    int64_t startedAtUnixNs = 0;  // wall clock at time 0
    int64_t durationNs = 0;
    uint32_t processors = 0;         // that the command could run on; 0: not known
    bool complete = false;           // false: the program was killed or is still running
    bool isLive = false;             // was still being recorded when it was read
    bool isTail = false;             // only the last part of each thread was kept
    uint64_t events = 0;             // read from the file
    uint64_t droppedEvents = 0;      // the recorder could not write (full disk, size cap)
    uint64_t tornBytes = 0;          // half-written at the end, ignored
    std::vector<std::string> notes;  // what else the reader left out or could not tell, one line each
    std::vector<Process> processes;
    std::vector<Thread> threads;
    std::vector<Lock> locks;
    std::vector<Object> objects;
    std::vector<Function> functions;
    std::vector<Stack> stacks;
    std::vector<TsanEvent> tsan;  // by time

    bool operator==(const Timeline&) const = default;
};

}  // namespace raddle::trace
