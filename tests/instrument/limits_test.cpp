// The program behaves as without the recorder, and what its threads did is in the file, to the event: the program
// counts in a file of its own what has returned.
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <map>

#include "tests/instrument/run.h"

namespace raddle::test {
namespace {

constexpr int kThreads = 4;

struct Counted {
    uint64_t object[kThreads];
    uint64_t pairs[kThreads];
};

struct Recorded {
    Counted counted{};
    Recording recording;
    std::map<uint64_t, uint64_t> acquired;  // by object, counted ones with them
    int status = 0;
};

Recorded recordCase(const std::string& name, const std::vector<std::string>& options) {
    const TemporaryFolder folder;
    const Outcome plain = run({subject("limits"), name, folder / "plain"});
    std::vector<std::string> command = {raddle(), "record", "-q", "-o", folder / "r"};
    command.insert(command.end(), options.begin(), options.end());
    command.insert(command.end(), {"--", subject("limits"), name, folder / "counts"});
    const Outcome outcome = run(command);
    EXPECT_EQ(plain.status, outcome.status) << name;
    EXPECT_EQ(plain.out, outcome.out) << name;
    EXPECT_EQ(plain.err, outcome.err) << name;
    Recorded result;
    result.status = outcome.status;
    std::ifstream(folder / "counts").read(reinterpret_cast<char*>(&result.counted), sizeof result.counted);
    result.recording = decode(folder / "r");
    for (const auto& [serial, thread] : result.recording.threads) {
        uint64_t waitsFor = 0;
        for (const DecodedEvent& event : thread.events) {
            if (event.op == kRaddleAcquire) ++result.acquired[event.site.object];
            if (event.op == kRaddleLockWait) waitsFor = event.site.object;
            if (event.op == kRaddleWaitEnd && waitsFor && event.numbers[0] == 0) ++result.acquired[waitsFor];
            if (event.op == kRaddleWaitEnd) waitsFor = 0;
        }
    }
    for (const RaddleLockCount& row : result.recording.lockCounts)
        result.acquired[row.object] += row.acquisitions - row.written;
    return result;
}

// Ended while its threads were at it: a pair that had returned is there; one that had not can be.
void expectAllPairs(const std::string& name, int status) {
    for (const std::vector<std::string>& options : {std::vector<std::string>{"--exact"}, {}, {"--budget", "0.1%"}}) {
        const Recorded result = recordCase(name, options);
        EXPECT_EQ(result.status, status);
        for (int i = 0; i < kThreads; ++i) {
            EXPECT_GT(result.counted.pairs[i], 0u);
            const uint64_t recorded =
                result.acquired.count(result.counted.object[i]) ? result.acquired.at(result.counted.object[i]) : 0;
            EXPECT_GE(recorded, result.counted.pairs[i]) << name;
            EXPECT_LE(recorded, result.counted.pairs[i] + 1) << name;
        }
        EXPECT_EQ(result.recording.header.droppedEvents, 0u);
    }
}

TEST(Kill, BySignal9) {
    expectAllPairs("kill", 128 + SIGKILL);
}
TEST(Kill, ByAbort) {
    expectAllPairs("abort", 128 + SIGABRT);
}
TEST(Kill, BySegmentationFault) {
    expectAllPairs("segfault", 128 + SIGSEGV);
}
TEST(Kill, ByExec) {
    expectAllPairs("exec", 0);
}
TEST(Kill, ByUnderscoreExit) {
    expectAllPairs("_exit", 5);
}
TEST(Kill, ByExitWithThreadsRunning) {
    expectAllPairs("exit", 6);
}

// Ran to its end: the counts are equal.
Recorded expectSamePairs(const std::string& name, uint64_t pairs, const std::vector<std::string>& options = {}) {
    Recorded result = recordCase(name, options);
    EXPECT_EQ(result.counted.pairs[0], pairs) << name;
    EXPECT_EQ(result.acquired[result.counted.object[0]], pairs) << name;
    EXPECT_EQ(result.recording.header.droppedEvents, 0u) << name;
    return result;
}

TEST(Limits, TenThousandShortThreads) {
    EXPECT_EQ(expectSamePairs("short-threads", 10000).recording.threads.size(), 10001u);
}

TEST(Limits, TwoThousandLiveThreads) {
    EXPECT_EQ(expectSamePairs("live-threads", 4000).recording.threads.size(), 2001u);
}

TEST(Limits, TinyStacks) {
    expectSamePairs("tiny-stacks", 64);
}

TEST(Limits, ForkStorm) {
    const Recorded result = recordCase("fork-storm", {});
    EXPECT_EQ(result.counted.pairs[0], 3000u);
    EXPECT_EQ(result.acquired.at(result.counted.object[0]), 3000u);  // one address in all of them
    EXPECT_EQ(result.recording.header.nextImage, 302u);
}

TEST(Limits, SignalsAtTenKilohertz) {
    const Recorded result = expectSamePairs("signals", 1000000);
    EXPECT_GT(result.counted.pairs[1], 10u);
    uint64_t posts = result.recording.count(kRaddleSemaphorePost);
    for (const RaddleLockCount& row : result.recording.lockCounts)
        if (row.object == (result.counted.object[1] | 1)) posts += row.acquisitions;
    EXPECT_EQ(posts, result.counted.pairs[1]);
}

TEST(Limits, HookedLibrariesComeAndGo) {
    const Recorded result = recordCase("libraries", {});
    EXPECT_EQ(result.counted.pairs[1], 200u);
    EXPECT_EQ(result.recording.count(kRaddleEnter), 200u);
    EXPECT_EQ(result.recording.count(kRaddleExit), 200u);
    EXPECT_EQ(result.recording.header.droppedEvents, 0u);
}

TEST(Limits, AnotherRootAndAnotherUser) {
    if (getuid() != 0) GTEST_SKIP() << "needs root";
    expectSamePairs("chroot", 301000, {"--exact"});
    expectSamePairs("setuid", 301000, {"--exact"});
}

// Without room for another chunk events are counted as dropped; counts go on.
TEST(Limits, LittleAddressSpace) {
    const Recorded result = recordCase("memory", {"--exact"});
    EXPECT_EQ(result.counted.pairs[0], 301000u);
    uint64_t events = 0;
    for (const auto& [serial, thread] : result.recording.threads)
        for (const DecodedEvent& event : thread.events) events += event.site.object == result.counted.object[0];
    // The ends of the thread and of the image, and what is said with them, may be among the dropped ones.
    EXPECT_NEAR(static_cast<double>(events + result.recording.header.droppedEvents), 2 * 301000.0, 3);
}

}  // namespace
}  // namespace raddle::test
