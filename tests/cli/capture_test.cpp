// Scans of what a build compiles.
#include <gmock/gmock.h>

#include "tests/cli/command.h"

namespace raddle::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Capture : public CommandTest {
  protected:
    void SetUp() override {
        CommandTest::SetUp();
        write("a.c", "int f(void) { return VALUE; }\n");
        write("build.sh", "echo building\ncc -DVALUE=1 -c a.c\n");
    }
};

TEST_F(Capture, WhatTheBuildCompilesIsScanned) {
    if (std::system("command -v bear >/dev/null") != 0) GTEST_SKIP() << "bear is not installed";
    const Outcome outcome = raddle("scan --build 'sh build.sh'");
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("1 file, 0 failed"), Not(HasSubstr("building"))));
    EXPECT_THAT(outcome.err, HasSubstr("building"));
    Outcome none = raddle("scan --build true");
    EXPECT_EQ(none.status, 2);
    EXPECT_THAT(none.err, HasSubstr("the build `true` compiled nothing; clean it first"));
    Outcome failed = raddle("scan --build 'sh build.sh; exit 7'");
    EXPECT_EQ(failed.status, 2);
    EXPECT_THAT(failed.err, HasSubstr("failed with status 7"));
}

TEST_F(Capture, WithoutBearOneLineSaysWhatToDo) {
    const std::string path = ::getenv("PATH");
    ::setenv("PATH", "/nowhere", 1);
    const Outcome outcome = raddle("scan --build make");
    ::setenv("PATH", path.c_str(), 1);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.err,
              "raddle scan: --build needs bear to watch the build (Debian: apt install bear); or give a folder with "
              "compile_commands.json by -p\n");
    EXPECT_THAT(raddle("scan --build make -p build").err, HasSubstr("exclude each other"));
}

}  // namespace
}  // namespace raddle::test
