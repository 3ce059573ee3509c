// What ops do to shared memory under which hold of which lock: one look at the accesses for the atomicity checks.
// What a call does is what its callee does in the contexts that this call leads to, a few calls deep. Each function's
// part is worked out once. Indices of accesses, not accesses, are kept, in rows by op and by context: there are
// millions.
#pragma once

#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "analyzer/check/base/workings.h"
#include "analyzer/facts/base/facts.h"
#include "core/support/rows.h"

namespace raddle::check {

// A read or write of a location inside one critical section. The section is told by the op that opened it: an acquire,
// or the call whose callee acquires and releases.
struct Touch {
    facts::PlaceId location;
    facts::PlaceId lock;
    facts::OpId section;
    facts::OpId access;  // the op that does it, which may be in a callee
    facts::ContextId context;
    bool write = false;

    bool operator==(const Touch&) const = default;
};

// Which accesses a check looks at; all others are left out from the start.
using Wanted = bool (*)(const facts::Facts&, const facts::Access&);

class Sections {
  public:
    // Of what is `wanted`, keeps what is done to objects that several threads may write at the same time; with
    // `readers`, also to those that one may write while another reads.
    Sections(const facts::Facts& facts, Workings& workings, Wanted wanted, bool readers = false);

    const Dependences& dependencesOf(facts::FunctionIndex function) { return workings_.dependences.of(function); }
    // What a load, store or call op does under locks, sorted; each in so many contexts at most.
    const std::vector<Touch>& touches(facts::OpId op);
    // Of them, those of one location under one lock.
    std::span<const Touch> touches(facts::OpId op, facts::PlaceId location, facts::PlaceId lock);
    // The accesses of an op, as indices into Facts::accesses; of calls, reads that the result rests on and writes that
    // the callee does not decide on by a read of its own of the same data.
    std::span<const uint32_t> effects(facts::OpId op);
    // Functions that lock and do what is wanted, or call such.
    std::set<facts::FunctionIndex> lockers() const;
    // Functions that do what is wanted, or call such.
    const std::set<facts::FunctionIndex>& users() const { return users_; }
    // Accesses that an op makes itself, as indices into Facts::accesses.
    std::span<const uint32_t> accesses(facts::OpId op) const { return byOp_.of(op.index()); }
    // Whether another thread may write the location while `access` runs.
    bool contested(const facts::Access& access) const;
    bool contested(const Touch& touch) const;
    // Whether what a read-modify-write found is looked at: that makes up for an earlier look.
    bool resultUsed(facts::OpId rmw);

  private:
    // A call and a context that it leads to.
    struct Called {
        facts::OpId op;
        facts::ContextId context;

        auto operator<=>(const Called&) const = default;
    };
    using Contexts = std::vector<facts::ContextId>;  // sorted
    // What a function does for its callers: bits by op.
    enum Part : uint8_t { kReads = 1, kWrites = 2 };

    bool mayMeet(const facts::Access& access, const facts::Access& write) const;
    std::set<facts::FunctionIndex> withCallers(std::set<facts::FunctionIndex> last) const;
    void findCalls();
    std::vector<Touch> findTouches(facts::OpId op);
    void findParts(facts::FunctionIndex function);
    const Contexts& contextsFrom(facts::OpId call) const;
    // What a function has looked at before it comes to an op, sorted.
    const std::vector<facts::ObjectId>& decidedOn(facts::OpId op);
    void collect(std::span<const facts::ContextId> contexts, Part part, int depth, std::vector<uint32_t>& out);
    void dropDecided(facts::OpId op, size_t from, std::vector<uint32_t>& found);

    facts::ObjectId rootOf(const facts::Access& access) const { return facts_.places.place(access.location).root; }

    const facts::Facts& facts_;
    Workings& workings_;
    std::set<facts::FunctionIndex> users_;
    Rows<uint32_t> byOp_, byContext_;                  // accesses; those of one context by op
    std::vector<SharedSet<facts::ObjectId>> objects_;  // by op: what it accesses of those in which something is wanted
    std::unordered_map<facts::PlaceId, std::vector<size_t>> writes_;  // by location: one of each class of them
    mutable std::unordered_map<std::array<uint32_t, 3>, bool, facts::KeyHash> contested_;  // remembered
    std::unordered_map<facts::OpId, Contexts> calledFrom_;  // contexts by the call that leads to them
    Rows<Called> calls_;                                    // by caller's context, those of users, sorted
    std::vector<uint8_t> parts_;                            // by op
    std::vector<bool> partsKnown_;                          // by function
    std::unordered_map<facts::OpId, std::vector<facts::ObjectId>> decidedOn_;
    std::unordered_map<facts::OpId, std::vector<uint32_t>> effects_;  // of calls
    std::unordered_map<facts::OpId, std::vector<Touch>> touches_;
};

// Of the accesses by atomic ops, not those that locks and barriers stand for.
bool isAtomic(const facts::Facts& facts, const facts::Access& access);

// "%return" variables hold what return statements give back.
bool storesResult(const facts::Facts& facts, facts::OpId op);

}  // namespace raddle::check
