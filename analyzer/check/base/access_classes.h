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
    ThreadSets threads;
    LockClasses locks;

    explicit AccessClasses(const facts::Facts& facts) : threads(facts), locks(facts) {}
    AccessClass of(const facts::Facts& facts, const facts::Access& access) const;
};

// Dense numbers for keys, in order of appearance.
template <class Key>
class Numbering {
  public:
    uint32_t of(const Key& key) { return ids_.try_emplace(key, static_cast<uint32_t>(ids_.size())).first->second; }
    size_t size() const { return ids_.size(); }

  private:
    std::unordered_map<Key, uint32_t, facts::KeyHash> ids_;
};

}  // namespace raddle::check
