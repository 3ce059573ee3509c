// Makes a compilation database by watching a build, with bear (github.com/rizsotto/Bear).
#pragma once

#include <atomic>
#include <string>

#include "core/support/result.h"

namespace raddle::cli {

// Runs a shell command under bear, what it prints going to standard error, and owns the folder with the database.
class Capture {
  public:
    Capture() = default;
    Capture(const Capture&) = delete;
    ~Capture() { remove(); }

    // The folder. An Error: there is no bear, the build failed, it compiled nothing, or was interrupted.
    Result<std::string> run(const std::string& build, const std::atomic<bool>& interrupted);
    void remove();

  private:
    std::string folder_;
};

}  // namespace raddle::cli
