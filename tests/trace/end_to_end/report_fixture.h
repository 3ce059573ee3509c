// Records the known programs as a user would and reads what `raddle report` says of them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace raddle {

using nlohmann::json;

inline const std::string kBin = RADDLE_BUILD_DIR "/bin/";

struct Outcome {
    int status;
    std::string output;  // with standard error
};

inline Outcome run(const std::string& command) {
    Outcome outcome{-1, ""};
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    if (!pipe) return outcome;
    char buffer[4096];
    for (size_t n; (n = ::fread(buffer, 1, sizeof buffer, pipe)) > 0;) outcome.output.append(buffer, n);
    int status = ::pclose(pipe);
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
}

class Report : public testing::Test {
  protected:
    Report() {
        std::string name = (std::filesystem::temp_directory_path() / "raddle-report-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }
    ~Report() override { std::filesystem::remove_all(folder_); }

    std::string path(const std::string& name) const { return folder_ + "/" + name; }

    // Records one of the known programs and reads its report.
    json record(const std::string& program, int status = 0) {
        Outcome recorded = run(kBin + "raddle record -q -o " + path("run.raddle") + " -- " + kBin + program);
        EXPECT_EQ(recorded.status, status) << recorded.output;
        Outcome report = run(kBin + "raddle report " + path("run.raddle") + " --format json");
        EXPECT_EQ(report.status, 0) << report.output;
        return json::parse(report.output, nullptr, false);
    }

    std::string folder_;
};

inline json named(const json& list, const std::string& name) {
    for (const json& item : list)
        if (item["name"] == name) return item;
    ADD_FAILURE() << "no " << name << " in " << list.dump(1);
    return json::object();
}

}  // namespace raddle
