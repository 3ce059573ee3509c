// Accesses that no exclusion can tell apart, and what is remembered of them: checks compare accesses pair by pair, and
// what holds of one pair holds of all pairs of the same classes.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyzer/facts/base/facts.h"
#include "analyzer/facts/base/keys.h"

namespace raddle::check {

using facts::Numbering;

// Numbers the sets of threads that run the contexts, so that they compare as numbers. Linear in the contexts.
class ThreadSets {
  public:
    explicit ThreadSets(const facts::Facts& facts);

    uint32_t of(facts::ContextId context) const { return ofContext_[context.index()]; }
    size_t count() const { return sets_.size(); }
    const std::set<facts::ThreadId>& threads(uint32_t set) const { return *sets_[set]; }

  private:
    std::vector<uint32_t> ofContext_;
    std::vector<const std::set<facts::ThreadId>*> sets_;
};

// Numbers the sets of locks held by what they exclude: which locks in which modes, not where they were taken. Locks
// whose names are lost exclude nothing; only whether there are any counts. Linear in the sets.
class LockClasses {
  public:
    explicit LockClasses(const facts::Facts& facts);

    uint32_t of(facts::LockSetId locks) const { return ofSet_[locks.index()]; }

  private:
    std::vector<uint32_t> ofSet_;
};

// What an access is to the exclusions; equal of two accesses in one class. With the op, where the op matters.
using AccessClass = std::array<uint32_t, 9>;

struct AccessClasses {
    const ThreadSets& threads;
    LockClasses locks;

    AccessClasses(const facts::Facts& facts, const ThreadSets& sets) : threads(sets), locks(facts) {}
    AccessClass of(const facts::Facts& facts, const facts::Access& access) const;
};

}  // namespace raddle::check
