#include "trace/read/semaphore_locks.h"

#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"
#include "trace/read/blockers.h"

namespace raddle::trace {
namespace {

using test::TimelineBuilder;

struct TwoThreads {
    TimelineBuilder build{1000};
    ThreadId a = build.thread("a"), b = build.thread("b");
    ObjectId semaphore = build.object("semaphore #1", ObjectKind::semaphore);
    std::vector<SemaphoreTake> takes;

    void take(ThreadId thread, int64_t atNs, StackId stack = {}) { takes.push_back({thread, semaphore, atNs, stack}); }
    void post(ThreadId thread, int64_t atNs) {
        build.timeline.threads[thread.index()].signals.push_back({semaphore, atNs, {}});
    }
    const Timeline& read() {
        addSemaphoreLocks(build.timeline, takes);
        assignBlockers(build.timeline);
        return build.timeline;
    }
};

TEST(SemaphoreLocks, WhatItsTakerPostsIsALock) {
    TwoThreads t;
    ObjectId other = t.build.object("queue", ObjectKind::condition);
    t.build.wait(t.a, WaitKind::condition, 700, 800, other);
    StackId where = t.build.stack("flush");
    t.take(t.a, 100, where);
    t.post(t.a, 300);
    t.build.wait(t.b, WaitKind::semaphore, 150, 305, t.semaphore);
    t.post(t.b, 400);
    const Timeline& timeline = t.read();
    ASSERT_EQ(timeline.locks.size(), 1u);
    const Lock& lock = timeline.locks[0];
    EXPECT_EQ(lock.name, "semaphore #1");
    EXPECT_EQ(lock.kind, LockKind::semaphore);
    EXPECT_EQ(lock.acquisitions, 2u);
    EXPECT_EQ(lock.contended, 1u);
    ASSERT_EQ(timeline.threads[0].holds.size(), 1u);
    EXPECT_EQ(timeline.threads[0].holds[0].beginNs, 100);
    EXPECT_EQ(timeline.threads[0].holds[0].endNs, 300);
    ASSERT_EQ(timeline.threads[1].holds.size(), 1u);
    EXPECT_EQ(timeline.threads[1].holds[0].beginNs, 305);
    EXPECT_TRUE(timeline.threads[1].holds[0].contended);
    const Wait& wait = timeline.threads[1].waits[0];
    EXPECT_EQ(wait.kind, WaitKind::lock);
    EXPECT_EQ(wait.lock, LockId{0});
    EXPECT_EQ(wait.blocker, t.a);
    EXPECT_EQ(wait.blockerStack, where);
    // The other object has moved up.
    ASSERT_EQ(timeline.objects.size(), 1u);
    EXPECT_EQ(timeline.threads[0].waits[0].object, ObjectId{0});
    EXPECT_TRUE(timeline.threads[0].signals.empty());
}

TEST(SemaphoreLocks, TheOneThatIsNeverPostedIsHeldToTheEnd) {
    TwoThreads t;
    t.take(t.a, 100);
    Wait& wait = t.build.wait(t.b, WaitKind::semaphore, 200, 1000, t.semaphore);
    wait.finished = wait.succeeded = false;
    const Timeline& timeline = t.read();
    ASSERT_EQ(timeline.locks.size(), 1u);
    ASSERT_EQ(timeline.threads[0].holds.size(), 1u);
    EXPECT_FALSE(timeline.threads[0].holds[0].finished);
    EXPECT_EQ(timeline.threads[1].waits[0].blocker, t.a);
}

TEST(SemaphoreLocks, WhatOthersPostCountsWork) {
    TwoThreads t;
    for (int64_t i = 0; i < 10; ++i) {
        t.post(t.a, 100 * i + 50);
        t.build.wait(t.b, WaitKind::semaphore, 100 * i, 100 * i + 55, t.semaphore);
    }
    const Timeline& timeline = t.read();
    EXPECT_TRUE(timeline.locks.empty());
    ASSERT_EQ(timeline.objects.size(), 1u);
    EXPECT_EQ(timeline.threads[1].waits[0].kind, WaitKind::semaphore);
    EXPECT_EQ(timeline.threads[1].waits[0].blocker, t.a);
}

TEST(SemaphoreLocks, WhatSeveralHaveAtOnceIsAPool) {
    TwoThreads t;
    for (int64_t i = 0; i < 5; ++i) {
        t.take(t.a, 100 * i);
        t.take(t.b, 100 * i + 10);
        t.post(t.a, 100 * i + 50);
        t.post(t.b, 100 * i + 60);
    }
    EXPECT_TRUE(t.read().locks.empty());
}

TEST(SemaphoreLocks, WhoAsksForWhatItHasWaitsForSomebody) {
    TwoThreads t;
    // As in Python's Condition.wait: taken, and taken again, until the notifier posts it.
    t.take(t.a, 100);
    t.build.wait(t.a, WaitKind::semaphore, 110, 205, t.semaphore);
    t.post(t.b, 200);
    EXPECT_TRUE(t.read().locks.empty());
}

TEST(SemaphoreLocks, WhatPythonKeepsForAThreadsLifeIsJoined) {
    TwoThreads t;
    Timeline& timeline = t.build.timeline;
    LockId gil = t.build.lock("Python GIL");
    timeline.locks[gil.index()].isGivenUpToWait = true;
    timeline.threads[1].entry = t.build.function("thread_run");
    t.take(t.b, 10);
    t.post(t.b, 995);
    t.build.wait(t.a, WaitKind::semaphore, 100, 998, t.semaphore);
    t.post(t.a, 999);
    t.read();
    EXPECT_EQ(timeline.locks.size(), 1u);
    EXPECT_TRUE(timeline.objects.empty());
    ASSERT_EQ(timeline.threads[0].waits.size(), 1u);
    EXPECT_EQ(timeline.threads[0].waits[0].kind, WaitKind::join);
    EXPECT_EQ(timeline.threads[0].waits[0].blocker, t.b);
    EXPECT_TRUE(timeline.threads[1].holds.empty());
}

}  // namespace
}  // namespace raddle::trace
