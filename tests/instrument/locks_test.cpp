#include <errno.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/instrument/run.h"

namespace raddle::test {
namespace {

double nsBetween(const Recording& recording, const DecodedEvent& begin, const DecodedEvent& end) {
    return static_cast<double>(end.ticks - begin.ticks) * recording.ticksToNs();
}

// The event after `begin` in its thread that ends it.
const DecodedEvent& endOf(const DecodedThread& thread, size_t begin) {
    for (size_t i = begin + 1; i < thread.events.size(); ++i)
        if (thread.events[i].op == kRaddleWaitEnd) return thread.events[i];
    throw std::runtime_error("no end");
}

struct FoundWait {
    const DecodedThread* thread;
    size_t index;
    const DecodedEvent& event() const { return thread->events[index]; }
};

std::vector<FoundWait> findWaits(const Recording& recording, uint8_t op) {
    std::vector<FoundWait> waits;
    for (const auto& [serial, thread] : recording.threads)
        for (size_t i = 0; i < thread.events.size(); ++i)
            if (thread.events[i].op == op) waits.push_back({&thread, i});
    return waits;
}

TEST(Locks, ReturnWhatTheyWouldHave) {
    const Recording recording = recordScenario("locks", "mutexes");
    std::set<uint32_t> kinds;
    for (const DecodedEvent& event : recording.all(kRaddleAcquire)) kinds.insert(event.site.kind);
    EXPECT_TRUE(kinds.count(kRaddleErrorCheckMutex));
    EXPECT_TRUE(kinds.count(kRaddleRecursiveMutex));
    std::multiset<uint64_t> ends;
    for (const DecodedEvent& event : recording.all(kRaddleWaitEnd)) ends.insert(event.numbers[0]);
    EXPECT_GE(ends.count(ETIMEDOUT), 4u);
    EXPECT_GE(ends.count(EDEADLK), 1u);
    EXPECT_GE(recording.count(kRaddleTryFailed), 2u);
    EXPECT_GE(recording.count(kRaddleObjectInit), 5u);
    EXPECT_GE(recording.count(kRaddleObjectDestroy), 2u);
}

TEST(Locks, CountsAreExact) {
    const Recording recording = recordScenario("locks", "counted");
    std::map<uint64_t, uint64_t> acquired;
    for (const DecodedEvent& event : recording.all(kRaddleAcquire)) ++acquired[event.site.object];
    for (const FoundWait& wait : findWaits(recording, kRaddleLockWait)) {
        EXPECT_EQ(endOf(*wait.thread, wait.index).numbers[0], 0u);
        ++acquired[wait.event().site.object];
    }
    std::map<uint64_t, uint64_t> released;
    for (const DecodedEvent& event : recording.all(kRaddleRelease)) ++released[event.site.object];
    EXPECT_EQ(acquired, released);
    EXPECT_TRUE(std::any_of(acquired.begin(), acquired.end(), [](const auto& lock) { return lock.second == 100000; }));
    EXPECT_EQ(recording.header.droppedEvents, 0u);
    EXPECT_LT(static_cast<double>(recording.bytes) / static_cast<double>(recording.events), 4.0);
}

// One thread at a time holds the lock, by the recorded times.
TEST(Locks, HoldsDoNotOverlap) {
    const Recording recording = recordScenario("locks", "counted");
    std::map<uint64_t, uint64_t> acquisitions;
    for (const DecodedEvent& event : recording.all(kRaddleRelease)) ++acquisitions[event.site.object];
    const uint64_t busiest =
        std::max_element(acquisitions.begin(), acquisitions.end(), [](const auto& a, const auto& b) {
            return a.second < b.second;
        })->first;
    std::vector<std::pair<uint64_t, uint64_t>> holds;
    for (const auto& [serial, thread] : recording.threads) {
        uint64_t since = 0;
        bool waiting = false;
        for (const DecodedEvent& event : thread.events) {
            const bool ours = event.site.object == busiest;
            if (event.op == kRaddleLockWait) waiting = ours;
            if ((event.op == kRaddleAcquire && ours) || (event.op == kRaddleWaitEnd && waiting)) {
                since = event.ticks;
                waiting = false;
            }
            if (event.op == kRaddleRelease && ours) holds.emplace_back(since, event.ticks);
        }
    }
    std::sort(holds.begin(), holds.end());
    uint64_t overlapping = 0;
    const double tolerated = 200 / recording.ticksToNs();
    for (size_t i = 1; i < holds.size(); ++i)
        if (static_cast<double>(holds[i - 1].second) > static_cast<double>(holds[i].first) + tolerated) ++overlapping;
    // The clock is not kept from being read while the lock's cache line is still on its way.
    EXPECT_LE(overlapping, holds.size() / 10000) << "of " << holds.size();
}

void expectContendedWait(const std::string& program) {
    const Recording recording = recordScenario(program, "contended");
    const auto waits = findWaits(recording, kRaddleLockWait);
    ASSERT_EQ(waits.size(), 1u);
    const DecodedEvent& wait = waits[0].event();
    const double waited = nsBetween(recording, wait, endOf(*waits[0].thread, waits[0].index));
    EXPECT_GT(waited, 20e6);
    EXPECT_LT(waited, 1000e6);
    EXPECT_GE(wait.stack.size(), 3u);
    EXPECT_EQ(wait.stack[0], wait.site.frames[0]);
    // Who held it meanwhile is in the other thread.
    const DecodedThread& holder = recording.threads.at(2);
    ASSERT_EQ(holder.count(kRaddleAcquire), 1u);
    EXPECT_EQ(holder.all(kRaddleAcquire)[0].site.object, wait.site.object);
    EXPECT_LT(holder.all(kRaddleAcquire)[0].ticks, wait.ticks);
    EXPECT_EQ(holder.all(kRaddleThreadName)[0].strings[0], "holder");
    // What the std::thread runs is in the program, not in the C++ library.
    const DecodedEvent module = recording.all(kRaddleModule).at(0);
    EXPECT_GE(holder.events[0].numbers[2], module.numbers[1]);
    EXPECT_LT(holder.events[0].numbers[2], module.numbers[2]);
    EXPECT_EQ(holder.events[0].numbers[2], recording.all(kRaddleThreadCreate).at(0).numbers[1]);
}

TEST(Locks, ContendedWaitHasTimeAndStack) {
    expectContendedWait("locks");
}

TEST(Locks, ContendedWaitHasAStackWithoutFramePointers) {
    expectContendedWait("locks_nofp");
}

TEST(Locks, DeadlockShowsWhoWaitsForWhat) {
    const TemporaryFolder folder;
    const std::string file = folder / "recording";
    const Outcome outcome =
        run({raddle(), "record", "-q", "-o", file, "timeout", "-s", "KILL", "1", subject("locks"), "deadlock"});
    EXPECT_EQ(outcome.status, 137);
    const Recording recording = decode(file);
    std::map<uint64_t, const DecodedThread*> holders;
    for (const auto& [serial, thread] : recording.threads)
        for (const DecodedEvent& event : thread.all(kRaddleAcquire)) holders[event.site.object] = &thread;
    const auto waits = findWaits(recording, kRaddleLockWait);
    ASSERT_EQ(waits.size(), 2u);
    EXPECT_EQ(holders.at(waits[0].event().site.object), waits[1].thread);
    EXPECT_EQ(holders.at(waits[1].event().site.object), waits[0].thread);
    for (const FoundWait& wait : waits) EXPECT_EQ(wait.thread->events.back().op, kRaddleLockWait);
}

TEST(Locks, ReadersAndWriters) {
    const Recording recording = recordScenario("locks", "readers");
    EXPECT_GE(recording.count(kRaddleAcquireShared) + recording.count(kRaddleAcquireSharedTried), 2u);
    EXPECT_EQ(findWaits(recording, kRaddleLockWait).size(), 1u);        // the writer
    EXPECT_EQ(findWaits(recording, kRaddleLockWaitShared).size(), 2u);  // one deadlocks, one times out
}

TEST(Locks, SpinLocks) {
    const Recording recording = recordScenario("locks", "spin");
    ASSERT_EQ(recording.count(kRaddleLockWait), 1u);
    EXPECT_EQ(recording.all(kRaddleLockWait)[0].site.kind, static_cast<uint32_t>(kRaddleSpinLock));
}

TEST(Conditions, WaitsAndWakeUps) {
    const Recording recording = recordScenario("locks", "conditions");
    const auto waits = findWaits(recording, kRaddleConditionWait);
    ASSERT_GE(waits.size(), 3u);
    EXPECT_EQ(waits[0].event().secondSite.kind, static_cast<uint32_t>(kRaddleMutex));
    EXPECT_NE(waits[0].event().secondSite.object, waits[0].event().site.object);
    EXPECT_EQ(endOf(*waits[0].thread, waits[0].index).numbers[0], 0u);
    EXPECT_EQ(endOf(*waits.back().thread, waits.back().index).numbers[0], static_cast<uint64_t>(ETIMEDOUT));
    EXPECT_EQ(recording.count(kRaddleConditionSignal), 1u);
    EXPECT_EQ(recording.count(kRaddleConditionBroadcast), 1u);
}

TEST(Semaphores, WaitsPostsAndBarriers) {
    const Recording recording = recordScenario("locks", "semaphores");
    EXPECT_EQ(recording.count(kRaddleSemaphoreAcquire), 1u);
    EXPECT_EQ(recording.count(kRaddleSemaphoreWait), 2u);
    EXPECT_EQ(recording.count(kRaddleSemaphorePost), 1u);
    EXPECT_EQ(recording.count(kRaddleTryFailed), 1u);
    EXPECT_EQ(recording.count(kRaddleBarrierWait), 2u);
}

TEST(Signals, HandlersAreRecorded) {
    const Recording recording = recordScenario("locks", "signals");
    EXPECT_EQ(recording.header.droppedEvents, 0u);
    EXPECT_GT(recording.count(kRaddleSemaphorePost), 0u);
    EXPECT_GE(recording.count(kRaddleRelease), 500000u);
}

TEST(Signals, WhatIsLostIsCounted) {
    const Recording recording = recordScenario("locks", "waiting-handlers");
    EXPECT_EQ(recording.dropped, recording.header.droppedEvents);
    EXPECT_GE(recording.count(kRaddleRelease), 1000000u);
}

TEST(C11, ThreadsMutexesAndConditions) {
    const Recording recording = recordScenario("c11", "");
    EXPECT_EQ(recording.threads.size(), 2u);
    EXPECT_EQ(recording.count(kRaddleThreadStart), 2u);
    EXPECT_EQ(recording.count(kRaddleConditionSignal), 1u);
    EXPECT_GE(recording.count(kRaddleConditionWait), 1u);
    EXPECT_EQ(recording.count(kRaddleJoinWait), 1u);
    EXPECT_EQ(recording.count(kRaddleTryFailed), 1u);
    EXPECT_EQ(recording.count(kRaddleLockWait), 1u);
}

}  // namespace
}  // namespace raddle::test
