// What threads look at under a lock before they go on without it: the state of a slot, of an element of a list. Who
// finds that it is his uses it without the lock until he hands it on, so that whoever changes it under the lock waits.
#pragma once

#include <unordered_map>
#include <vector>

#include "analyzer/facts/base/facts.h"

namespace raddle::check {

class Looks {
  public:
    // Linear in the accesses.
    explicit Looks(const facts::Facts& facts);

    // Whether `access`, to one of many things of a kind, comes after its thread has tested a part of it under a lock
    // that `other` holds, and let the lock go. Linear in what its function tests under locks in the same context.
    bool wentBefore(const facts::Access& access, const facts::Access& other) const;

  private:
    bool isTest(facts::OpId load) const;

    const facts::Facts& facts_;
    std::unordered_map<facts::ContextId, std::vector<uint32_t>> tests_;  // reads under locks, into Facts::accesses
};

}  // namespace raddle::check
