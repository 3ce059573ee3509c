// How answers speak of what is in a timeline: names between backquotes, places and shares, as people read them. What is
// not known has words too; no id is out of bounds.
#pragma once

#include <string>

#include "trace/analysis/root_causes.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

// The element with this id, or null when the id is invalid or out of range.
template <class T, class Tag>
const T* lookup(const std::vector<T>& list, Id<Tag> id) {
    return id.index() < list.size() ? &list[id.index()] : nullptr;
}

std::string quotedName(const std::string& name);                 // between backquotes, not too long
std::string lockWords(const Timeline& timeline, LockId id);      // "`mu`", "a lock"
std::string objectWords(const Timeline& timeline, ObjectId id);  // "`ready`", "an event"
std::string threadWords(const Timeline& timeline, ThreadId id);  // "`worker`", "an unknown thread"

// "`flush()` (io.cc:88)", as much of it as is known; empty for nothing.
std::string placeWords(const Timeline& timeline, FunctionId function, const SourceLocation& at);
std::string placeWords(const Timeline& timeline, StackId stack);

std::string shareWords(double share);                                   // of 0..1: "38 %", "<1 %"
std::string decimal(double value);                                      // "1.2"
std::string plural(uint64_t count, const char* one, const char* many);  // "1 thread", "12 threads"

}  // namespace raddle::trace
