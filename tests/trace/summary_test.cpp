#include "trace/tables/summary.h"
#include "trace/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/timeline_builder.h"

namespace raddle::trace {
namespace {

using test::TimelineBuilder;
using testing::ElementsAre;
using testing::FieldsAre;
using testing::HasSubstr;

// "thread function wait_ns waits" for each row.
std::vector<std::string> blameOf(const Timeline& timeline, const LockRow& row) {
    std::vector<std::string> out;
    for (const BlameRow& part : row.blame) {
        std::string thread = part.thread.valid() ? timeline.threads[part.thread.index()].name : "-";
        std::string function = part.function.valid() ? timeline.functions[part.function.index()].name : "-";
        out.push_back(thread + " " + function + " " + std::to_string(part.waitNs) + " " + std::to_string(part.waits));
    }
    return out;
}

TEST(Blame, GoesToWhoeverHeldTheLockMeanwhile) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b"), c = build.thread("c");
    LockId mu = build.lock("mu");
    build.hold(a, mu, 0, 100, build.stack("f"));
    build.hold(b, mu, 100, 130, build.stack("g"), true);
    build.hold(c, mu, 140, 150, build.stack("h"), true);
    build.wait(b, mu, 40, 100);
    build.wait(c, mu, 80, 140);
    Summary summary = summarize(build.timeline);
    ASSERT_EQ(summary.locks.size(), 1u);
    const LockRow& row = summary.locks[0];
    EXPECT_EQ(row.acquisitions, 3u);
    EXPECT_EQ(row.contended, 2u);
    EXPECT_EQ(row.waitNs, 120);
    EXPECT_EQ(row.maxWaitNs, 60);
    EXPECT_EQ(row.holdNs, 140);
    EXPECT_EQ(row.maxHoldNs, 100);
    // a: 60 of b's wait and 20 of c's; b: 30 of c's; 10 in which c was waking up.
    EXPECT_THAT(blameOf(build.timeline, row), ElementsAre("a f 80 2", "b g 30 1", "- - 10 0"));
}

TEST(Blame, OneHolderAtSeveralPlacesIsSeveralRowsAndEachWaitCountsOnceInEach) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mu = build.lock("mu");
    StackId f = build.stack("f", "io.cc", 88), g = build.stack("g", "io.cc", 99);
    build.hold(a, mu, 0, 10, f);
    build.hold(a, mu, 10, 20, g);
    build.hold(a, mu, 20, 30, f);
    build.wait(b, mu, 5, 30);
    Summary summary = summarize(build.timeline);
    EXPECT_THAT(blameOf(build.timeline, summary.locks[0]), ElementsAre("a f 15 1", "a g 10 1"));
    EXPECT_EQ(summary.locks[0].blame[0].at, (SourceLocation{"io.cc", 88, 0}));
}

TEST(Blame, ReadersShareIt) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b"), c = build.thread("c");
    LockId rw = build.lock("rw", LockKind::rwlock);
    build.hold(a, rw, 0, 40, build.stack("f")).mode = LockMode::shared;
    build.hold(b, rw, 0, 100, build.stack("g")).mode = LockMode::shared;
    build.wait(c, rw, 20, 100);
    EXPECT_THAT(blameOf(build.timeline, summarize(build.timeline).locks[0]), ElementsAre("b g 70 1", "a f 10 1"));
}

TEST(Blame, FallsToTheNamedBlockerWhereNoHoldWasRecorded) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mu = build.lock("mu");
    Wait& wait = build.wait(b, mu, 10, 60);
    wait.blocker = a;
    wait.blockerStack = build.stack("f");
    EXPECT_THAT(blameOf(build.timeline, summarize(build.timeline).locks[0]), ElementsAre("a f 50 1"));
}

TEST(Blame, UnfinishedWaitsAndSelfDeadlocksCount) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mu = build.lock("mu");
    build.hold(a, mu, 100, 1000, build.stack("f")).finished = false;
    build.wait(a, mu, 200, 1000).finished = false;
    build.wait(b, mu, 900, 1000).finished = false;
    Summary summary = summarize(build.timeline);
    EXPECT_EQ(summary.locks[0].waitNs, 900);
    EXPECT_EQ(summary.locks[0].acquisitions, 1u);
    EXPECT_THAT(blameOf(build.timeline, summary.locks[0]), ElementsAre("a f 900 2"));
}

TEST(Blame, NamesTheFirstCallerOutsideTheLibrary) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mu = build.lock("mu");
    build.hold(
        a, mu, 0, 50,
        build.stack({"__gthread_mutex_lock(pthread_mutex_t*)", "std::mutex::lock()",
                     "std::lock_guard<std::mutex>::lock_guard(std::mutex&)",
                     "void std::call_once<void (&)()>(std::once_flag&, void (&)())", "Queue::push(int)", "main"}));
    build.wait(b, mu, 0, 50);
    EXPECT_THAT(blameOf(build.timeline, summarize(build.timeline).locks[0]), ElementsAre("a Queue::push(int) 50 1"));
}

TEST(Blame, IsLinearlyFastWhateverOverlaps) {
    TimelineBuilder build(1 << 20);
    LockId mu = build.lock("mu");
    ThreadId holder = build.thread("holder");
    for (int i = 0; i < 50'000; ++i) build.hold(holder, mu, i * 20, i * 20 + 20);
    for (int t = 0; t < 2'000; ++t) build.wait(build.thread("waiter"), mu, t, 1'000'000);
    Summary summary = summarize(build.timeline);
    ASSERT_EQ(summary.locks[0].blame.size(), 1u);
    EXPECT_EQ(summary.locks[0].blame[0].waitNs, summary.locks[0].waitNs);
    EXPECT_EQ(summary.locks[0].blame[0].waits, 2'000u);
}

TEST(Objects, SayWhoEndedTheirWaits) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b"), c = build.thread("c");
    trace::ObjectId object = build.object("ready", trace::ObjectKind::condition);
    for (auto [begin, end] : {std::pair{0, 100}, {200, 250}}) {
        trace::Wait& wait = build.wait(a, trace::WaitKind::condition, begin, end, object);
        wait.blocker = b;
        wait.blockerStack = build.stack("publish", "queue.cc", 12);
    }
    trace::Wait& other = build.wait(c, trace::WaitKind::condition, 0, 400, object);
    other.blocker = a;
    other.blockerStack = build.stack("close", "queue.cc", 30);
    build.wait(c, trace::WaitKind::condition, 500, 900, object);  // nobody is known to have ended it
    Summary summary = summarize(build.timeline);
    ASSERT_EQ(summary.objects.size(), 1u);
    const std::vector<trace::BlameRow>& rows = summary.objects[0].wokenBy;
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].thread, a);
    EXPECT_EQ(rows[0].waitNs, 400);
    EXPECT_EQ(rows[1].thread, b);
    EXPECT_EQ(rows[1].waits, 2u);
    EXPECT_EQ(rows[1].waitNs, 150);
    EXPECT_EQ(rows[1].at.line, 12u);
    EXPECT_FALSE(rows[2].thread.valid());
    EXPECT_EQ(rows[2].waitNs, 400);
    EXPECT_NE(toText(build.timeline, summary, analyse(build.timeline)).find("Who ended the waits"), std::string::npos);
    EXPECT_NE(toJson(build.timeline, summary, analyse(build.timeline)).find("\"woken_by\""), std::string::npos);
}

TEST(Functions, CountRecursionOnceAndLeaveCalleesOut) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    build.call(a, "main", 0, 0, 1000);
    build.call(a, "fib", 1, 100, 600);
    build.call(a, "fib", 2, 150, 350);
    build.call(a, "leaf", 3, 200, 250);
    build.call(a, "fib", 2, 400, 500);
    build.call(a, "leaf", 1, 700, 800);
    build.call(b, "leaf", 0, 0, 10);
    Summary summary = summarize(build.timeline);
    std::vector<std::string> rows;
    for (const FunctionRow& row : summary.functions)
        rows.push_back(build.timeline.functions[row.function.index()].name + " " + std::to_string(row.calls) + " " +
                       std::to_string(row.selfNs) + " " + std::to_string(row.cumulativeNs));
    EXPECT_THAT(rows, ElementsAre("fib 3 450 500", "main 1 400 1000", "leaf 3 160 160"));
}

TEST(Functions, MutualRecursionIsCumulativeOnceForEach) {
    TimelineBuilder build(100);
    ThreadId a = build.thread("a");
    build.call(a, "even", 0, 0, 100);
    build.call(a, "odd", 1, 10, 90);
    build.call(a, "even", 2, 20, 80);
    build.call(a, "odd", 3, 30, 70);
    for (const FunctionRow& row : summarize(build.timeline).functions)
        EXPECT_THAT(row, row.function.value == 0 ? FieldsAre(FunctionId{0}, 2u, 20 + 20, 100, 0u, false)
                                                 : FieldsAre(FunctionId{1}, 2u, 20 + 40, 80, 0u, false));
}

TEST(Summary, OfARangeClipsStretchesAndCountsBegins) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mu = build.lock("mu");
    ObjectId cv = build.object("cv", ObjectKind::condition);
    build.hold(a, mu, 0, 300, build.stack("f"));
    build.hold(b, mu, 300, 400, build.stack("g"), true);
    build.hold(b, mu, 600, 700, {}).retaken = true;
    build.wait(b, mu, 100, 300);
    build.wait(b, WaitKind::condition, 400, 600, cv);
    build.timeline.threads[a.index()].signals.push_back({cv, 550, {}});
    build.call(a, "main", 0, 0, 1000);
    build.call(a, "work", 1, 250, 350);
    Summary summary = summarize(build.timeline, 200, 500);
    EXPECT_EQ(summary.locks[0].acquisitions, 1u);
    EXPECT_EQ(summary.locks[0].contended, 1u);
    EXPECT_EQ(summary.locks[0].waitNs, 100);
    EXPECT_EQ(summary.locks[0].holdNs, 200);
    EXPECT_THAT(blameOf(build.timeline, summary.locks[0]), ElementsAre("a f 100 1"));
    EXPECT_EQ(summary.objects[0].waits, 1u);
    EXPECT_EQ(summary.objects[0].waitNs, 100);
    EXPECT_EQ(summary.objects[0].signals, 0u);
    EXPECT_EQ(summary.threads[1].lockWaitNs, 100);
    EXPECT_EQ(summary.threads[1].otherWaitNs, 100);
    EXPECT_EQ(summary.threads[1].lifeNs, 300);
    ASSERT_EQ(summary.functions.size(), 2u);
    EXPECT_EQ(summary.functions[0].selfNs, 200);
    EXPECT_EQ(summary.functions[0].calls, 0u);
    EXPECT_EQ(summary.functions[1].calls, 1u);
    EXPECT_EQ(summarize(build.timeline, 500, 1000).locks[0].acquisitions, 0u) << "a condition wait is no acquisition";
    EXPECT_EQ(summarize(build.timeline, 500, 1000).objects[0].signals, 1u);
}

TEST(Json, HasTheKeysAndExactNumbers) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread(
                                        "w\xff"
                                        "b");
    LockId mu = build.lock("mu", LockKind::recursiveMutex);
    build.hold(a, mu, 0, 100, build.stack("flush()", "io.cc", 88));
    build.hold(b, mu, 100, 130, {}, true);
    build.wait(b, mu, 40, 100);
    build.object("ready", ObjectKind::semaphore);
    build.call(a, "flush()", 0, 0, 100);
    auto json = nlohmann::json::parse(toJson(build.timeline, summarize(build.timeline), analyse(build.timeline)));
    EXPECT_EQ(json["version"], 1);
    EXPECT_EQ(json["complete"], true);
    EXPECT_EQ(json["threads"][0]["name"], "a");
    EXPECT_EQ(json["threads"][0]["pid"], 100);
    EXPECT_EQ(json["threads"][1]["lock_wait_ns"], 60);
    const auto& lock = json["locks"][0];
    EXPECT_EQ(lock["name"], "mu");
    EXPECT_EQ(lock["kind"], "recursive_mutex");
    EXPECT_EQ(lock["acquisitions"], 2);
    EXPECT_EQ(lock["contended"], 1);
    EXPECT_EQ(lock["wait_ns"], 60);
    EXPECT_EQ(lock["max_wait_ns"], 60);
    EXPECT_EQ(lock["hold_ns"], 130);
    EXPECT_EQ(lock["blame"][0], (nlohmann::json{{"thread", "a"},
                                                {"tid", 100},
                                                {"function", "flush()"},
                                                {"location", "io.cc:88"},
                                                {"wait_ns", 60},
                                                {"waits", 1}}));
    EXPECT_EQ(json["objects"][0]["kind"], "semaphore");
    EXPECT_EQ(json["functions"][0]["calls"], 1);
    EXPECT_EQ(json["functions"][0]["self_ns"], 100);
    EXPECT_EQ(json["functions"][0]["cumulative_ns"], 100);
}

TEST(Text, SaysWhatARunWasAndWhoMadeWhomWait) {
    TimelineBuilder build(2'500'000);
    build.timeline.complete = false;
    build.timeline.tornBytes = 17;
    build.timeline.droppedEvents = 1234;
    build.timeline.notes = {"a chunk is missing"};
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mu = build.lock("queue_mu");
    build.hold(a, mu, 0, 1'000'000, build.stack("flush(int)", "/src/io.cc", 88));
    build.wait(b, mu, 400'000, 1'000'000);
    std::string text = toText(build.timeline, summarize(build.timeline), analyse(build.timeline));
    EXPECT_THAT(text, HasSubstr("command    program\nduration   2.50 ms, 2 threads\n"));
    EXPECT_THAT(text, HasSubstr("1,234 more could not be recorded"));
    EXPECT_THAT(text, HasSubstr("cut off: the program was killed or is still running; 17 half-written bytes ignored"));
    EXPECT_THAT(text, HasSubstr("note       a chunk is missing\n"));
    EXPECT_THAT(text, HasSubstr("queue_mu  600 µs  100%  a (100)  flush() (io.cc:88)\n"));
}

TEST(Text, CausesOfManyThatDifferByANumberAreOne) {
    TimelineBuilder build(100'000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    for (int i = 0; i < 6; ++i) {
        LockId mu = build.lock(i < 4 ? "item #" + std::to_string(i) : "other #" + std::to_string(i));
        build.hold(a, mu, 10'000 * i, 10'000 * i + 5'000, build.stack("work()"));
        build.wait(b, mu, 10'000 * i + 1'000, 10'000 * i + 5'000);
    }
    std::string text = toText(build.timeline, summarize(build.timeline), analyse(build.timeline));
    EXPECT_THAT(text, HasSubstr("Root causes of waiting\n"));
    EXPECT_THAT(text, HasSubstr("item (4 of them)  16.0 µs  a  "));
    EXPECT_THAT(text, HasSubstr("\n  other #4          4.00 µs  a  ")) << "two are told apart";
}

TEST(Text, HoldsForTimesThatAreAnything) {
    TimelineBuilder build(INT64_MAX / 4);
    build.thread("a");
    build.thread("b");
    std::string text = toText(build.timeline, summarize(build.timeline), analyse(build.timeline));
    EXPECT_THAT(text, HasSubstr("threads running")) << text;
    EXPECT_THAT(text, HasSubstr("  100 %\n")) << "two run all the time";
}

TEST(Text, OfNothingIsStillAReport) {
    Timeline empty;
    EXPECT_THAT(toText(empty, summarize(empty), analyse(empty)), HasSubstr("0 threads"));
    EXPECT_TRUE(nlohmann::json::accept(toJson(empty, summarize(empty), analyse(empty))));
}

}  // namespace
}  // namespace raddle::trace
