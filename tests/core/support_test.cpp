#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/support/file_system.h"
#include "core/support/interner.h"
#include "core/support/result.h"

namespace raddle {
namespace {

class Files : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "raddle-files-XXXXXX";
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const auto& entry : std::filesystem::directory_iterator(folder_)) out.push_back(entry.path().filename());
        return out;
    }

    std::string folder_;
};

TEST_F(Files, WhatIsWrittenIsRead) {
    std::string content("a\0b\n", 4);
    ASSERT_TRUE(writeFile(folder_ + "/f", content).ok());
    ASSERT_TRUE(writeFile(folder_ + "/f", content + content).ok());
    EXPECT_EQ(readFile(folder_ + "/f").value(), content + content);
    EXPECT_EQ(names(), std::vector<std::string>{"f"});
}

TEST_F(Files, AFailedWriteLeavesNothingBehind) {
    std::filesystem::create_directory(folder_ + "/taken");
    EXPECT_FALSE(writeFile(folder_ + "/taken", "x").ok());
    EXPECT_FALSE(writeFile(folder_ + "/missing/f", "x").ok());
    EXPECT_EQ(names(), std::vector<std::string>{"taken"});
}

TEST_F(Files, FilesHaveTheModeThatIsAskedForByTheMask) {
    const mode_t before = ::umask(027);
    EXPECT_TRUE(writeFile(folder_ + "/f", "x").ok());
    EXPECT_EQ(::umask(before), 027u);
    EXPECT_EQ(static_cast<unsigned>(std::filesystem::status(folder_ + "/f").permissions()), 0640u);
}

TEST_F(Files, ErrorsNameTheFile) {
    EXPECT_EQ(toString(readFile(folder_ + "/none").error()), folder_ + "/none: cannot open: No such file or directory");
    EXPECT_EQ(toString(readFile(folder_).error()), folder_ + ": cannot read: Is a directory");
    EXPECT_EQ(toString(writeFile("/dev/full", "x").error()), "/dev/full: cannot write: No space left on device");
}

TEST(Result, ErrorsReadAsDiagnostics) {
    EXPECT_EQ(toString(Error{"bad"}), "bad");
    EXPECT_EQ(toString(Error{"bad", "f"}), "f: bad");
    EXPECT_EQ(toString(Error{"bad", "f", 3}), "f:3: bad");
    EXPECT_EQ(toString(Error{"bad", "f", 3, 4}), "f:3:4: bad");
}

Result<int> half(int n) {
    if (n % 2) return Error{"odd"};
    return n / 2;
}
Result<int> quarter(int n) {
    int once = TRY(half(n));
    return half(once);
}

TEST(Result, TryPassesTheFirstErrorOn) {
    EXPECT_EQ(quarter(8).value(), 2);
    EXPECT_EQ(quarter(6).error().message, "odd");
    EXPECT_EQ(quarter(3).error().message, "odd");
}

TEST(Interner, CopiesKeepIdsAndDoNotShareText) {
    Interner<struct TestTag> names;
    auto a = names.intern("a");
    auto b = names.intern("b");
    Interner<struct TestTag> copy = names;
    names = {};
    EXPECT_EQ(copy.text(a), "a");
    EXPECT_EQ(copy.find("b"), b);
    EXPECT_FALSE(copy.find("c").valid());
    EXPECT_EQ(copy.intern("a"), a);
}

}  // namespace
}  // namespace raddle
