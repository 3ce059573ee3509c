// What a source line calls the lock or object that it uses: "q->mu" of `pthread_mutex_lock(&q->mu);`, "queue.mutex_" of
// `std::lock_guard lock(queue.mutex_);`, "ready_" of `ready_.notify_one();`. A name for objects that no variable in the
// debug info stands for. Read from the text alone, so only where a line uses one thing in a way that is well known.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/source_location.h"

namespace raddle::trace {

// Empty when the line uses none, or several.
std::string expressionIn(std::string_view line);

// The same for places; files are read once, as they are now. None for files that are not there or very large.
class SourceNames {
  public:
    std::string at(const SourceLocation& place);

  private:
    const std::vector<std::string>& linesOf(const std::string& file);
    std::map<std::string, std::vector<std::string>> files_;
};

}  // namespace raddle::trace
