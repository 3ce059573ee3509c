// Lines of the source files that findings point into, for reports that quote them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/model/source_location.h"

namespace raddle {

// Each file is read once. What cannot be read has no lines.
class Sources {
  public:
    std::optional<std::string> line(const SourceLocation& at);
    const std::vector<std::string>& lines(const std::string& file);

  private:
    std::map<std::string, std::vector<std::string>> files_;
};

}  // namespace raddle
