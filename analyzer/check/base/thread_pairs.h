// Which threads of two sets can run at the same time at all, and whether they can at two places. Asked for very many
// pairs of accesses, of which few differ in this. A database that builds many programs has a main thread for each: two
// sets of threads that all of them have are not compared each with each, only those within one program.
#pragma once

#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/check/base/access_classes.h"
#include "analyzer/facts/base/facts.h"

namespace raddle::check {

class ThreadPairs {
  public:
    ThreadPairs(const facts::Facts& facts, const ThreadSets& sets) : facts_(facts), sets_(sets) {}

    // The pairs of one of each set that some two places can have run at the same time, ordered. The first time, linear
    // in the pairs within one program.
    const std::vector<std::pair<facts::ThreadId, facts::ThreadId>>& of(uint32_t a, uint32_t b);
    // facts::mayRunInParallel, remembered.
    bool meet(facts::ThreadId a, facts::LiveSetId liveA, facts::ThreadId b, facts::LiveSetId liveB);

  private:
    // The threads of a set by the programs they run in; those of no program, which may run in any, apart.
    struct Programs {
        bool known = false;
        std::unordered_map<facts::ThreadId, std::vector<facts::ThreadId>> ofMain;
        std::vector<facts::ThreadId> ofAny;
    };
    const Programs& programs(uint32_t set);

    const facts::Facts& facts_;
    const ThreadSets& sets_;
    std::vector<Programs> programs_;  // by set
    std::unordered_map<std::array<uint32_t, 2>, std::vector<std::pair<facts::ThreadId, facts::ThreadId>>,
                       facts::KeyHash>
        pairs_;
    std::unordered_map<std::array<uint32_t, 4>, bool, facts::KeyHash> meetings_;
};

}  // namespace raddle::check
