// How sure it is that two conflicting accesses meet: what of the reasoning that no exclusion applies is exact, and what
// real programs mostly settle in ways that are not followed.
#pragma once

#include "analyzer/check/race/looks.h"
#include "analyzer/check/race/rounds.h"
#include "analyzer/facts/base/facts.h"
#include "core/model/finding.h"

namespace raddle::check {

// By what programs settle who may do what, when.
struct Customs {
    Rounds rounds;
    Looks looks;

    explicit Customs(const facts::Facts& facts) : rounds(facts), looks(facts) {}
};

constexpr uint16_t kFewChoices = 4;  // of where an access may be

// Whether main does this while it is still setting up: some of its threads are yet to be started. In which order it
// meets those that run already is often settled by what is not followed.
bool isSetUp(const facts::Facts& facts, const facts::Access& access, facts::ThreadId thread);

// Whether what is known of the two threads and locks speaks for something that keeps the two apart and is not followed:
// waits between rounds, joins by handles in memory, two names of one lock, requests that come when all is set up.
bool mayBeSettled(const facts::Facts& facts, const Customs& customs, const facts::Access& a, facts::ThreadId threadA,
                  const facts::Access& b, facts::ThreadId threadB);

Evidence evidenceOf(const facts::Facts& facts, const Customs& customs, const facts::Access& a, facts::ThreadId threadA,
                    const facts::Access& b, facts::ThreadId threadB);

}  // namespace raddle::check
