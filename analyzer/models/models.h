// What library calls mean to concurrency, as data: one row a function, keyed by its qualified name without
// template arguments and inline namespaces. analyzer/lower turns a call that has a row into the ops it stands
// for; a call without one is a call. Argument numbers count from 0; kThis is the object of a method call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/ir.h"

namespace raddle::models {

inline constexpr int kNone = -2;
inline constexpr int kThis = -1;

enum class Effect : uint8_t {
    pure,          // nothing that matters here
    acquire,       // object: the lock
    release,
    initLock,      // object: the lock; other: its attributes, or kNone
    setLockKind,   // object: lock attributes; other: the kind (PTHREAD_MUTEX_RECURSIVE)
    destroyLock,
    wait,          // object: the condition; lock: the lock (or a guard that owns it); callback: the predicate
    signal,        // object: condition, semaphore, promise, latch
    await,         // object: semaphore, future, latch
    spawn,         // object: the handle (kNone: the result); callback: the entry; its arguments follow
    join,          // object: the handle
    detach,
    barrier,
    once,          // object: the flag; callback: what runs
    allocate,      // returns a new object
    deallocate,    // object: what is freed
    atomicLoad,    // object; order
    atomicStore,   // object; value; order
    atomicRmw,
    atomicTake,    // as atomicRmw, setting a flag whose old value it returns
    atomicClear,   // as atomicStore, of "free"
    atomicCas,     // object; other: expected
    fence,
    exitThread,
    forward,       // returns argument `object` (std::move, std::ref)
    copyMemory,    // writes through `object`, reads through `other`
    writeMemory,   // writes through `object`
    readMemory,    // reads through `object`
    callback,      // runs `callback` before it returns
    lockAll,       // acquires every argument, avoiding deadlock
    guardLock,     // methods of a lock guard: on the lock it refers to
    guardTryLock,
    guardUnlock,
    guardRelease,  // gives up its lock without unlocking; returns it
    guardOwns,
    pointerGet,    // smart pointer: returns what it points to
    pointerReset,  // smart pointer: points to argument 0 instead
    makePointer,   // std::make_unique: a smart pointer to a new object
    callStored,    // std::function: runs what was stored in the object
    element,       // container: returns a reference, pointer or iterator to some element; reads the object
    elementWrite,  // the same, but may insert (map's operator[])
    insert,        // container: takes arguments as new elements; writes the object
    dereference,   // iterator: the element it stands at
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
    int64_t success = 0;      // acquire with an attempt: the result that means it was got
    bool timed = false;
    bool broadcast = false;
};

// The built-in row for a function; null when there is none.
const Model* findModel(std::string_view qualifiedName);

// The lock kind of a type (its qualified name); none when it is not a lock.
ir::LockKind lockKindOf(std::string_view typeName);

// A class whose constructor acquires what it is given and whose destructor releases it.
struct Guard {
    std::string_view name;
    ir::LockMode mode = ir::LockMode::exclusive;
    bool grouped = false;  // takes several locks, avoiding deadlock
};
const Guard* findGuard(std::string_view typeName);

// Types whose objects synchronise themselves: accesses to them are not accesses to shared memory.
bool isSynchronisationType(std::string_view typeName);

}  // namespace raddle::models
