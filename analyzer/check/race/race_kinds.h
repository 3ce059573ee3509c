// What kind of mistake a race is, where the two accesses show it: each kind has a rule, a page and a way to fix it of
// its own. A race that shows none is an unprotected access. Cost: the dependences of the functions that race.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/check/base/taint.h"
#include "analyzer/facts/base/facts.h"
#include "core/model/finding.h"

namespace raddle::check {

struct RaceKind {
    std::string_view rule;
    std::string message;  // goes on where the finding's message ends
    std::string why;
};

class RaceKinds {
  public:
    RaceKinds(const facts::Facts& facts, RememberedDependences& dependences)
        : facts_(facts), dependences_(dependences) {}

    // Of a pair that races, in any order.
    std::optional<RaceKind> kindOf(const facts::Access& a, const facts::Access& b);

  private:
    const std::vector<size_t>& accesses(facts::OpId op);
    std::optional<RaceKind> doubleChecked(const facts::Access& check, const facts::Access& set);
    std::optional<RaceKind> afterUnlock(const facts::Access& use, const facts::Access& guarded);
    bool makes(facts::FunctionIndex function, ir::Root pointer, facts::OpId before) const;
    std::optional<facts::OpId> startedBefore(const facts::Thread& thread, facts::OpId op) const;
    std::optional<RaceKind> startedEarly(const facts::Access& write, const facts::Access& other) const;
    std::optional<RaceKind> publishedEarly(const facts::Access& write) const;
    std::optional<RaceKind> mixedAtomic(const facts::Access& plain, const facts::Access& atomic) const;
    std::optional<RaceKind> volatileFlag(const facts::Access& a, const facts::Access& b) const;
    std::optional<RaceKind> container(const facts::Access& a, const facts::Access& b) const;
    bool restsOn(const facts::Access& decided, const facts::Access& check);
    std::optional<facts::OpId> obtainedUnder(facts::FunctionIndex function, ir::Root pointer, facts::PlaceId lock,
                                             facts::ContextId user, int depth);
    bool namesLock(facts::OpId op, facts::PlaceId lock, facts::ContextId user) const;

    const facts::Facts& facts_;
    RememberedDependences& dependences_;
    std::vector<std::vector<size_t>> byOp_;  // accesses; filled when first asked for
};

// Gives a finding of an unprotected access the rule of its kind; it stays the same finding to baselines.
void tellKind(const RaceKind& kind, Finding& finding);

}  // namespace raddle::check
