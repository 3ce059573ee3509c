// What library calls mean to concurrency, as data: one row a function, keyed by its qualified name without
// template arguments and inline namespaces. analyzer/lower turns a call that has a row into the ops it stands
// for; a call without one is a call. Argument numbers count from 0; kThis is the object of a method call.
// The rows of the libraries are built in (tables.h); a project adds rows of its own in .raddle.yaml, which are
// looked up the same way and go first. Cost of a look-up: a few hashes of the name.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/ir/ir.h"

namespace raddle::models {

inline constexpr int kNone = -2;
inline constexpr int kThis = -1;
inline constexpr int kAllThatFollow = -3;

enum class Effect : uint8_t {
    pure,     // nothing that matters here
    acquire,  // object: the lock; other: an argument that says whether for writing
    release,
    initLock,     // object: the lock; other: its attributes, or kNone
    setLockKind,  // object: lock attributes; other: the kind (PTHREAD_MUTEX_RECURSIVE)
    destroyLock,
    wait,    // object: the condition; lock: the lock (or a guard that owns it); callback: the predicate
    signal,  // object: condition, semaphore, promise, latch
    await,   // object: semaphore, future, latch
    spawn,   // object: the handle (kNone: the result); callback: the entry; its arguments follow
    join,    // object: the handle; other: where what the thread returns goes
    detach,
    joinable,  // whether the handle names a thread
    barrier,
    once,         // object: the flag; callback: what runs
    allocate,     // returns a new object
    deallocate,   // object: what is freed
    reallocate,   // object: what is given back, at another place perhaps
    atomicLoad,   // object; order
    atomicStore,  // object; value; order
    atomicRmw,
    atomicTake,   // as atomicRmw, setting a flag whose old value it returns
    atomicClear,  // as atomicStore, of "free"
    atomicCas,    // object; other: expected
    fence,
    mute,  // what the thread's accesses do until `unmute` is meant; mode: shared for reads, exclusive for writes
    unmute,
    benign,  // object: races on it are meant
    exitThread,
    forward,      // returns argument `object` (std::move, std::ref)
    copyMemory,   // writes through `object`, reads through `other`
    writeMemory,  // writes through `object`
    readMemory,   // reads through `object` and `other`
    block,        // may take long: sleeps, waits for input or another process; other: its time limit
    callback,     // runs `callback` before it returns
    lockAll,      // acquires every argument, avoiding deadlock
    guardLock,    // methods of a lock guard: on the lock it refers to
    guardTryLock,
    guardUnlock,
    guardRelease,  // gives up its lock without unlocking; returns it
    guardOwns,
    pointerGet,      // smart pointer: returns what it points to
    pointerReset,    // smart pointer: points to argument 0 instead
    makePointer,     // std::make_unique: a smart pointer to a new object
    pointerToThis,   // shared_from_this: a smart pointer to the object
    pointerCast,     // std::static_pointer_cast: a smart pointer to what argument 0 points to
    part,            // std::get: the part of argument 0 that the template arguments name
    makeParts,       // std::make_pair: an object whose parts are the arguments
    swapContents,    // the contents of `object` and `other` change places
    exchange,        // std::exchange: returns the content of argument 0, which becomes argument 1
    callStored,      // std::function: runs what was stored in the object
    element,         // container: returns a reference, pointer or iterator to some element; reads the object
    elementWrite,    // the same, but may insert (map's operator[])
    insert,          // container: takes arguments as new elements; writes the object
    dereference,     // iterator: the element it stands at
    assume,          // goes on only if argument `object` holds
    stop,            // does not return; nothing after it runs
    runAtomically,   // a call like any other, under the lock `lockName`
    lockedPointer,   // acquires the object; returns a guard of it that is a pointer to what it protects
    lockedCallback,  // acquires the object, runs `callback` on what it protects, releases it
};

struct Model {
    std::string_view function;
    Effect effect = Effect::pure;
    int object = kThis;
    int other = kNone;
    int callback = kNone;
    ir::LockKind lockKind = ir::LockKind::none;
    ir::LockMode mode = ir::LockMode::exclusive;
    ir::Attempt attempt = ir::Attempt::must;
    int64_t success = 0;  // acquire with an attempt: the result that means it was got
    bool timed = false;
    bool broadcast = false;
    std::string_view lockName = {};  // acquire, release: one lock of the whole program, instead of `object`
    int argument = kAllThatFollow;   // spawn: what the entry is given; else the arguments after the entry
    int position = 0;                // … as which of its own arguments
    std::string_view method = {};    // spawn: the entry is this method of argument `callback`, an object
    bool many = false;               // spawn: starts several threads
    ir::MemoryOrder order = ir::MemoryOrder::plain;  // atomics; plain: argument `other` says
    int parties = kNone;  // initLock: which argument says how many threads a barrier waits for
};

// What a call does to the file descriptor it is given, beside what its row says. A descriptor is named by the
// variable that holds it; the ends of a pipe share a channel: who reads what was written comes after the writer.
enum class FileEffect : uint8_t {
    use,      // object: the descriptor, which must stay open
    close,    // object
    replace,  // object: a descriptor that comes to mean another file, in one step
    send,     // uses object; signals its channel
    receive,  // uses object; awaits its channel
    pair,     // object: an array that gets the two ends of a new channel
    channel,  // returns a descriptor that is both ends of a new channel
    bind,     // object: a socket that takes connections to `address`
    connect,  // uses object; signals `address`
};

struct FileCall {
    std::string_view function;
    FileEffect effect = FileEffect::use;
    int object = 0;
    int address = kNone;
};

// Null for functions that take no file descriptor.
const FileCall* findFileCall(std::string_view name);

// A function of the C library that keeps something for the whole process, which no lock guards: POSIX lets such
// functions off being thread-safe, and with glibc they are not.
struct SharedState {
    std::string_view function;
    std::string_view state;  // for people
    bool writes = true;
};

// Null for functions that several threads can call at the same time.
const SharedState* findSharedState(std::string_view name);

// A class whose constructor acquires what it is given and whose destructor releases it.
struct Guard {
    std::string_view name;
    ir::LockMode mode = ir::LockMode::exclusive;
    bool grouped = false;  // takes several locks, avoiding deadlock
};

// What a type is to concurrency.
struct Type {
    std::string_view name;
    ir::LockKind lockKind = ir::LockKind::none;  // none: it synchronises, but is no lock
};

class Library {
  public:
    Library() = default;
    Library(Library&&) = default;
    Library& operator=(Library&&) = default;
    Library(const Library&) = delete;  // rows refer to texts_

    // Rows of a project. A function whose name ends in '*' stands for all that begin so; a whole name goes before a
    // prefix and a long prefix before a short one. Of two rows for a name the later one counts.
    void add(Model model);
    void add(Guard guard);
    void add(Type type);

    // The row for a function; null when there is none.
    const Model* find(std::string_view qualifiedName) const;
    // The lock kind of a type (its qualified name); none when it is not a lock.
    ir::LockKind lockKindOf(std::string_view typeName) const;
    const Guard* findGuard(std::string_view typeName) const;
    // Types whose objects synchronise themselves: accesses to them are not accesses to shared memory.
    bool isSynchronisationType(std::string_view typeName) const;

  private:
    std::string_view keep(std::string_view text);

    std::deque<std::string> texts_;
    std::unordered_map<std::string_view, Model> functions_;
    std::map<std::string_view, Model> prefixes_;
    std::unordered_map<std::string_view, Guard> guards_;
    std::unordered_map<std::string_view, Type> types_;
};

}  // namespace raddle::models
