#include <errno.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/instrument/run.h"

namespace raddle::test {
namespace {

TEST(Threads, HaveNamesCreatorsAndCpuTime) {
    const Recording recording = recordScenario("threads", "names");
    ASSERT_EQ(recording.threads.size(), 2u);
    const DecodedThread& main = recording.threads.at(1);
    const DecodedThread& other = recording.threads.at(2);
    EXPECT_EQ(main.events[0].op, kRaddleImageStart);
    EXPECT_EQ(main.events[1].op, kRaddleThreadStart);
    const DecodedEvent created = main.all(kRaddleThreadCreate).at(0);
    EXPECT_EQ(created.numbers[0], 2u);
    EXPECT_GE(created.stack.size(), 3u);
    const DecodedEvent start = other.events.at(0);
    ASSERT_EQ(start.op, kRaddleThreadStart);
    EXPECT_EQ(start.numbers[0], other.tid);
    EXPECT_EQ(start.numbers[1], 1u);
    EXPECT_EQ(start.numbers[2], created.numbers[1]);
    EXPECT_GE(start.ticks, created.ticks);
    EXPECT_EQ(other.all(kRaddleThreadName).at(0).strings[0], "own name");
    EXPECT_EQ(main.all(kRaddleThreadName).at(0).strings[0], "given");
    EXPECT_EQ(main.all(kRaddleThreadName).at(0).numbers[0], start.numbers[3]);
    EXPECT_EQ(main.all(kRaddleJoinWait).at(0).numbers[0], start.numbers[3]);
    EXPECT_EQ(other.events.back().op, kRaddleThreadExit);
    EXPECT_GT(other.events.back().numbers[0], 0u);
    EXPECT_LT(other.events.back().numbers[0], 1000000000u);
}

TEST(Threads, ThatHaveRunSayHowLongTheyStoodInTheQueue) {
    const Recording recording = recordScenario("processes", "locks-a-lot", {});
    const std::vector<DecodedEvent> queued = recording.all(kRaddleQueued);
    ASSERT_EQ(queued.size(), 1u);
    EXPECT_EQ(queued[0].numbers[0], recording.threads.at(1).tid);
    EXPECT_LT(queued[0].numbers[1], 600'000'000'000u);
    EXPECT_EQ(recordScenario("locks", "mutexes", {}).count(kRaddleQueued), 0u) << "not of those that did little";
}

TEST(Threads, EndByExitCancellationAndReturn) {
    const Recording recording = recordScenario("threads", "ways-to-end");
    ASSERT_EQ(recording.threads.size(), 4u);
    EXPECT_EQ(recording.count(kRaddleThreadExit), 4u);
    // What thread-specific data's destructors lock comes before the exit.
    for (uint32_t serial = 2; serial <= 3; ++serial) {
        EXPECT_EQ(recording.threads.at(serial).count(kRaddleRelease), 1u);
        EXPECT_EQ(recording.threads.at(serial).events.back().op, kRaddleThreadExit);
    }
}

TEST(Threads, ThousandsShareChunks) {
    const Recording recording = recordScenario("threads", "thousands");
    EXPECT_EQ(recording.threads.size(), 4001u);
    EXPECT_EQ(recording.count(kRaddleThreadExit), 4001u);
    EXPECT_EQ(recording.count(kRaddleRelease), 4000u);
    EXPECT_LT(recording.fileSize, 4u << 20);
}

TEST(Threads, JoinsDetachesAndSmallStacks) {
    const Recording recording = recordScenario("threads", "joins");
    EXPECT_EQ(recording.count(kRaddleJoinWait), 4u);
    std::multiset<uint64_t> ends;
    for (const DecodedEvent& event : recording.threads.at(1).all(kRaddleWaitEnd)) ends.insert(event.numbers[0]);
    EXPECT_EQ(ends.count(ETIMEDOUT), 1u);
    EXPECT_EQ(ends.count(EDEADLK), 1u);
    EXPECT_EQ(recording.count(kRaddleThreadDetach), 1u);
}

TEST(Threads, FailedCreationIsTakenBack) {
    const Recording recording = recordScenario("threads", "cannot-create");
    ASSERT_EQ(recording.count(kRaddleThreadCreateFailed), 1u);
    EXPECT_EQ(recording.all(kRaddleThreadCreateFailed)[0].numbers[0], recording.all(kRaddleThreadCreate)[0].numbers[0]);
    EXPECT_EQ(recording.threads.size(), 1u);
}

TEST(Threads, LastOneEndsTheProcess) {
    const Recording recording = recordScenario("threads", "main-exits");
    EXPECT_EQ(recording.count(kRaddleThreadExit), 2u);
    EXPECT_EQ(recording.threads.at(2).events.back().op, kRaddleImageEnd);
}

// Enters and exits nest, and every unwound activation is accounted for.
void expectBalanced(const Recording& recording, uint64_t open = 0) {
    uint64_t depth = 0;
    for (const auto& [serial, thread] : recording.threads) {
        for (const DecodedEvent& event : thread.events) {
            const uint64_t left = event.op == kRaddleExit ? 1 : event.op == kRaddleUnwind ? event.numbers[0] : 0;
            ASSERT_LE(left, depth);
            depth = depth + (event.op == kRaddleEnter) - left;
        }
    }
    EXPECT_EQ(depth, open);
}

uint64_t calls(const Recording& recording, uint64_t count) {
    std::map<uint64_t, uint64_t> byFunction;
    for (const DecodedEvent& event : recording.all(kRaddleEnter)) ++byFunction[event.function];
    return static_cast<uint64_t>(std::count_if(byFunction.begin(), byFunction.end(),
                                               [&](const auto& function) { return function.second == count; }));
}

TEST(Functions, CallsAreExact) {
    const Recording recording = recordScenario("functions", "calls");
    expectBalanced(recording);
    EXPECT_EQ(calls(recording, 3000), 1u);
    EXPECT_EQ(calls(recording, 1000), 1u);
    EXPECT_EQ(recording.count(kRaddleUnwind), 0u);
}

TEST(Functions, DeepRecursion) {
    const Recording recording = recordScenario("functions", "recursion");
    expectBalanced(recording);
    EXPECT_EQ(calls(recording, 10010), 1u);
    EXPECT_EQ(recording.count(kRaddleUnwind), 0u);
}

TEST(Functions, LongjmpAndExceptionsEndActivations) {
    for (const char* scenario : {"jumps", "exceptions"}) {
        const Recording recording = recordScenario("functions", scenario);
        expectBalanced(recording);
        uint64_t unwound = 0;
        for (const DecodedEvent& event : recording.all(kRaddleUnwind)) {
            EXPECT_EQ(event.numbers[0], 5u);
            unwound += event.numbers[0];
        }
        EXPECT_EQ(unwound, 15u);
    }
}

TEST(Functions, ExitLeavesThemOpen) {
    const Recording recording = recordScenario("functions", "exits");
    uint64_t entered = recording.count(kRaddleEnter);
    EXPECT_EQ(recording.count(kRaddleExit), 1u);
    expectBalanced(recording, entered - 1);
}

}  // namespace
}  // namespace raddle::test
