// Runs the built programs as a user would, in a folder of their own.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace raddle::test {

struct Outcome {
    int status = -1;  // exit status, or 128+n after signal n
    std::string out;
    std::string err;
};

class CommandTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "raddle-cli-XXXXXX";
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        base_ = std::filesystem::canonical(pattern);
        folder_ = base_ / "work";
        std::filesystem::create_directory(folder_);
        ::setenv("RADDLE_CACHE_DIR", (base_ / "cache").c_str(), 1);
    }
    void TearDown() override { std::filesystem::remove_all(base_); }

    void write(const std::string& name, const std::string& content) {
        std::filesystem::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name) << content;
    }
    static std::string read(const std::filesystem::path& file) {
        std::stringstream content;
        content << std::ifstream(file).rdbuf();
        return content.str();
    }

    // `arguments` as typed after `raddle`, quoting and redirections included.
    Outcome raddle(const std::string& arguments) {
        std::string command = "cd '" + folder_.string() + "' && '" RADDLE_BUILD_DIR "/bin/raddle' >'" +
                              (base_ / "out").string() + "' 2>'" + (base_ / "err").string() + "' " + arguments;
        int status = std::system(command.c_str());
        Outcome outcome;
        outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        outcome.out = read(base_ / "out");
        outcome.err = read(base_ / "err");
        return outcome;
    }

    std::filesystem::path base_;
    std::filesystem::path folder_;
};

}  // namespace raddle::test
