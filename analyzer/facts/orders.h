// The flags, semaphores and barriers that an access is ordered by are collected before it is known which of them order
// anything. What is left here is what the checks can conclude from.
#pragma once

#include "analyzer/facts/base/facts.h"

namespace raddle::facts {

// Keeps in Facts::orders the flags that exclude something: of those observed, the ones that a single thread raises,
// barriers with known parties, handles of threads, and those that are only ever raised, under locks, when some access
// has seen them clear; of those published or seen clear, the ones that some access has observed. Orders that become
// equal become one, and so do accesses that differ in nothing else. Linear in what it looks at.
void keepDecisiveFlags(Facts& facts);

}  // namespace raddle::facts
