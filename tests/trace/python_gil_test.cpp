#include "trace/read/python_gil.h"

#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"
#include "trace/read/blockers.h"

namespace raddle::trace {
namespace {

using test::TimelineBuilder;

// Thread a holds the GIL in [20, 100); b asks for it at 50, waits for the flag twice and has it in [120, 200).
TimelineBuilder twoPythonThreads(const std::string& mutexName, const std::string& conditionName) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mutex = build.lock(mutexName);
    ObjectId condition = build.object(conditionName, ObjectKind::condition);
    build.hold(a, mutex, 10, 20, build.stack("take_gil"));
    build.hold(a, mutex, 100, 110);
    build.timeline.threads[a.index()].signals.push_back({condition, 105, {}});
    build.hold(b, mutex, 50, 55);
    build.wait(b, WaitKind::condition, 55, 80, condition).lock = mutex;
    build.hold(b, mutex, 80, 82).retaken = true;
    build.wait(b, WaitKind::condition, 82, 115, condition).lock = mutex;
    build.hold(b, mutex, 115, 120).retaken = true;
    build.hold(b, mutex, 200, 205);
    build.timeline.threads[b.index()].signals.push_back({condition, 202, {}});
    return build;
}

void expectGil(Timeline timeline) {
    addPythonGil(timeline);
    assignBlockers(timeline);
    ASSERT_EQ(timeline.locks.size(), 2u);
    const Lock& gil = timeline.locks[1];
    EXPECT_EQ(gil.name, "Python GIL");
    EXPECT_EQ(gil.acquisitions, 2u);
    EXPECT_EQ(gil.contended, 1u);
    const Hold& first = timeline.threads[0].holds[1];
    EXPECT_EQ(first.lock, LockId{1});
    EXPECT_EQ(first.beginNs, 20);
    EXPECT_EQ(first.endNs, 100);
    const Thread& b = timeline.threads[1];
    ASSERT_EQ(b.waits.size(), 1u);
    EXPECT_EQ(b.waits[0].kind, WaitKind::lock);
    EXPECT_EQ(b.waits[0].lock, LockId{1});
    EXPECT_EQ(b.waits[0].beginNs, 55);
    EXPECT_EQ(b.waits[0].endNs, 120);
    EXPECT_EQ(b.waits[0].blocker, ThreadId{0});
    EXPECT_EQ(b.waits[0].blockerStack, first.stack);
    EXPECT_EQ(b.holds[3].beginNs, 120);
    EXPECT_EQ(b.holds[3].endNs, 200);
}

TEST(PythonGil, IsALockOfItsOwn) {
    expectGil(twoPythonThreads("_PyRuntime.ceval.gil.mutex", "_PyRuntime.ceval.gil.cond").timeline);
}

TEST(PythonGil, IsFoundWithoutDebugInfo) {
    expectGil(twoPythonThreads("_PyRuntime+0x1b8", "_PyRuntime+0x188").timeline);
}

TEST(PythonGil, OfOtherProgramsIsNothing) {
    Timeline timeline = twoPythonThreads("queue_mu", "queue_ready").timeline;
    Timeline before = timeline;
    addPythonGil(timeline);
    EXPECT_EQ(timeline, before);
}

TEST(PythonGil, LocksOfPythonPrograms) {
    TimelineBuilder build(1000);
    for (const char* name :
         {"_PyRuntime+0x188", "semaphore #7 in PyThread_acquire_lock_timed", "semaphore in 0x5897a0"})
        build.object(name, ObjectKind::condition);
    build.object("semaphore #9 in work", ObjectKind::semaphore);
    std::vector<Object>& objects = build.timeline.objects;
    objects[1].kind = objects[2].kind = ObjectKind::semaphore;
    objects[3].process = ProcessId{1};
    addPythonGil(build.timeline);
    EXPECT_EQ(objects[1].name, "Python lock #1");
    EXPECT_EQ(objects[2].name, "Python lock #2");
    EXPECT_EQ(objects[3].name, "semaphore #9 in work");
}

}  // namespace
}  // namespace raddle::trace
