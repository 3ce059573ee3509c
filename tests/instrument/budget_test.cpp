#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/instrument/run.h"

namespace raddle::test {
namespace {

using testing::IsSupersetOf;

// Acquisitions by object: those that are events and those that were only counted.
std::map<uint64_t, uint64_t> acquisitions(const Recording& recording) {
    std::map<uint64_t, uint64_t> found;
    for (const auto& [serial, thread] : recording.threads) {
        uint64_t waitsFor = 0;
        for (const DecodedEvent& event : thread.events) {
            if (event.op == kRaddleAcquire || event.op == kRaddleAcquireShared) ++found[event.site.object];
            if (event.op == kRaddleLockWait || event.op == kRaddleLockWaitShared) waitsFor = event.site.object;
            if (event.op == kRaddleWaitEnd && waitsFor && event.numbers[0] == 0) ++found[waitsFor];
            if (event.op == kRaddleWaitEnd) waitsFor = 0;
        }
    }
    for (const RaddleLockCount& row : recording.lockCounts) found[row.object] += row.acquisitions - row.written;
    return found;
}

uint64_t most(const std::map<uint64_t, uint64_t>& counts) {
    uint64_t most = 0;
    for (const auto& [object, count] : counts) most = std::max(most, count);
    return most;
}

uint64_t countedOnly(const Recording& recording) {
    uint64_t sum = 0;
    for (const RaddleLockCount& row : recording.lockCounts) sum += row.acquisitions - row.written;
    return sum;
}

// A program that does nothing but lock: what it locks is stepped down, and no acquisition is missing.
TEST(Budget, CountsStayExact) {
    const Recording recording = recordScenario("processes", "locks-a-lot", {});
    EXPECT_EQ(recording.header.budget, 50u);
    EXPECT_EQ(recording.count(kRaddleStepDown), 1u);
    EXPECT_GT(countedOnly(recording), 1000000u);
    EXPECT_EQ(most(acquisitions(recording)), 2000000u);
    EXPECT_EQ(recording.header.droppedEvents, 0u);
    // One in 64 is still written, with its release.
    const double written = static_cast<double>(recording.lockCounts[0].written);
    EXPECT_NEAR(written / static_cast<double>(recording.lockCounts[0].acquisitions), 1.0 / 64, 1.0 / 640);
}

TEST(Budget, ExactRecordsEverything) {
    const Recording recording = recordScenario("processes", "locks-a-lot");
    EXPECT_EQ(recording.header.budget, 0u);
    EXPECT_TRUE(recording.lockCounts.empty());
    EXPECT_EQ(recording.count(kRaddleRelease), 2000000u);
}

TEST(Budget, ShortProgramsAreRecordedWhole) {
    EXPECT_EQ(recordScenario("locks", "mutexes", {}).count(kRaddleStepDown), 0u);
    EXPECT_EQ(recordScenario("locks", "conditions", {"--budget", "0.1%"}).count(kRaddleStepDown), 0u);
}

// Two threads that fight for a lock that is counted: every wait is there, and who made it wait is.
TEST(Budget, WaitsAndTheirCausesStay) {
    const Recording recording = recordScenario("locks", "fight", {"--budget", "0.1%"});
    EXPECT_EQ(most(acquisitions(recording)), 4000000u);
    EXPECT_GT(countedOnly(recording), 0u);
    EXPECT_GT(recording.count(kRaddleLockWait), 0u);
    EXPECT_GT(recording.count(kRaddleReleaseWaited), 0u);
}

// Hundreds of locks that are taken equally often: no row is another's, and nearly all of them are counted.
TEST(Budget, CountsHundredsOfLocks) {
    const Recording recording = recordScenario("locks", "counted-crowd", {"--budget", "0.1%"});
    const std::map<uint64_t, uint64_t> counts = acquisitions(recording);
    EXPECT_EQ(std::count_if(counts.begin(), counts.end(), [](auto& count) { return count.second == 3000; }), 700);
    std::map<uint64_t, int> rows;
    for (const RaddleLockCount& row : recording.lockCounts) ++rows[row.object];
    EXPECT_GT(rows.size(), 600u);
    for (const auto& [object, count] : rows) EXPECT_EQ(count, 1);
}

// The main thread is killed in the middle: what it has counted is in the file.
TEST(Budget, CountsSurviveAKill) {
    const Recording recording = recordScenario("locks", "counted-then-killed", {});
    EXPECT_EQ(most(acquisitions(recording)), 3000000u);
}

// Of semaphores what waits or wakes is written, the rest is counted.
TEST(Budget, CountsSemaphores) {
    const Recording recording = recordScenario("locks", "counted-semaphores", {});
    uint64_t takes = recording.count(kRaddleSemaphoreAcquire), posts = recording.count(kRaddleSemaphorePost);
    for (const auto& [serial, thread] : recording.threads)
        for (size_t i = 0; i < thread.events.size(); ++i) takes += thread.events[i].op == kRaddleSemaphoreWait;
    for (const RaddleLockCount& row : recording.lockCounts)
        (row.object & 1 ? posts : takes) += row.acquisitions - row.written;
    EXPECT_EQ(takes, 1000100u);
    EXPECT_EQ(posts, 1000100u);
    EXPECT_LT(recording.count(kRaddleSemaphorePost), 300000u);
}

// Calls of short functions are counted by caller; what has to be seen inside of one makes it an event after all.
TEST(Budget, CountsCalls) {
    const Recording recording = recordScenario("functions", "many-calls", {});
    std::map<uint64_t, uint64_t> calls;
    uint64_t counted = 0, timed = 0;
    for (const RaddleCallCount& row : recording.callCounts) {
        calls[row.function] += row.calls - row.written;
        counted += row.calls - row.written;
        timed += row.timed;
        EXPECT_LE(row.outerTicks, row.timedTicks);
    }
    for (const DecodedEvent& event : recording.all(kRaddleEnter)) ++calls[event.function];
    std::vector<uint64_t> numbers;
    for (const auto& [function, count] : calls) numbers.push_back(count);
    EXPECT_THAT(numbers, IsSupersetOf({1002000u, 501000u, 100002u, 500u}));
    EXPECT_GT(counted, 1000000u);
    EXPECT_NEAR(static_cast<double>(timed) / static_cast<double>(counted), 1.0 / 16, 1.0 / 100);
    EXPECT_EQ(recording.header.droppedEvents, 0u);
    // The sleeps are inside their function.
    ASSERT_EQ(recording.count(kRaddleSleep), 2u);
    for (const auto& [serial, thread] : recording.threads)
        for (size_t i = 1; i < thread.events.size(); ++i)
            if (thread.events[i].op == kRaddleSleep) EXPECT_EQ(thread.events[i - 1].op, kRaddleEnter);
}

TEST(Budget, CountsSignalsThatWakeNobody) {
    const Recording recording = recordScenario("locks", "counted-signals", {});
    const uint64_t written = recording.count(kRaddleConditionSignal);
    uint64_t counted = 0;
    for (const RaddleLockCount& row : recording.lockCounts) counted += row.object & 1 ? row.acquisitions : 0;
    EXPECT_EQ(written + counted, 1000010u);
    EXPECT_GT(counted, 500000u);
    EXPECT_GE(recording.count(kRaddleConditionWait), 5u);
}

// What a burst cost is made up for by what comes after: then all is written again, until that costs too much.
TEST(Budget, IsSpentAgainWhenTheBurstIsOver) {
    const Recording recording = recordScenario("locks", "counted-in-bursts", {});
    EXPECT_EQ(most(acquisitions(recording)), 2000000u);
    EXPECT_GE(recording.count(kRaddleCountPause), 1u);
    EXPECT_EQ(recording.count(kRaddleStepDown), 1u);
    const uint64_t paused = recording.count(kRaddleCountPause), resumed = recording.count(kRaddleCountResume);
    EXPECT_TRUE(resumed == paused || resumed + 1 == paused) << paused << " " << resumed;
    // Of the second million far more than one in 64 is an event.
    EXPECT_GT(2000000 - countedOnly(recording), 150000u);
    EXPECT_GT(countedOnly(recording), 800000u);
}

TEST(Budget, RefusesWhatIsNoPart) {
    EXPECT_EQ(run({raddle(), "record", "--budget", "200%", "--", "true"}).status, 2);
    EXPECT_EQ(run({raddle(), "record", "--budget", "much", "--", "true"}).status, 2);
    EXPECT_EQ(run({raddle(), "record", "--budget", "5%", "--exact", "--", "true"}).status, 2);
}

}  // namespace
}  // namespace raddle::test
