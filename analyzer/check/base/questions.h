// Small questions that several checks ask. Each is linear in what it looks at.
#pragma once

#include "analyzer/facts/base/facts.h"

namespace raddle::check {

// Whether a lock is among those held.
bool holds(const std::vector<facts::HeldLock>& held, facts::PlaceId lock);

// Whether two events can happen at the same time.
bool together(const facts::Facts& facts, const facts::Event& a, const facts::Event& b);

// Whether a function takes a lock itself.
bool acquires(const ir::Function& function);

}  // namespace raddle::check
