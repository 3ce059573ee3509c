// What ops do to shared memory under which hold of which lock: one look at the accesses for the atomicity checks.
#pragma once

#include <map>
#include <vector>

#include "analyzer/check/taint.h"
#include "analyzer/facts/facts.h"

namespace raddle::check {

// A read or write of a location inside one critical section. The section is told by the op that opened it: an acquire,
// or the call whose callee acquires and releases.
struct Touch {
    facts::PlaceId location;
    facts::PlaceId lock;
    facts::OpId section;
    facts::OpId access;       // the op that does it, which may be in a callee
    facts::ContextId context;
    bool write = false;
};

class Sections {
  public:
    explicit Sections(const facts::Facts& facts);

    const Dependences& dependencesOf(facts::FunctionIndex function);
    // What a load, store or call op does; of calls, reads that the result rests on and writes whose value or decision
    // the callee does not take from a read of its own in the same section.
    std::vector<Touch> touches(facts::OpId op);
    // Accesses of an op, as indices into Facts::accesses.
    const std::vector<size_t>& accesses(facts::OpId op) const;
    // Whether another thread may write the location while `access` runs.
    bool contested(const facts::Access& access) const;

  private:
    void addOwn(facts::OpId op, std::vector<Touch>& out) const;
    void addCallee(facts::OpId call, facts::FunctionIndex callee, std::vector<Touch>& out);

    const facts::Facts& facts_;
    std::map<facts::OpId, std::vector<size_t>> byOp_;
    std::map<facts::PlaceId, std::vector<size_t>> writes_;  // by location
    std::map<facts::FunctionIndex, Dependences> dependences_;
};

}  // namespace raddle::check
