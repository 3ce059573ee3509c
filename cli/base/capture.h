// Makes a compilation database by watching a build, with bear (github.com/rizsotto/Bear).
#pragma once

#include <string>

#include "core/support/result.h"

namespace raddle::cli {

// Runs a shell command under bear, what it prints going to standard error, and owns the folder with the database.
class Capture {
  public:
    Capture() = default;
    Capture(const Capture&) = delete;
    ~Capture();

    // The folder. An Error: there is no bear, the build failed, or it compiled nothing.
    Result<std::string> run(const std::string& build);

  private:
    std::string folder_;
};

}  // namespace raddle::cli
