// Programs that forbid themselves system calls run on as without the recorder, and are recorded as far as there is
// space.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/instrument/run.h"

namespace raddle::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Confined {
    json report;
    long acquired = 0;
};

// What the scenario prints and how it ends are the same with and without the recorder.
Confined recordConfined(const char* scenario, const std::vector<std::string>& options) {
    const TemporaryFolder folder;
    const std::string file = folder / "r";
    const Outcome plain = run({subject("confined"), scenario});
    std::vector<std::string> command = {raddle(), "record", "-q", "-o", file};
    command.insert(command.end(), options.begin(), options.end());
    command.insert(command.end(), {"--", subject("confined"), scenario});
    const Outcome recorded = run(command);
    EXPECT_EQ(plain.status, 0);
    EXPECT_EQ(recorded.status, plain.status);
    EXPECT_EQ(recorded.out, plain.out);
    EXPECT_EQ(recorded.err, plain.err);
    Confined out = {json::parse(run({raddle(), "report", file, "--format", "json"}).out), 0};
    for (const json& lock : out.report["locks"])
        if (lock["name"].get<std::string>().find("g_mutex") != std::string::npos)
            out.acquired += lock["acquisitions"].get<long>();
    return out;
}

TEST(Confined, ThreadsThatMayNotOpenFilesAreRecordedWhole) {
    for (const char* scenario : {"open_fails", "open_kills"})
        for (const std::vector<std::string>& options :
             std::vector<std::vector<std::string>>{{}, {"--exact"}, {"--sample"}}) {
            SCOPED_TRACE(scenario + testing::PrintToString(options));
            const Confined confined = recordConfined(scenario, options);
            EXPECT_EQ(confined.acquired, 80000);
            EXPECT_EQ(confined.report["threads"].size(), 5u);
            EXPECT_EQ(confined.report["complete"], true);
            EXPECT_THAT(confined.report["notes"].dump(), HasSubstr("a thread forbade itself system calls"));
        }
}

TEST(Confined, ProgramsThatMayDoLittleAreRecordedWhole) {
    for (const std::string option : {"--exact", "--budget=5", "--sample", "--last=1s"}) {
        SCOPED_TRACE(option);
        EXPECT_EQ(recordConfined("little_is_left", {option}).acquired, 80000);
        const Confined all = recordConfined("little_is_left_to_all", {option});
        EXPECT_EQ(all.acquired, 40000);
        EXPECT_EQ(all.report["threads"].size(), 2u);
        EXPECT_THAT(all.report["notes"].dump(), HasSubstr("the program forbade itself system calls"));
        for (const json& thread : all.report["threads"]) EXPECT_GT(thread["tid"], 0);
    }
}

TEST(Confined, TheEndOfTheSpaceIsTold) {
    const Confined confined = recordConfined("more_than_fits", {"--exact"});
    EXPECT_GT(confined.acquired, 300000);
    EXPECT_LT(confined.acquired, 2000000);
    EXPECT_EQ(confined.report["complete"], false);
    EXPECT_THAT(confined.report["notes"].dump(), HasSubstr("kept for that was used up"));
}

// The child's locks are not recorded, and not taken for the parent's.
TEST(Confined, ChildrenRunUnrecorded) {
    EXPECT_EQ(recordConfined("forks", {}).acquired, 20000);
    EXPECT_EQ(recordConfined("forks", {"--exact"}).acquired, 20000);
}

TEST(Confined, AFilterThatTheKernelRefusesConfinesNobody) {
    const Confined confined = recordConfined("is_refused", {});
    EXPECT_EQ(confined.acquired, 80000);
    EXPECT_THAT(confined.report["notes"].dump(), Not(HasSubstr("seccomp")));
}

}  // namespace
}  // namespace raddle::test
