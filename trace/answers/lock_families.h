// Families of locks: those that the program has many of because of one line of it, as the elements of an array
// (`forks[0]`, `forks[1]`), a member in each object of a class (`Shard::mu #1`) or one variable's parts without debug
// info (`gates+0x28`, where one function makes others wait for them). What holds of several is told once. A name that
// only says where a lock was first used joins nothing: that can be a function all locks of a program go through.
// O(locks log locks).
#pragma once

#include <string>
#include <vector>

#include "trace/tables/summary.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

// By LockId: the first lock of its family; itself when it has none.
std::vector<LockId> lockFamilies(const Timeline& timeline, const Summary& summary);

// Of a lock that is known by where it was first used only: that, as of others (`mutex in put` for `mutex #2 in put`);
// empty for all others.
std::string firstUseOf(const Lock& lock);

// "3 locks `forks[…]`", "3 locks `Shard::mu`", "3 locks in `gates`"; of one lock, lockWords.
std::string familyWords(const Timeline& timeline, const std::vector<LockId>& members);

}  // namespace raddle::trace
