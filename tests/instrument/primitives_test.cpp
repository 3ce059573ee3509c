#include <errno.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/instrument/run.h"

namespace raddle::test {
namespace {

size_t endsWith(const Recording& recording, uint64_t status) {
    size_t count = 0;
    for (const DecodedEvent& event : recording.all(kRaddleWaitEnd)) count += event.numbers[0] == status;
    return count;
}

size_t ofKind(const Recording& recording, uint8_t op, uint32_t kind) {
    size_t count = 0;
    for (const DecodedEvent& event : recording.all(op)) count += event.site.kind == kind;
    return count;
}

TEST(Primitives, MutexVariants) {
    const Recording recording = recordScenario("primitives", "mutex");
    EXPECT_EQ(ofKind(recording, kRaddleAcquire, kRaddleMutex), 3u);
    EXPECT_EQ(ofKind(recording, kRaddleAcquireTried, kRaddleMutex), 1u);
    EXPECT_EQ(ofKind(recording, kRaddleRelease, kRaddleMutex), 4u);
    EXPECT_EQ(recording.count(kRaddleTryFailed), 1u);
    EXPECT_EQ(recording.count(kRaddleLockWait), 2u);
    EXPECT_EQ(endsWith(recording, ETIMEDOUT), 2u);
}

TEST(Primitives, RwLockVariants) {
    const Recording recording = recordScenario("primitives", "rwlock");
    EXPECT_EQ(recording.count(kRaddleAcquireShared), 3u);
    EXPECT_EQ(recording.count(kRaddleAcquireSharedTried), 1u);
    EXPECT_EQ(ofKind(recording, kRaddleAcquire, kRaddleRwLock), 3u);
    EXPECT_EQ(ofKind(recording, kRaddleAcquireTried, kRaddleRwLock), 1u);
    EXPECT_EQ(ofKind(recording, kRaddleRelease, kRaddleRwLock), 8u);
    EXPECT_EQ(recording.count(kRaddleTryFailed), 2u);
    EXPECT_EQ(recording.count(kRaddleLockWait), 2u);
    EXPECT_EQ(recording.count(kRaddleLockWaitShared), 2u);
    EXPECT_EQ(endsWith(recording, ETIMEDOUT), 4u);
}

TEST(Primitives, SemaphoreAndConditionVariants) {
    const Recording recording = recordScenario("primitives", "other");
    EXPECT_EQ(recording.count(kRaddleSemaphoreAcquire), 4u);
    EXPECT_EQ(recording.count(kRaddleTryFailed), 1u);
    EXPECT_EQ(recording.count(kRaddleSemaphoreWait), 2u);
    EXPECT_EQ(recording.count(kRaddleConditionWait), 2u);
    EXPECT_EQ(endsWith(recording, ETIMEDOUT), 4u);
}

// Of std's own primitives nothing is seen but their futexes, and only when they block.
TEST(Primitives, FutexesOfTheStandardLibrary) {
    const Recording recording = recordScenario("primitives", "futexes");
    std::map<uint64_t, size_t> waits;
    for (const DecodedEvent& event : recording.all(kRaddleObjectWait)) {
        EXPECT_EQ(event.site.kind, static_cast<uint32_t>(kRaddleFutex));
        EXPECT_FALSE(event.stack.empty());
        ++waits[event.site.object];
    }
    EXPECT_GE(waits.size(), 4u);
    EXPECT_GE(recording.count(kRaddleObjectWake) + recording.count(kRaddleObjectWakeAll), 4u);
}

TEST(Primitives, SystemCallsReturnWhatTheyWould) {
    const Recording recording = recordScenario("primitives", "system-calls");
    EXPECT_EQ(endsWith(recording, EAGAIN), 1u);
    EXPECT_EQ(recording.count(kRaddleObjectWake), 1u);
}

TEST(Primitives, InitialisationThatOthersWaitFor) {
    const Recording recording = recordScenario("primitives", "once");
    EXPECT_EQ(ofKind(recording, kRaddleObjectWait, kRaddleOnce), 1u);
    std::map<uint64_t, size_t> done;
    for (const DecodedEvent& event : recording.all(kRaddleObjectWakeAll)) ++done[event.site.object];
    // The program's two, and what the C++ runtime has; one that threw is not done.
    EXPECT_GE(done.size(), 2u);
    for (const auto& [object, times] : done) EXPECT_EQ(times, 1u);
    EXPECT_EQ(recording.header.droppedEvents, 0u);
}

}  // namespace
}  // namespace raddle::test
