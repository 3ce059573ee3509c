// What the accesses to one thing have in common: the lock that most of them hold, and the functions that prepare it. In
// code whose threads are not known this tells a slip from a design (Engler et al., "Bugs as deviant behavior", 2001).
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/facts/base/facts.h"

namespace raddle::check {

// The lock held at the most of the ops that access something; `held` is 0 when none is.
struct UsualLock {
    std::string name;
    size_t held = 0;   // ops at which it always is
    size_t total = 0;  // ops in all

    // Whether so many hold it that it is meant to be held at all.
    bool isRule() const { return held >= 3 && held < total && held * 4 >= total * 3; }
};

// `group` are indices into Facts::accesses.
UsualLock usualLock(const facts::Facts& facts, const std::vector<size_t>& group);

// Which accesses are by a function, or one called from it, that makes or destroys a lock that others of the group hold:
// nobody else is there yet, or any more.
class Preparations {
  public:
    using Member = std::pair<bool, int64_t>;  // a lock, whichever object it is in
    using Makers = std::map<facts::FunctionIndex, std::set<Member>>;

    Preparations(const facts::Facts& facts, const Makers& makers, const std::vector<size_t>& group);

    bool contains(const facts::Access& access);

    // The functions that make or destroy locks, and which.
    static Makers findMakers(const facts::Facts& facts);

  private:
    const facts::Facts& facts_;
    std::set<facts::FunctionIndex> making_;
    std::map<facts::ContextId, bool> known_;
};

}  // namespace raddle::check
