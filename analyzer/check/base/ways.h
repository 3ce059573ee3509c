// Whether what a finding rests on holds on every way to it. What holds on some ways only may hang on conditions that go
// together and are not followed: such a finding is not definite.
#pragma once

#include <set>

#include "analyzer/facts/base/facts.h"

namespace raddle::check {

// The contexts of its function that the calls which lead to `context` lead to as well, itself among them: which of them
// a call ends in hangs on the way its caller took. Linear in the contexts of the functions on the last few calls.
std::set<facts::ContextId> siblings(const facts::Facts& facts, facts::ContextId context);

// Whether the op, which acquires or releases a lock under a test, has a counterpart of the same lock in its function
// under the same test: a lock that is taken only where it is needed.
bool isOptionalLock(const facts::Facts& facts, facts::OpId op);

}  // namespace raddle::check
