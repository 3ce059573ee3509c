// raddle record --sample: unmodified programs. Shares of time are compared within what so many samples allow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/instrument/run.h"

namespace raddle::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::vector<std::string> sampled(const std::string& file, const std::string& scenario,
                                 const std::string& program = "sampled", const std::string& option = "--sample=997") {
    return {raddle(), "record", "-q", option, "-f", "-o", file, "--", subject(program), scenario};
}

json reportOf(const std::string& file) {
    return json::parse(run({raddle(), "report", file, "--format", "json"}).out);
}

json treesOf(const std::string& file) {
    return json::parse(run({raddle(), "export", file, "--to", "call-trees"}).out)["call_trees"];
}

json rowOf(const json& rows, const std::string& name) {
    for (const json& row : rows)
        if (row["name"] == name) return row;
    ADD_FAILURE() << "no " << name << " in " << rows.dump(1);
    return {{"samples", 0}, {"self_ns", 0}, {"cumulative_ns", 0}};
}

// Three parts to one, in a thread that burnt so much time, within four standard deviations.
void expectShares(const json& tree, double seconds) {
    EXPECT_EQ(tree["source"], "samples");
    EXPECT_EQ(tree["estimated"], true);
    const double all = rowOf(tree["functions"], "burn(void*)")["cumulative_ns"].get<double>() * 1e-9;
    const double three = rowOf(tree["functions"], "threeParts()")["cumulative_ns"].get<double>() * 1e-9;
    const double samples = seconds * 997;
    EXPECT_NEAR(all / seconds, 1, 0.15);
    EXPECT_NEAR(three / all, 0.75, 4 * std::sqrt(0.75 * 0.25 / samples));
    EXPECT_GE(rowOf(tree["functions"], "spin(long)")["self_ns"].get<double>() * 1e-9, all * 0.9);
}

void testShares(const std::string& program) {
    const TemporaryFolder folder;
    ASSERT_EQ(run(sampled(folder / "r", "shares", program)).status, 0);
    const json trees = treesOf(folder / "r");
    std::vector<json> burning;
    for (const json& tree : trees)
        if (tree["functions"].dump().find("burn(void*)") != std::string::npos) burning.push_back(tree);
    ASSERT_EQ(burning.size(), 2u) << "the thread and the forked child";
    expectShares(burning[0], 0.4);
    expectShares(burning[1], 0.2);
    const json report = reportOf(folder / "r");
    EXPECT_EQ(report["complete"], true);
    EXPECT_TRUE(report["notes"].empty()) << report["notes"];
    EXPECT_TRUE(report["functions"].empty()) << "no call was recorded";
    EXPECT_GT(rowOf(report["sampled_functions"], "spin(long)")["samples"], 400);
    const std::string folded = run({raddle(), "export", folder / "r", "--to", "folded"}).out;
    EXPECT_THAT(folded, HasSubstr(";burn();threeParts();spin() "));
    EXPECT_THAT(run({raddle(), "report", folder / "r"}).out, HasSubstr("estimates from"));
}

TEST(Sampling, SharesOfThreadsAndForkedChildren) {
    testShares("sampled");
}

TEST(Sampling, CodeWithoutFramePointersHasCallersToo) {
    testShares("sampled_nofp");
}

TEST(Sampling, TheRateIsTheOneAskedFor) {
    const TemporaryFolder folder;
    ASSERT_EQ(run(sampled(folder / "r", "shares", "sampled", "--sample=100")).status, 0);
    const size_t samples = decode(folder / "r").count(kRaddleSample);
    EXPECT_GE(samples, 45u);
    EXPECT_LE(samples, 75u);
    EXPECT_EQ(run(sampled(folder / "r", "shares", "sampled", "--sample=0")).status, 2);
    ASSERT_EQ(run(sampled(folder / "r", "blocked", "sampled", "--sample")).status, 0);
    EXPECT_NEAR(static_cast<double>(decode(folder / "r").count(kRaddleSample)), 50, 20);
}

// As users write it who know other profilers' options; a command may have a number for its name behind "--".
TEST(Sampling, TheRateMayBeTheNextWord) {
    const TemporaryFolder folder;
    const auto record = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {raddle(), "record", "-q", "-f", "-o", folder / "r"});
        return run(words);
    };
    ASSERT_EQ(record({"--sample", "2000", subject("sampled"), "blocked"}).status, 0);
    EXPECT_EQ(decode(folder / "r").header.samplePeriodNs, 500000u);
    ASSERT_EQ(record({"--sample", "2000", "--", subject("sampled"), "blocked"}).status, 0);
    EXPECT_EQ(decode(folder / "r").header.samplePeriodNs, 500000u);
    std::filesystem::create_symlink(subject("sampled"), folder / "7");
    ASSERT_EQ(record({"--sample", folder / "7", "blocked"}).status, 0);
    const Outcome none = record({"--sample", "2000"});
    EXPECT_EQ(none.status, 2);
    EXPECT_THAT(none.err, HasSubstr("name a command"));
    const Outcome named = record({"--sample", "--", "7"});
    EXPECT_EQ(named.status, 127);
    EXPECT_THAT(named.err, HasSubstr("7"));
}

TEST(Sampling, ThreadsThatBlockAllSignalsAreSampled) {
    const TemporaryFolder folder;
    ASSERT_EQ(run(sampled(folder / "r", "blocked")).status, 0);
    EXPECT_GT(decode(folder / "r").count(kRaddleSample), 150u);
}

TEST(Sampling, TheProgramsSignalsStayItsOwn) {
    const TemporaryFolder folder;
    for (const char* scenario : {"own_handler", "execs", "many_threads"}) {
        const Outcome plain = run({subject("sampled"), scenario});
        const Outcome recorded = run(sampled(folder / "r", scenario));
        EXPECT_EQ(recorded.status, plain.status) << scenario;
        EXPECT_EQ(recorded.out, plain.out) << scenario;
        EXPECT_EQ(recorded.err, plain.err) << scenario;
        EXPECT_GT(decode(folder / "r").count(kRaddleSample), 20u) << scenario;
    }
}

TEST(Sampling, NoSamplesUnlessAskedFor) {
    EXPECT_EQ(recordScenario("sampled", "blocked").count(kRaddleSample), 0u);
}

// As containers do that keep perf_event_open from their programs.
void forbidPerfEvents() {
    sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_perf_event_open, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program = {4, filter};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

TEST(Sampling, TimersStandInWherePerfEventsAreForbidden) {
    const TemporaryFolder folder;
    const std::vector<std::string> command = sampled(folder / "r", "shares");
    const pid_t child = fork();
    if (child == 0) {
        forbidPerfEvents();
        std::vector<char*> arguments;
        for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
        arguments.push_back(nullptr);
        execv(arguments[0], arguments.data());
        _exit(97);
    }
    int status = -1;
    waitpid(child, &status, 0);
    ASSERT_EQ(status, 0);
    const json report = reportOf(folder / "r");
    EXPECT_THAT(report["notes"].dump(), HasSubstr("perf_event_open is not allowed"));
    EXPECT_GT(rowOf(report["sampled_functions"], "spin(long)")["samples"], 20);
}

}  // namespace
}  // namespace raddle::test
