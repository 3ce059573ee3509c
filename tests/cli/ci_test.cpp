// What other projects' build and CI include: the CMake function, the action's script.
#include <gmock/gmock.h>

#include "tests/cli/command.h"

namespace raddle::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Ci : public CommandTest {
  protected:
    void SetUp() override {
        CommandTest::SetUp();
        write("lib/count.c", "int hits; void* count(void* p) { hits++; return p; }\n");
        write("main.c",
              "#include <pthread.h>\n#include \"made.h\"\nvoid* count(void*);\n"
              "int main(void) { pthread_t t; for (int i = 0; i < MADE; i++) pthread_create(&t, 0, count, 0); }\n");
        write("made.in", "#define MADE 2\n");
        write("CMakeLists.txt",
              "cmake_minimum_required(VERSION 3.20)\nproject(p C)\nenable_testing()\n"
              "include(" RADDLE_SOURCE_DIR
              "/cmake/RaddleScan.cmake)\n"
              "add_library(count STATIC lib/count.c)\nadd_library(parts INTERFACE)\n"
              "target_link_libraries(parts INTERFACE count)\n"
              "add_custom_command(OUTPUT made.h COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_SOURCE_DIR}/made.in made.h)\n"
              "add_executable(app main.c made.h)\ntarget_include_directories(app PRIVATE ${CMAKE_BINARY_DIR})\n"
              "target_link_libraries(app PRIVATE parts pthread)\nadd_library(other STATIC lib/count.c)\n"
              "raddle_add_scan(app TEST OPTIONS --fail-on definite)\nraddle_add_scan(other NAME look)\n");
        ASSERT_EQ(run("cmake -G Ninja -S . -B build -DRADDLE_EXECUTABLE='" RADDLE_BUILD_DIR "/bin/raddle'").status, 0)
            << read(base_ / "out") << read(base_ / "err");
    }
    Outcome run(const std::string& command) {
        const std::string path = "PATH='" RADDLE_BUILD_DIR "/bin':\"$PATH\"; export PATH; RADDLE_CACHE_DIR='" +
                                 (base_ / "cache").string() + "'; export RADDLE_CACHE_DIR; ";
        const int status = std::system((path + "cd '" + folder_.string() + "' && { " + command + "; } >'" +
                                        (base_ / "out").string() + "' 2>'" + (base_ / "err").string() + "'")
                                           .c_str());
        return {WEXITSTATUS(status), read(base_ / "out"), read(base_ / "err")};
    }
};

TEST_F(Ci, ACMakeTargetScansTheProgramWithItsLibraries) {
    Outcome outcome = run("ninja -C build scan-app");
    EXPECT_NE(outcome.status, 0);
    EXPECT_THAT(outcome.out, HasSubstr("lib/count.c:1:34: error: data race on `hits`"));
    EXPECT_THAT(outcome.out, HasSubstr("2 files, 0 failed"));
    EXPECT_EQ(run("ninja -C build look").status, 0);
    outcome = run("ctest --test-dir build");
    EXPECT_THAT(outcome.out, HasSubstr("***Failed"));
    EXPECT_THAT(outcome.out, Not(HasSubstr("look")));
}

TEST_F(Ci, TheActionAnnotatesAndLeavesReports) {
    ASSERT_EQ(run("ninja -C build").status, 0);
    const std::string scan = RADDLE_SOURCE_DIR "/ci/scan";
    Outcome outcome = run("GITHUB_OUTPUT=outputs RADDLE_BUILD=build RADDLE_REPORTS=reports '" + scan + "'");
    EXPECT_EQ(outcome.status, 1) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("::error file=lib/count.c,line=1,col=34,title=race-unprotected-access::"));
    EXPECT_EQ(read(folder_ / "outputs"), "sarif=reports/raddle.sarif\nhtml=reports/raddle.html\n");
    EXPECT_THAT(read(folder_ / "reports/raddle.sarif"), HasSubstr("\"2.1.0\""));
    EXPECT_THAT(read(folder_ / "reports/raddle.html"), HasSubstr("<!DOCTYPE html>"));
    EXPECT_EQ(run("RADDLE_BUILD=build RADDLE_FAIL_ON=none '" + scan + "'").status, 0);
    write(".gitignore", "build\nraddle-reports\nreports\noutputs\n");
    ASSERT_EQ(run("git init -q . && git add -A && git -c user.email=a@b -c user.name=a commit -qm x").status, 0);
    outcome = run("RADDLE_BUILD=build RADDLE_BASE=HEAD '" + scan + "' --stats");
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("not reported: 1 known"));
    EXPECT_THAT(outcome.err, HasSubstr("s of CPU"));
}

}  // namespace
}  // namespace raddle::test
