#include "core/model/rules.h"

namespace raddle {
namespace {

constexpr Rule kRules[] = {
    {"race-unprotected-access", Property::race, Severity::error, 362,
     "Two threads access the same memory, at least one writes, and no common lock or order protects them."},
    {"race-double-checked-locking", Property::race, Severity::error, 609,
     "Checked without the lock, and checked again and set under it: nothing orders the first check."},
    {"race-use-after-unlock", Property::race, Severity::error, 413,
     "A pointer, reference or iterator to guarded data is obtained under the lock and used after its release."},
    {"race-early-publication", Property::race, Severity::error, 908,
     "A new object's pointer is stored where other threads find it before the object is filled."},
    {"race-early-start", Property::race, Severity::error, 908,
     "A thread is started on an object before the object is complete."},
    {"race-mixed-atomic", Property::race, Severity::error, 821,
     "The same memory is accessed atomically in one place and plainly in another."},
    {"race-volatile", Property::race, Severity::error, 820, "A volatile variable is used to synchronise threads."},
    {"race-container", Property::race, Severity::error, 820,
     "A container is changed by one thread while another uses it, and no common lock protects them."},
    {"deadlock-lock-order", Property::deadlock, Severity::error, 833,
     "Threads acquire the same locks in different orders, so that each can wait for the other."},
    {"deadlock-self", Property::deadlock, Severity::error, 764,
     "A thread acquires a non-recursive lock that it already holds."},
    {"deadlock-wait-holding", Property::deadlock, Severity::error, 833,
     "A thread waits, holding a lock, for something that another thread can only do once it has that lock."},
    {"deadlock-fork", Property::deadlock, Severity::warning, 833,
     "A forked child takes a lock that another thread may have held at the fork; nobody releases it there."},
    {"atomicity-lock-split", Property::atomicity, Severity::warning, 367,
     "A value read under a lock decides a write under a later hold of the same lock; it may be stale by then."},
    {"atomicity-load-store", Property::atomicity, Severity::warning, 362,
     "An atomic is loaded and then stored to on the strength of what was loaded; another update in between is lost."},
    {"atomicity-reread", Property::atomicity, Severity::warning, 362,
     "An atomic is changed in one step and then loaded to learn the outcome; others may have changed it since."},
    {"atomicity-split-view", Property::atomicity, Severity::warning, 362,
     "Two values that are always changed together under a lock are read under two holds of it and combined."},
    {"misuse-missing-unlock", Property::misuse, Severity::warning, 667,
     "A path leaves the function with a lock held that its other paths release."},
    {"misuse-unlock-not-held", Property::misuse, Severity::warning, 832,
     "A lock is released that is not held on this path."},
    {"misuse-wait-without-loop", Property::misuse, Severity::warning, 667,
     "A condition wait is not repeated in a loop over its predicate, so spurious and stolen wake-ups pass."},
    {"misuse-wait-lock", Property::misuse, Severity::error, 667,
     "A condition is waited on without its mutex held, or with different mutexes at the same time."},
    {"misuse-lost-signal", Property::misuse, Severity::warning, 667,
     "What a condition's waiters look at is changed without their mutex, so a waiter can miss the signal."},
    {"misuse-trylock-ignored", Property::misuse, Severity::warning, 252,
     "The outcome of an attempt to take a lock is not looked at; the code goes on as if it had the lock."},
    {"misuse-thread-joinable", Property::misuse, Severity::error, 404,
     "A std::thread that is neither joined nor detached is destroyed or assigned to; the program terminates."},
    {"misuse-join-twice", Property::misuse, Severity::error, 675, "A thread is joined or detached that already was."},
    {"misuse-lock-destroyed", Property::misuse, Severity::warning, 826,
     "A lock is destroyed while it is held, or taken after it was destroyed."},
    {"misuse-blocking-call", Property::misuse, Severity::note, 667,
     "A call that may take long is made under a lock that other threads wait for."},
};

struct Weakness {
    int id;
    std::string_view name;
};

// Of the rules above, and of what ThreadSanitizer reports.
constexpr Weakness kWeaknesses[] = {
    {252, "Unchecked Return Value"},
    {362, "Concurrent Execution using Shared Resource with Improper Synchronization ('Race Condition')"},
    {367, "Time-of-check Time-of-use (TOCTOU) Race Condition"},
    {404, "Improper Resource Shutdown or Release"},
    {413, "Improper Resource Locking"},
    {416, "Use After Free"},
    {609, "Double-Checked Locking"},
    {667, "Improper Locking"},
    {675, "Multiple Operations on Resource in Single-Operation Context"},
    {764, "Multiple Locks of a Critical Resource"},
    {820, "Missing Synchronization"},
    {821, "Incorrect Synchronization"},
    {826, "Premature Release of Resource During Expected Lifetime"},
    {832, "Unlock of a Resource that is not Locked"},
    {833, "Deadlock"},
    {908, "Use of Uninitialized Resource"},
};

}  // namespace

std::span<const Rule> rules() {
    return kRules;
}

const Rule* findRule(std::string_view id) {
    for (const Rule& rule : kRules)
        if (rule.id == id) return &rule;
    return nullptr;
}

std::string_view weaknessName(int cwe) {
    for (const Weakness& weakness : kWeaknesses)
        if (weakness.id == cwe) return weakness.name;
    return {};
}

}  // namespace raddle
