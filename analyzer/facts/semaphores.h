// Semaphores that serve as locks: who takes one gives it back, and no more than one can have it.
#pragma once

#include "analyzer/facts/base/facts.h"

namespace raddle::facts {

// Fills Facts::openSemaphores: those whose initial count and posts by threads that have not taken it let in more than
// one. Linear in the events.
void findOpenSemaphores(Facts& facts);

}  // namespace raddle::facts
