// What a source line calls the lock or object that it uses: "q->mu" of `pthread_mutex_lock(&q->mu);`, "queue.mutex_" of
// `std::lock_guard lock(queue.mutex_);`, "ready_" of `ready_.notify_one();`; and what it passes to a function that does
// so in its place. Read from the text alone, so only where a line says one thing.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/source_location.h"

namespace raddle::trace {

// Empty when the line uses none, or several. The libraries' own ways to lock, wait and signal.
std::string expressionIn(std::string_view line);

// The same of lines that are known to do it in some way, perhaps by a macro: `LOCK(&q->mu)`.
std::string likelyExpressionIn(std::string_view line);

// Whether a function or class of that name is about locking, waiting or waking, as far as names tell.
bool isLockLike(std::string_view name);

// What the line gives to a function: its argument of that number, or what it is called on (kObject). Of a constructor,
// whose name is that of its class, the line may declare a variable: `MutexLock lock(&mutex_);`.
inline constexpr int kObject = -1;
std::string passedIn(std::string_view line, std::string_view function, int argument);

// Lines of files, which are read once, as they are now. None of files that are not there or very large.
class SourceLines {
  public:
    std::string_view at(const SourceLocation& place);

    // The place that a pointer or reference was set to before a line of its function, which begins at `from`; empty
    // when it was set to several, or to what is no place.
    std::string assignedBefore(const SourceLocation& place, const SourceLocation& from, std::string_view variable);

  private:
    std::map<std::string, std::vector<std::string>> files_;
};

}  // namespace raddle::trace
