// What several checks work out of the facts, kept from one check to the next: the sets of threads that run contexts and
// which of them can meet, and what values and decisions of functions depend on. Results do not hang on who asked first.
#pragma once

#include "analyzer/check/base/access_classes.h"
#include "analyzer/check/base/lifetime.h"
#include "analyzer/check/base/taint.h"
#include "analyzer/check/base/thread_pairs.h"

namespace raddle::check {

struct Workings {
    ThreadSets threads;
    ThreadPairs pairs;
    RememberedDependences dependences;
    std::vector<bool> takingTurns;  // see functionsTakingTurns

    explicit Workings(const facts::Facts& facts)
        : threads(facts), pairs(facts, threads), dependences(facts), takingTurns(functionsTakingTurns(facts)) {}
    Workings(const Workings&) = delete;
    Workings& operator=(const Workings&) = delete;
};

}  // namespace raddle::check
