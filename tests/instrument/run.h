// Runs commands as a user would and reads what they recorded.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/instrument/decode.h"

namespace raddle::test {

struct Outcome {
    int status = 0;  // exit status, 128+n after signal n
    std::string out;
    std::string err;
};

struct RunOptions {
    std::string input;
    std::string folder;                    // to run in; empty: the current one
    std::vector<std::string> environment;  // NAME=VALUE, added
    bool closeInput = false;
};

Outcome run(const std::vector<std::string>& command, const RunOptions& options = {});

// A folder of its own for one test, removed with what is in it.
class TemporaryFolder {
  public:
    explicit TemporaryFolder(const std::string& parent = "");
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::string operator/(const std::string& name) const { return (path_ / name).string(); }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

std::string raddle();
std::string runtimePath();
std::string subject(const std::string& name);

// Runs a subject's scenario plain and recorded; what it prints and how it ends must be the same. By default every
// event is recorded, whatever it costs.
Recording recordScenario(const std::string& program, const std::string& scenario,
                         const std::vector<std::string>& options = {"--exact"});

}  // namespace raddle::test
