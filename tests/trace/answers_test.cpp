#include "trace/answers/answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"
#include "tests/support/timeline_generator.h"

namespace raddle::trace {
namespace {

using test::TimelineBuilder;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<Answer> answersOf(const Timeline& timeline) {
    return answersFor(timeline, summarize(timeline), analyse(timeline));
}

const Answer* find(const std::vector<Answer>& answers, Topic topic) {
    for (const Answer& answer : answers)
        if (answer.topic == topic) return &answer;
    return nullptr;
}

TEST(Answers, BeginWithADeadlock) {
    TimelineBuilder build(1'000'000'000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId x = build.lock("x"), y = build.lock("y");
    build.hold(a, x, 0, 1'000'000'000, build.stack("takesX")).finished = false;
    build.hold(b, y, 0, 1'000'000'000).finished = false;
    build.wait(a, y, 100, 1'000'000'000).finished = false;
    build.wait(b, x, 100, 1'000'000'000).finished = false;
    std::vector<Answer> answers = answersOf(build.timeline);
    ASSERT_FALSE(answers.empty());
    EXPECT_EQ(answers[0].topic, Topic::deadlock);
    EXPECT_EQ(answers[0].weight, Weight::stuck);
    EXPECT_EQ(answers[0].head, "Deadlock: 2 threads wait for each other");
    EXPECT_THAT(answers[0].detail, HasSubstr("`b` waits for `x`, held by `a` since `takesX`"));
    EXPECT_EQ(answers[0].threads, (std::vector<ThreadId>{a, b}));
    EXPECT_FALSE(find(answers, Topic::stuck)) << "said already";
    EXPECT_FALSE(find(answers, Topic::lockOrder)) << "it did happen";
    EXPECT_FALSE(find(answers, Topic::lockContention)) << "that they wait for it is no news";
}

TEST(Answers, TellWorkersInReserveFromStuckOnes) {
    TimelineBuilder build(1'000'000'000);
    ThreadId main = build.thread("main"), a = build.thread("io_1"), b = build.thread("io_2");
    LockId x = build.lock("x"), y = build.lock("y");
    build.hold(main, x, 0, 1'000'000'000).finished = false;
    build.hold(main, y, 0, 1'000'000'000).finished = false;
    build.wait(a, x, 100, 1'000'000'000).finished = false;
    build.wait(b, y, 100, 1'000'000'000).finished = false;
    build.timeline.complete = true;
    std::vector<Answer> answers = answersOf(build.timeline);
    const Answer* stuck = find(answers, Topic::stuck);
    ASSERT_TRUE(stuck);
    EXPECT_EQ(stuck->weight, Weight::notable);
    EXPECT_EQ(stuck->head, "2 threads do nothing all the time: held back by a lock of `main`");
    EXPECT_FALSE(find(answers, Topic::lockContention));
    // A program that was killed with them waiting may have been killed because of that.
    build.timeline.complete = false;
    EXPECT_EQ(find(answersOf(build.timeline), Topic::stuck)->weight, Weight::stuck);
}

// Two threads ask for work under locks of their own, once a millisecond; a third waits to be told.
TimelineBuilder askingThreads() {
    TimelineBuilder build(1'000'000'000);
    ThreadId a = build.thread("io_1"), b = build.thread("io_2"), main = build.thread("main");
    LockId x = build.lock("gate[1]"), y = build.lock("gate[2]");
    StackId asks = build.stack(std::vector<std::string>{"ioMain", "start"});
    for (int64_t ns = 0; ns < 999'000'000; ns += 1'000'000) {
        build.hold(a, x, ns, ns + 80, asks);
        build.hold(b, y, ns + 500, ns + 600, asks);
    }
    build.wait(main, WaitKind::io, 0, 990'000'000).io = IoKind::polling;
    return build;
}

TEST(Answers, TellOfThreadsThatAskForWorkInsteadOfWaiting) {
    TimelineBuilder build = askingThreads();
    std::vector<Answer> answers = answersOf(build.timeline);
    ASSERT_FALSE(answers.empty());
    EXPECT_EQ(answers[0].topic, Topic::polling) << "before everything else";
    EXPECT_EQ(answers[0].weight, Weight::costly);
    EXPECT_THAT(answers[0].head, StartsWith("`io_1` and `io_2` never rest: they ask for work again and again"));
    EXPECT_THAT(answers[0].detail, HasSubstr("In `ioMain` each takes a lock"));
    EXPECT_THAT(answers[0].detail, HasSubstr("--sample tells"));
    EXPECT_EQ(answers[0].threads, (std::vector<ThreadId>{{0}, {1}}));
}

TEST(Answers, KnowFromSamplesWhetherAThreadAsksOrComputes) {
    TimelineBuilder build = askingThreads();
    StackId asks = build.timeline.threads[0].holds[0].stack;
    StackId computes = build.stack(std::vector<std::string>{"multiply", "ioMain", "start"});
    for (int64_t i = 0; i < 100; ++i) {
        build.timeline.threads[0].samples.push_back({i * 10'000'000, 10'000'000, asks});
        build.timeline.threads[1].samples.push_back({i * 10'000'000, 10'000'000, computes});
    }
    std::vector<Answer> answers = answersOf(build.timeline);
    const Answer* answer = find(answers, Topic::polling);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->threads, std::vector<ThreadId>{{0}});
    EXPECT_THAT(answer->detail, Not(HasSubstr("--sample")));
}

TEST(Answers, AThreadThatTakesALockOthersTakeTooDoesNotPoll) {
    TimelineBuilder build = askingThreads();
    for (Hold& hold : build.timeline.threads[1].holds) hold.lock = {0};
    EXPECT_FALSE(find(answersOf(build.timeline), Topic::polling));
}

TEST(Answers, HelpersThatAreNeverNeededAreNoProblem) {
    TimelineBuilder build(1'000'000'000);
    build.thread("main");
    ObjectId ready = build.object("ready", ObjectKind::condition);
    for (const char* name : {"flusher", "resizer"})
        build.wait(build.thread(name), WaitKind::condition, 1000, 1'000'000'000, ready).finished = false;
    EXPECT_FALSE(find(answersOf(build.timeline), Topic::idle));
}

TEST(Answers, TakeProcessorTimeFromSamplesWhereNoneWasRecorded) {
    TimelineBuilder build(1'000'000'000);
    StackId hot = build.stack("work");
    for (const char* name : {"a", "b"}) {
        List<Sample>& samples = build.timeline.threads[build.thread(name).index()].samples;
        for (int64_t i = 0; i < 100; ++i) samples.push_back({i * 10'000'000, 1'000'000, hot});
    }
    std::vector<Answer> answers = answersOf(build.timeline);
    const Answer* answer = find(answers, Topic::fewCores);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->head, "2.0 threads are not waiting on average, but get 0.2 cores");
}

TEST(Answers, SayWhoHasTheProcessorsThatThreadsDoNotGet) {
    TimelineBuilder build(1'000'000'000);
    for (const char* name : {"a", "b"}) build.timeline.threads[build.thread(name).index()].cpuNs = 200'000'000;
    const auto detail = [&](int64_t queuedNs) {
        for (Thread& thread : build.timeline.threads) thread.queuedNs = queuedNs;
        std::vector<Answer> answers = answersOf(build.timeline);
        const Answer* answer = find(answers, Topic::fewCores);
        return answer ? answer->detail : "";
    };
    EXPECT_EQ(detail(700'000'000),
              "For the rest they stand in the queue for one, 1.40 s in all: other programs run there.");
    EXPECT_EQ(detail(1'000'000), "The difference is time in the system, such as reading, writing and polling.");
    EXPECT_EQ(detail(-1), detail(300'000'000)) << "not known, or some of both";
}

TEST(Answers, SayWhereTheProcessorsWereFromSamples) {
    TimelineBuilder build(1'000'000'000);
    ThreadId a = build.thread("a");
    StackId hot = build.stack(std::vector<std::string>{"spin", "work"}),
            cold = build.stack(std::vector<std::string>{"rest", "work"});
    List<Sample>& samples = build.timeline.threads[a.index()].samples;
    for (int64_t i = 0; i < 100; ++i) samples.push_back({i * 10'000'000, 10'000'000, i % 4 ? hot : cold});
    std::vector<Answer> answers = answersOf(build.timeline);
    const Answer* answer = find(answers, Topic::hotFunction);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->head, "75 % of the processor time is spent in `spin` itself");
    EXPECT_TRUE(answer->detail.ends_with(" Mostly called from `work`.")) << answer->detail;
    // The rest of what the thread had of a processor was in the kernel.
    build.timeline.complete = true;
    build.timeline.threads[a.index()].cpuNs = 4'000'000'000;
    answers = answersOf(build.timeline);
    std::vector<std::string> heads;
    for (const Answer& each : answers)
        if (each.topic == Topic::hotFunction) heads.push_back(each.head);
    EXPECT_EQ(heads, (std::vector<std::string>{"75 % of the processor time in user space is spent in `spin` itself",
                                               "75 % of the processor time goes to the kernel"}));
    samples.resize(10);
    EXPECT_FALSE(find(answersOf(build.timeline), Topic::hotFunction)) << "ten samples tell nothing";
}

TEST(Answers, AFunctionThatOnlyWaitsIsNotTheHottest) {
    TimelineBuilder build(1'000'000);
    ThreadId a = build.thread("a");
    build.call(a, "take", 0, 0, 700'000);
    build.call(a, "work", 0, 700'000, 900'000);
    std::vector<Answer> answers = answersOf(build.timeline);
    ASSERT_TRUE(find(answers, Topic::hotFunction));
    EXPECT_EQ(find(answers, Topic::hotFunction)->head, "Most time inside one function: `take` with 700 µs");
    build.wait(a, WaitKind::sleep, 0, 600'000).stack = build.stack(std::vector<std::string>{"nanosleep", "take"});
    answers = answersOf(build.timeline);
    EXPECT_EQ(find(answers, Topic::hotFunction)->head, "Most time inside one function: `work` with 200 µs");
    EXPECT_EQ(find(answers, Topic::hotFunction)->detail, "1 call, 200 µs with all they call.");
}

TEST(Answers, SayWhenThereAreTooFewProcessors) {
    TimelineBuilder build(1'000'000'000);
    for (const char* name : {"a", "b", "c", "d"}) build.thread(name);
    EXPECT_FALSE(find(answersOf(build.timeline), Topic::fewCores)) << "how many there are is not known";
    build.timeline.processors = 2;
    std::vector<Answer> answers = answersOf(build.timeline);
    ASSERT_TRUE(find(answers, Topic::fewCores));
    EXPECT_EQ(find(answers, Topic::fewCores)->head, "4.0 threads want to run on average, on 2 processors");
    build.timeline.processors = 4;
    EXPECT_FALSE(find(answersOf(build.timeline), Topic::fewCores));
}

TEST(Answers, SayThatALockIsHeldInInputOrOutput) {
    TimelineBuilder build(1'000'000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mu = build.lock("mu");
    build.hold(a, mu, 0, 900'000);
    Wait& io = build.wait(a, WaitKind::io, 100'000, 800'000);
    io.io = IoKind::syncing;
    io.stack = build.stack("flush");
    build.wait(b, mu, 50'000, 900'000);
    std::vector<Answer> answers = answersOf(build.timeline);
    const Answer* held = find(answers, Topic::heldWhileWaiting);
    ASSERT_TRUE(held);
    EXPECT_EQ(held->head, "`mu` is held by a thread that stands in input or output, in `flush`");
}

TEST(Answers, AddUpWhatManyLocksCost) {
    TimelineBuilder build(1'000'000);
    ThreadId a = build.thread("a");
    for (int64_t i = 0; i < 10; ++i)
        build.wait(a, build.lock("mu" + std::to_string(i)), i * 100'000, i * 100'000 + 20'000);
    std::vector<Answer> answers = answersOf(build.timeline);
    EXPECT_FALSE(find(answers, Topic::healthy));
    EXPECT_EQ(answers.back().topic, Topic::lockContention);
    bool isSaid = std::any_of(answers.begin(), answers.end(), [](const Answer& answer) {
        return answer.head == "20 % of busy thread time waits for locks, for none of them alone much";
    });
    EXPECT_TRUE(isSaid);
}

TEST(Answers, TellWaitingForTheWorldFromWaitingForEachOther) {
    TimelineBuilder build(1'000'000'000);
    ThreadId a = build.thread("server"), b = build.thread("other");
    for (ThreadId thread : {a, b}) {
        Wait& wait = build.wait(thread, WaitKind::io, 0, thread == a ? 900'000'000 : 500'000'000);
        wait.io = IoKind::polling;
        wait.stack = build.stack("loop");
    }
    std::vector<Answer> answers = answersOf(build.timeline);
    const Answer* io = find(answers, Topic::inputOutput);
    ASSERT_TRUE(io);
    EXPECT_EQ(io->head, "70 % of thread time is input and output, mostly waiting until files or sockets are ready");
    EXPECT_THAT(io->detail, HasSubstr("Longest in `server`, 900 ms; mostly in `loop`"));
    for (Thread& thread : build.timeline.threads) thread.waits[0].kind = WaitKind::sleep;
    EXPECT_FALSE(find(answersOf(build.timeline), Topic::inputOutput));
}

// Two threads; one waits half of the time for the other, which sleeps in it for a part.
TEST(Answers, SayWhichLockCostsHowMuchAndWhy) {
    TimelineBuilder build(1'000'000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mu = build.lock("mu");
    build.hold(a, mu, 0, 500'000, build.stack("flush", "src/io.cc", 88));
    build.wait(a, WaitKind::sleep, 100'000, 400'000).stack = build.stack("nap", "src/io.cc", 90);
    build.wait(b, mu, 0, 500'000);
    build.hold(b, mu, 500'000, 600'000, {}, true);
    std::vector<Answer> answers = answersOf(build.timeline);
    const Answer* lock = find(answers, Topic::lockContention);
    ASSERT_TRUE(lock);
    // Busy: a ran 700 µs, b ran 500 µs and waited 500 µs.
    EXPECT_EQ(lock->head, "29 % of busy thread time waits for `mu`, mostly held by `flush` (io.cc:88)");
    EXPECT_THAT(lock->detail, StartsWith("1 of 2 acquisitions had to wait (50 %), 500 µs in all, the longest 500 µs."));
    EXPECT_EQ(lock->weight, Weight::costly);
    const Answer* held = find(answers, Topic::heldWhileWaiting);
    ASSERT_TRUE(held);
    EXPECT_EQ(held->head, "`mu` is held by a thread that sleeps, in `nap` (io.cc:90)");
    EXPECT_THAT(held->detail, HasSubstr("300 µs"));
}

TEST(Answers, PredictDeadlocks) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId x = build.lock("x"), y = build.lock("y");
    build.hold(a, x, 100, 200);
    build.hold(a, y, 120, 180);
    build.hold(b, y, 300, 400);
    build.hold(b, x, 320, 380);
    const std::vector<Answer> answers = answersOf(build.timeline);
    ASSERT_FALSE(answers.empty());
    EXPECT_EQ(answers[0].head, "Possible deadlock: 2 threads take `x` and `y` in opposite orders");
    EXPECT_EQ(answers[0].inversion, 0u);
}

// A summary's findings may be those that the recording itself shows.
TEST(Answers, SayWhatThreadSanitizerSaid) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    Summary summary = summarize(build.timeline);
    summary.findings.emplace_back();
    EXPECT_FALSE(find(answersFor(build.timeline, summary, analyse(build.timeline)), Topic::reported));
    TsanEvent race;
    race.thread = a;
    race.kind = "data-race";
    race.accesses = {{a, true, false, 64, 4, build.stack("f", "f.cc", 7)},
                     {a, false, false, 64, 4, build.stack("g", "g.cc", 8)}};
    build.timeline.tsan.push_back(race);
    const std::vector<Answer> answers = answersOf(build.timeline);
    const Answer* reported = find(answers, Topic::reported);
    ASSERT_TRUE(reported);
    EXPECT_THAT(reported->head, StartsWith("ThreadSanitizer reported 1 error: data race"));
    EXPECT_THAT(reported->detail, StartsWith("At f.cc:7. It is under Findings"));
}

TEST(Answers, TellThatWhoStarvesMayHaveGotNoProcessor) {
    TimelineBuilder build(1000);
    ThreadId greedy = build.thread("greedy"), also = build.thread("also"), poor = build.thread("poor");
    LockId mu = build.lock("mu");
    for (int i = 0; i < 20; ++i) build.hold(i % 2 ? greedy : also, mu, 20 * i, 20 * i + 15);
    build.wait(poor, mu, 5, 396);
    build.hold(poor, mu, 396, 400, {}, true);
    std::vector<Answer> answers = answersOf(build.timeline);
    ASSERT_TRUE(find(answers, Topic::starvation));
    EXPECT_THAT(find(answers, Topic::starvation)->detail, Not(HasSubstr("processor")));
    build.timeline.threads[poor.index()].queuedNs = 300;
    answers = answersOf(build.timeline);
    EXPECT_THAT(find(answers, Topic::starvation)->detail, HasSubstr("in the queue for a processor, for 300 ns"));
}

TEST(Answers, TakingALockCostsNoMoreThanAllOfTheTime) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    LockId mu = build.lock("mu");
    build.hold(a, mu, 0, 10);
    build.timeline.locks[0].acquisitions = 75;
    std::vector<Answer> answers = answersOf(build.timeline);
    const Answer* upkeep = find(answers, Topic::lockUpkeep);
    ASSERT_TRUE(upkeep);
    EXPECT_THAT(upkeep->head, HasSubstr("costs 90 % to 100 % of busy thread time"));
}

TEST(Answers, SayThatAllIsWellWhenItIs) {
    TimelineBuilder build(1000);
    build.thread("a");
    build.thread("b");
    std::vector<Answer> answers = answersOf(build.timeline);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].weight, Weight::good);
    EXPECT_EQ(answers[0].head, "No thread waits for a lock worth mentioning");
    EXPECT_TRUE(answersOf(Timeline()).empty());
}

TEST(Answers, AreMostPressingFirst) {
    test::GeneratorOptions options;
    options.deadlock = true;
    std::vector<Answer> answers = answersOf(test::generateTimeline(options));
    ASSERT_GT(answers.size(), 3u);
    EXPECT_EQ(answers[0].topic, Topic::deadlock);
    for (size_t i = 1; i < answers.size(); ++i)
        EXPECT_LE(std::pair(answers[i - 1].weight, -answers[i - 1].cost),
                  std::pair(answers[i].weight, -answers[i].cost));
}

}  // namespace
}  // namespace raddle::trace
