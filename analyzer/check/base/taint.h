// Which earlier reads a value or a decision rests on, within one function: what the atomicity checks ask. A forward
// data-flow analysis over the function's blocks, through variables and control dependence (Ferrante, Ottenstein,
// Warren, "The Program Dependence Graph", TOPLAS 1987). Quadratic in blocks; functions of thousands are left out.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "analyzer/facts/base/facts.h"

namespace raddle::check {

// A read that a value may come from: an op of the function.
using Reads = std::set<facts::OpId>;

struct Dependences {
    // For each store-like op (store, call argument, rmw, cas): the reads its value comes from …
    std::map<facts::OpId, Reads> data;
    // … those a branch it stands under has looked at …
    std::map<facts::OpId, Reads> control;
    // … and of those, the ones of the nearest branch, or of a chain of tests with nothing done between. A test that
    // a loop is left by does not count: it asks whether to go on.
    std::map<facts::OpId, Reads> nearest;
};

// Reads are load ops, rmw and cas ops, and call ops whose result is used.
Dependences dependences(const facts::Facts& facts, facts::FunctionIndex function);

// The dependences of functions, each worked out when it is first asked for.
class RememberedDependences {
  public:
    explicit RememberedDependences(const facts::Facts& facts) : facts_(facts) {}

    const Dependences& of(facts::FunctionIndex function) {
        auto [it, isNew] = known_.try_emplace(function);
        if (isNew) it->second = dependences(facts_, function);
        return it->second;
    }

  private:
    const facts::Facts& facts_;
    std::map<facts::FunctionIndex, Dependences> known_;
};

}  // namespace raddle::check
