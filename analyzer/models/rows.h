// Short ways to write the rows of a table, for what many libraries have under names of their own.
#pragma once

#include "analyzer/models/models.h"

namespace raddle::models {

constexpr Model acquires(std::string_view function, int lock, ir::LockKind kind,
                         ir::LockMode mode = ir::LockMode::exclusive) {
    return {function, Effect::acquire, lock, kNone, kNone, kind, mode};
}

// Gets the lock when it returns `success`.
constexpr Model tries(std::string_view function, int lock, ir::LockKind kind, int64_t success,
                      ir::LockMode mode = ir::LockMode::exclusive, ir::Attempt attempt = ir::Attempt::tries) {
    return {function, Effect::acquire, lock, kNone, kNone, kind, mode, attempt, success};
}

constexpr Model releases(std::string_view function, int lock) {
    return {function, Effect::release, lock};
}

constexpr Model waits(std::string_view function, int condition, int lock, int predicate = kNone) {
    return {function, Effect::wait, condition, lock, predicate};
}

constexpr Model waitsTimed(std::string_view function, int condition, int lock, int predicate = kNone) {
    return {function, Effect::wait, condition, lock, predicate, {}, {}, {}, 0, true};
}

constexpr Model wakesOne(std::string_view function, int condition) {
    return {function, Effect::signal, condition};
}

constexpr Model wakesAll(std::string_view function, int condition) {
    return {function, Effect::signal, condition, kNone, kNone, {}, {}, {}, 0, false, true};
}

constexpr Model takesSemaphore(std::string_view function, int semaphore) {
    return {function, Effect::await, semaphore, kNone, kNone, ir::LockKind::flag};
}

constexpr Model postsSemaphore(std::string_view function, int semaphore) {
    return {function, Effect::signal, semaphore, kNone, kNone, ir::LockKind::flag};
}

// Argument `count` says how many can take it to begin with.
constexpr Model startsSemaphore(std::string_view function, int semaphore, int count) {
    Model model{function, Effect::initLock, semaphore, kNone, kNone, ir::LockKind::flag};
    model.parties = count;
    return model;
}

constexpr Model awaits(std::string_view function, int event) {
    return {function, Effect::await, event};
}

constexpr Model awaitsTimed(std::string_view function, int event) {
    return {function, Effect::await, event, kNone, kNone, {}, {}, {}, 0, true};
}

// Starts a thread in argument `entry`, which is given argument `argument` as its own number `position`.
constexpr Model spawns(std::string_view function, int handle, int entry, int argument = kAllThatFollow,
                       int position = 0) {
    return {function, Effect::spawn, handle, kNone, entry, {}, {}, {}, 0, false, false, {}, argument, position};
}

// The same, in several threads at a time.
constexpr Model spawnsMany(std::string_view function, int entry, int argument, int position = 0) {
    Model model = spawns(function, kNone, entry, argument, position);
    model.many = true;
    return model;
}

// Starts a thread in the method `method` of an object: argument number `object`, or kThis.
constexpr Model startsMethod(std::string_view function, int handle, int object, std::string_view method) {
    Model model = spawns(function, handle, object);
    model.method = method;
    return model;
}

constexpr Model ofOrder(Model model, ir::MemoryOrder order) {
    model.order = order;
    return model;
}

}  // namespace raddle::models
