// Threads that are started, and waited for, round by round: what their creator does in a round before it starts them
// meets those of the round before only if it has not waited for them, and of ways to wait not all are followed.
#pragma once

#include <array>
#include <set>
#include <unordered_map>
#include <vector>

#include "analyzer/facts/base/facts.h"
#include "analyzer/facts/base/keys.h"

namespace raddle::check {

class Rounds {
  public:
    // Linear in the ops and calls of the program.
    explicit Rounds(const facts::Facts& facts);

    // Whether `creator` comes to the access in each round of a loop before it starts `started` there, and waits for
    // something between that and the next round. Linear in the calls on the way and the blocks of their functions.
    bool setsUp(const facts::Access& access, facts::ThreadId creator, facts::ThreadId started) const;

    // Whether one thread starts the two in different rounds of a loop, each in a branch of its own, and waits for
    // something after either.
    bool startedApart(facts::ThreadId a, facts::ThreadId b) const;

    // Whether the thread joins some whose handles are kept in memory that is not followed, as those of a pool are.
    bool joinsFromMemory(facts::ThreadId thread) const { return joiners_.contains(thread); }

  private:
    bool waitsAfter(const std::vector<facts::OpId>& start, size_t from) const;
    bool comesAround(const facts::Access& access, facts::ThreadId creator, facts::ThreadId started) const;
    std::vector<facts::OpId> wayTo(facts::ThreadId thread, facts::ContextId context, facts::OpId op) const;
    std::vector<facts::OpId> wayToStart(facts::ThreadId creator, facts::ThreadId started) const;
    std::vector<facts::OpId> findWayToStart(facts::ThreadId creator, facts::ThreadId started) const;
    template <typename Accept>
    bool anyWait(facts::FunctionIndex function, Accept accept) const;

    const facts::Facts& facts_;
    std::vector<bool> waits_;  // by function: itself or by what it calls
    std::set<facts::ThreadId> joiners_;
    // Remembered: the same accesses and threads are asked for in many pairs.
    using Ways = std::unordered_map<std::array<uint32_t, 2>, std::vector<facts::OpId>, facts::KeyHash>;
    mutable Ways ways_;    // calls, by thread and context
    mutable Ways starts_;  // by creator and started
    mutable std::unordered_map<std::array<uint32_t, 4>, bool, facts::KeyHash> setUps_;
};

}  // namespace raddle::check
