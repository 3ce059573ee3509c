#include "trace/answers/lock_families.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"
#include "trace/answers/answers.h"

namespace raddle::trace {
namespace {

using test::TimelineBuilder;
using testing::HasSubstr;

std::vector<Answer> answersOf(const Timeline& timeline, Topic topic) {
    std::vector<Answer> answers = answersFor(timeline, summarize(timeline), analyse(timeline));
    std::erase_if(answers, [topic](const Answer& answer) { return answer.topic != topic; });
    return answers;
}

std::vector<uint32_t> familiesOf(const Timeline& timeline) {
    std::vector<uint32_t> numbers;
    for (LockId family : lockFamilies(timeline, summarize(timeline))) numbers.push_back(family.value);
    return numbers;
}

// `main` holds both in `holder`; another thread each waits for it.
TimelineBuilder twoAwaited(const std::string& x, const std::string& y, const char* secondHolder = "holder") {
    TimelineBuilder build(1'000'000);
    ThreadId main = build.thread("main"), a = build.thread("a"), b = build.thread("b");
    LockId first = build.lock(x), second = build.lock(y);
    build.hold(main, first, 0, 200'000, build.stack("holder"));
    build.hold(main, second, 0, 300'000, build.stack(secondHolder));
    build.wait(a, first, 0, 200'000);
    build.hold(a, first, 200'000, 210'000, {}, true);
    build.wait(b, second, 0, 300'000);
    build.hold(b, second, 300'000, 310'000, {}, true);
    return build;
}

TEST(LockFamilies, ElementsOfAnArrayAreToldOfOnce) {
    TimelineBuilder build = twoAwaited("gates[1]", "gates[2]");
    std::vector<Answer> answers = answersOf(build.timeline, Topic::lockContention);
    ASSERT_EQ(answers.size(), 1u);
    // Busy: three threads of 1 ms each; 500 µs of waiting.
    EXPECT_EQ(answers[0].head, "17 % of busy thread time waits for 2 locks `gates[…]`, mostly held by `holder`");
    EXPECT_THAT(answers[0].detail, HasSubstr("2 of 4 acquisitions had to wait (50 %), 500 µs in all, the longest "
                                             "300 µs. Most for `gates[2]`, 300 µs."));
    EXPECT_EQ(answers[0].lock, LockId{1}) << "the worst";
}

TEST(LockFamilies, OtherLocksAreToldOfOneByOne) {
    EXPECT_EQ(answersOf(twoAwaited("front", "back").timeline, Topic::lockContention).size(), 2u);
    EXPECT_EQ(answersOf(twoAwaited("gates[1]", "doors[1]").timeline, Topic::lockContention).size(), 2u);
}

TEST(LockFamilies, AMemberOfEachObjectIsOneDeclaration) {
    TimelineBuilder build = twoAwaited("Shard::mu #1", "Shard::mu #2");
    EXPECT_EQ(familiesOf(build.timeline), (std::vector<uint32_t>{0, 1})) << "where it is declared is not known";
    for (Lock& lock : build.timeline.locks) lock.declaredAt = {"shard.h", 7, 0};
    EXPECT_EQ(familiesOf(build.timeline), (std::vector<uint32_t>{0, 0}));
    EXPECT_THAT(answersOf(build.timeline, Topic::lockContention)[0].head, HasSubstr("2 locks `Shard::mu`"));
    build.timeline.locks[1].declaredAt.line = 8;
    EXPECT_EQ(familiesOf(build.timeline), (std::vector<uint32_t>{0, 1})) << "another class of that name";
}

TEST(LockFamilies, PartsOfOneVariableMustBeHeldInOneFunction) {
    TimelineBuilder same = twoAwaited("gates+0x28", "gates+0x50");
    ASSERT_EQ(familiesOf(same.timeline), (std::vector<uint32_t>{0, 0}));
    EXPECT_THAT(answersOf(same.timeline, Topic::lockContention)[0].head, HasSubstr("2 locks in `gates`"));
    EXPECT_EQ(familiesOf(twoAwaited("gates+0x28", "gates+0x50", "another").timeline), (std::vector<uint32_t>{0, 1}));
    same.timeline.functions[0].module = "/usr/lib/gates";
    EXPECT_EQ(familiesOf(same.timeline), (std::vector<uint32_t>{0, 1})) << "two places in a module";
}

TEST(LockFamilies, NumbersOfLocksThatNothingIsKnownOfJoinNothing) {
    EXPECT_EQ(familiesOf(twoAwaited("Python lock #1", "Python lock #2").timeline), (std::vector<uint32_t>{0, 1}));
    EXPECT_EQ(familiesOf(twoAwaited("mutex #1 in get", "mutex #2 in get").timeline), (std::vector<uint32_t>{0, 1}));
}

TEST(LockFamilies, HoldersThatSleepAreToldOfOnce) {
    TimelineBuilder build(1'000'000);
    for (uint32_t i = 0; i < 2; ++i) {
        ThreadId holder = build.thread("h"), waiter = build.thread("w");
        LockId mu = build.lock("gates[" + std::to_string(i) + "]");
        build.hold(holder, mu, 0, 500'000, build.stack("flush"));
        build.wait(holder, WaitKind::sleep, 100'000, 400'000 - i * 100'000).stack = build.stack("nap");
        build.wait(waiter, mu, 0, 500'000);
    }
    std::vector<Answer> answers = answersOf(build.timeline, Topic::heldWhileWaiting);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].head, "2 locks `gates[…]` are held by threads that sleep, in `nap`");
    EXPECT_THAT(answers[0].detail, HasSubstr("behind them for 500 µs meanwhile, behind `gates[0]` for 300 µs."));
    build.timeline.locks[1].name = "door";
    answers = answersOf(build.timeline, Topic::heldWhileWaiting);
    ASSERT_EQ(answers.size(), 2u);
    EXPECT_EQ(answers[0].head, "`gates[0]` is held by a thread that sleeps, in `nap`");
}

// Worker i takes its item and then `list`; the keeper takes them the other way round.
TimelineBuilder keeperAndWorkers(const std::vector<std::string>& items, const std::vector<std::string>& keptIn) {
    TimelineBuilder build(10'000);
    ThreadId keeper = build.thread("keeper");
    LockId list = build.lock("list");
    for (size_t i = 0; i < items.size(); ++i) {
        ThreadId worker = build.thread("worker " + std::to_string(i));
        LockId item = build.lock(items[i]);
        const int64_t ns = static_cast<int64_t>(i) * 1000;
        build.hold(worker, item, ns, ns + 200, build.stack("get"));
        build.hold(worker, list, ns + 50, ns + 100, build.stack("put"));
        build.hold(keeper, list, ns + 500, ns + 700, build.stack("keep"));
        build.hold(keeper, item, ns + 550, ns + 600, build.stack(keptIn[i]));
    }
    return build;
}

TEST(LockFamilies, LikeCirclesOfLocksAreToldOfOnce) {
    TimelineBuilder build = keeperAndWorkers({"items[0]", "items[1]", "items[2]"}, {"age", "expire", "age"});
    std::vector<Answer> answers = answersOf(build.timeline, Topic::lockOrder);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].head, "Possible deadlock: 2 threads take `list` and 3 locks `items[…]` in opposite orders");
    EXPECT_THAT(answers[0].detail, HasSubstr("2 more circles are like this one."));
    build.timeline.locks[2].name = "queue";
    EXPECT_EQ(answersOf(build.timeline, Topic::lockOrder).size(), 2u);
}

TEST(LockFamilies, CirclesOfNamelessLocksAreAlikeWhenTheyAreInTheSameFunctions) {
    const std::vector<std::string> items = {"mutex #1 in get", "mutex #2 in get"};
    std::vector<Answer> answers = answersOf(keeperAndWorkers(items, {"age", "age"}).timeline, Topic::lockOrder);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_THAT(answers[0].head, HasSubstr("2 locks `mutex in get`"));
    EXPECT_EQ(answersOf(keeperAndWorkers(items, {"age", "expire"}).timeline, Topic::lockOrder).size(), 2u);
}

}  // namespace
}  // namespace raddle::trace
