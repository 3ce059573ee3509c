#include <gtest/gtest.h>

#include <QAbstractItemModelTester>

#include "gui/models/answers/answers.h"
#include "gui/models/base/format.h"
#include "gui/models/recording/function_stats.h"
#include "gui/models/recording/sampled_neighbours.h"
#include "gui/models/tables/tables.h"
#include "tests/gui/wait_for.h"
#include "tests/support/timeline_builder.h"
#include "tests/support/timeline_generator.h"

namespace raddle::gui {
namespace {

using test::TimelineBuilder;
using trace::LockId;
using trace::ThreadId;

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::Fatal;

std::string plain(QString text) {
    return text.replace(QChar(0xA0), ' ').replace(QChar(0x202F), '\'').toStdString();
}

Finding makeFinding(Property property, Evidence evidence, const char* message) {
    Finding finding;
    finding.rule = "race-unprotected-access";
    finding.property = property;
    finding.evidence = evidence;
    finding.message = message;
    finding.locations.push_back({{"/src/a.cc", 3, 1}, "f", "write"});
    return finding;
}

TEST(Format, DurationsHaveThreeDigitsAndAUnit) {
    EXPECT_EQ(plain(durationText(0)), "0");
    EXPECT_EQ(plain(durationText(812)), "812 ns");
    EXPECT_EQ(plain(durationText(12'345)), "12.3 µs");
    EXPECT_EQ(plain(durationText(999'600)), "1.00 ms");
    EXPECT_EQ(plain(durationText(1'234'000'000)), "1.23 s");
    EXPECT_EQ(plain(durationText(125'000'000'000)), "2 min 05 s");
    EXPECT_EQ(plain(durationText(3'900'000'000'000)), "1 h 05 min");
}

TEST(Format, CountsAndShares) {
    EXPECT_EQ(plain(countText(999)), "999");
    EXPECT_EQ(plain(countText(12'345)), "12'345");
    EXPECT_EQ(plain(countText(1'240'000)), "1.24 M");
    EXPECT_EQ(plain(percentText(0.004)), "<1 %");
    EXPECT_EQ(plain(percentText(0.38)), "38 %");
    EXPECT_EQ(plain(percentText(0.999)), ">99 %");
    EXPECT_EQ(plain(plural(1, "wait", "waits")), "1 wait");
}

TEST(Format, FunctionNamesAreShort) {
    EXPECT_EQ(plain(shortFunction("Queue::push(Item)")), "Queue::push");
    EXPECT_EQ(plain(shortFunction("void std::__invoke_impl<void, void (*)()>(std::__invoke_other, void (*&&)())")),
              "std::__invoke_impl<…>");
    EXPECT_EQ(plain(shortFunction("(anonymous namespace)::work(int)")), "(anonymous)::work");
    EXPECT_EQ(plain(shortFunction("Pool::start()::{lambda(int)#1}::operator()(int) const")),
              "Pool::start::λ::operator()");
    EXPECT_EQ(plain(shortFunction("operator<<(std::ostream&, A)")), "operator<<");
    EXPECT_EQ(plain(shortFunction("decltype ((f<std::less<T> >)(0)) std::operator<=> <char, T>(A const&, B)")),
              "std::operator<=><…>");
    EXPECT_EQ(plain(shortFunction("bool operator< <int>(A, B)")), "operator<<…>");
    EXPECT_EQ(plain(shortFunction("bool std::operator==<char, T<char> >(A, B)")), "std::operator==<…>");
    EXPECT_EQ(plain(shortFunction("main")), "main");
    EXPECT_EQ(plain(shortFunction("0x77a9")), "0x77a9");
    EXPECT_EQ(plain(shortFunction("broken<(")), "broken<…>");
    EXPECT_EQ(plain(shortFunction("")), "");
}

TEST(Tables, KeepTheRulesOfModels) {
    Session session;
    LockTable locks(session);
    FunctionTable functions(session);
    FindingTable findings(session);
    QAbstractItemModelTester locksTester(&locks, kFatal), functionsTester(&functions, kFatal),
        findingsTester(&findings, kFatal);
    TableFilter filter;
    filter.setSourceModel(&locks);
    QAbstractItemModelTester filterTester(&filter, kFatal);
    EXPECT_EQ(locks.rowCount(), 0);

    session.add(makeRecording("a", test::generateTimeline({})));
    Report report;
    report.findings = {makeFinding(Property::race, Evidence::likely, "first"),
                       makeFinding(Property::race, Evidence::definite, "second")};
    session.add(ScanReport{"r.json", report});
    EXPECT_EQ(locks.rowCount(), 5);
    EXPECT_EQ(functions.rowCount(), 10);
    EXPECT_EQ(findings.rowCount(), 2);
    EXPECT_TRUE(functions.hasCalls());

    session.add(makeRecording("b", test::generateTimeline({.locks = 3, .calls = false})));
    session.show(1);
    EXPECT_EQ(locks.rowCount(), 3);
    EXPECT_FALSE(functions.hasCalls());
    EXPECT_GT(functions.rowCount(), 0) << "functions that waited are listed without instrumentation";
}

TEST(Tables, LocksTellTheUsualFromTheUnluckyAndWhereThreadsQueue) {
    TimelineBuilder build(100'000'000);
    ThreadId a = build.thread("a"), b = build.thread("b"), c = build.thread("c");
    LockId mu = build.lock("mu");
    // Each release finds the two others waiting: the queue does not empty.
    std::vector<ThreadId> order{a, b, c};
    for (int64_t i = 0; i < 60; ++i) {
        int64_t at = 1'000'000 * i;
        ThreadId thread = order[static_cast<size_t>(i % 3)];
        build.wait(thread, mu, std::max<int64_t>(at - 2'000'000, 0), at + 1000).blocker =
            order[static_cast<size_t>((i + 2) % 3)];
        build.hold(thread, mu, at + 1000, at + 1'000'000, {}, true);
    }
    Session session;
    session.add(makeRecording("a", build.timeline));
    LockTable locks(session);
    auto text = [&](int column) { return plain(locks.index(0, column).data().toString()); };
    EXPECT_EQ(text(LockTable::P99Hold), "…") << "worked out in the background";
    ASSERT_TRUE(test::waitFor([&] { return session.insight() != nullptr; }));
    EXPECT_EQ(text(LockTable::Kind), "mutex · convoy");
    EXPECT_EQ(text(LockTable::MedianHold), "999 µs");
    EXPECT_EQ(text(LockTable::P99Hold), "999 µs");
    EXPECT_EQ(text(LockTable::P99Wait), "2.00 ms");
}

TEST(Tables, FunctionsHaveProcessorTimeFromSamples) {
    TimelineBuilder build(10'000'000);
    ThreadId a = build.thread("a");
    trace::StackId stack = build.stack(std::vector<std::string>{"inner", "outer"});
    build.timeline.threads[a.index()].samples = {{1'000'000, 4'000'000, stack}, {5'000'000, 4'000'000, stack}};
    Session session;
    session.add(makeRecording("a", build.timeline));
    FunctionTable functions(session);
    ASSERT_TRUE(functions.hasSamples());
    ASSERT_EQ(functions.rowCount(), 2);
    EXPECT_EQ(plain(functions.index(0, FunctionTable::OnCpu).data().toString()), "8.00 ms · 100 %");
    EXPECT_EQ(plain(functions.index(1, FunctionTable::OnCpu).data().toString()), "–");
    EXPECT_EQ(plain(functions.index(1, FunctionTable::OnCpuWithCallees).data().toString()), "8.00 ms · 100 %");
}

TEST(Tables, FindingsSayWhetherTheyAreNew) {
    Report report;
    report.findings = {makeFinding(Property::race, Evidence::likely, "first"),
                       makeFinding(Property::race, Evidence::definite, "second"),
                       makeFinding(Property::race, Evidence::definite, "third")};
    report.findings[0].novelty = Novelty::fresh;
    report.findings[1].suppression = Suppression{Suppression::By::comment, "benign", {}};
    Session session;
    session.add(ScanReport{"r.json", report});
    FindingTable findings(session);
    EXPECT_EQ(plain(findings.index(0, FindingTable::Status).data().toString()), "new");
    EXPECT_EQ(plain(findings.index(1, FindingTable::Status).data().toString()), "suppressed: benign");
    EXPECT_EQ(plain(findings.index(2, FindingTable::Status).data().toString()), "");
}

TEST(Tables, SortByNumberAndFilterByText) {
    Session session;
    session.add(makeRecording("a", test::generateTimeline({})));
    LockTable locks(session);
    TableFilter filter;
    filter.setSourceModel(&locks);
    filter.sort(LockTable::Acquisitions, Qt::AscendingOrder);
    double last = -1;
    for (int row = 0; row < filter.rowCount(); ++row) {
        double count = filter.index(row, LockTable::Acquisitions).data(TableModel::SortRole).toDouble();
        EXPECT_GE(count, last);
        last = count;
    }
    EXPECT_EQ(filter.headerData(LockTable::Acquisitions, Qt::Horizontal, Qt::DisplayRole).toString(), "Acquisitions ▴");
    filter.setFilterFixedString("queue::MU");
    ASSERT_EQ(filter.rowCount(), 1);
    EXPECT_EQ(filter.index(0, LockTable::Name).data().toString(), "Queue::mu_");
    EXPECT_TRUE(filter.index(0, LockTable::Wait).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
    EXPECT_TRUE(filter.indexOf(0).isValid());
    EXPECT_FALSE(filter.indexOf(1).isValid());
}

TEST(LockDetailTest, SaysWhoMadeWhomWaitAndWhere) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b"), c = build.thread("c");
    LockId mu = build.lock("mu");
    trace::StackId holding = build.stack("flush", "io.cc", 88), waiting = build.stack("push", "queue.cc", 5);
    auto wait = [&](ThreadId who, int64_t begin, int64_t end, ThreadId blocker, trace::StackId blockerStack) {
        trace::Wait& w = build.wait(who, mu, begin, end);
        w.blocker = blocker;
        w.stack = waiting;
        w.blockerStack = blockerStack;
    };
    wait(b, 100, 400, a, holding);
    wait(c, 100, 200, a, holding);
    wait(b, 500, 550, {}, {});
    TimelineIndex index = buildIndex(build.timeline);
    LockDetail detail = lockDetail(build.timeline, index.locks[0], 0, 1000);
    EXPECT_EQ(detail.waiters, (std::vector{b, c}));
    EXPECT_EQ(detail.holders, (std::vector{a, ThreadId()}));
    EXPECT_EQ(detail.cell(0, 0), 300);
    EXPECT_EQ(detail.cell(0, 1), 50);
    EXPECT_EQ(detail.cell(1, 0), 100);
    ASSERT_EQ(detail.pairs.size(), 2u);
    EXPECT_EQ(detail.pairs[0].waitNs, 400);
    EXPECT_EQ(detail.pairs[0].maxNs, 300);
    EXPECT_EQ(lockDetail(build.timeline, index.locks[0], 150, 180).pairs[0].waitNs, 60) << "clipped to the range";
    EXPECT_EQ(mostlyHeldIn(build.timeline, 0, 1000)[0], holding);
}

TEST(FunctionStats, WaitsCountOncePerFunctionAndStack) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    trace::StackId stack = build.stack({"leaf", "recurse", "recurse", "main"});
    build.wait(a, build.lock("mu"), 100, 400).stack = stack;
    build.wait(a, trace::WaitKind::sleep, 500, 600).stack = stack;
    auto waits = [&](int64_t begin, const std::vector<trace::FunctionRow>& called = {}) {
        return functionWaits(build.timeline, stackWaits(build.timeline, begin, 1000), called);
    };
    trace::FunctionId recurse = build.function("recurse"), main = build.function("main");
    EXPECT_EQ(waits(0)[recurse.index()], (FunctionWaits{300, 100, 2}));
    EXPECT_EQ(waits(550)[recurse.index()], (FunctionWaits{0, 50, 1}));
    EXPECT_EQ(waits(0, {{main}, {recurse}})[recurse.index()], (FunctionWaits{300, 100, 2, 300, 100}));
    EXPECT_EQ(waits(0, {{main}, {recurse}})[main.index()], (FunctionWaits{300, 100, 2}));
}

TEST(FunctionTable, TellsRunningFromWaitingInsideAFunction) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    build.call(a, "work", 0, 0, 900);
    build.call(a, "take", 1, 100, 400);
    build.wait(a, build.lock("mu"), 150, 350).stack = build.stack({"lock", "take", "work"});
    Session session;
    session.add(makeRecording("x", build.timeline));
    FunctionTable table(session);
    auto at = [&](const char* name, int column) {
        for (int row = 0; row < table.rowCount(); ++row)
            if (table.index(row, FunctionTable::Name).data() == QLatin1String(name))
                return table.index(row, column).data(TableModel::SortRole).toDouble();
        return -1.0;
    };
    EXPECT_EQ(at("work", FunctionTable::Running), 600);
    EXPECT_EQ(at("take", FunctionTable::Self), 300);
    EXPECT_EQ(at("take", FunctionTable::Running), 100);
}

TEST(FunctionStats, CallersAndCallees) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    build.call(a, "main", 0, 0, 900);
    build.call(a, "f", 1, 100, 300);
    build.call(a, "g", 2, 150, 200);
    build.call(a, "f", 1, 400, 500);
    Neighbours n = neighboursOf(build.timeline, build.function("f"), 0, 1000);
    ASSERT_EQ(n.callers.size(), 1u);
    EXPECT_EQ(n.callers[0], (Neighbour{build.function("main"), 2, 300}));
    ASSERT_EQ(n.callees.size(), 1u);
    EXPECT_EQ(n.callees[0], (Neighbour{build.function("g"), 1, 50}));
    // Calls that were only counted are as good as others, of all the time.
    build.timeline.threads[0].countedCalls = {{build.function("main"), build.function("f"), 40, 4, 80, 80},
                                              {build.function("f"), build.function("g"), 9, 1, 7, 7}};
    n = neighboursOf(build.timeline, build.function("f"), 0, 1000);
    EXPECT_EQ(n.callers[0], (Neighbour{build.function("main"), 42, 380}));
    EXPECT_EQ(n.callees[0], (Neighbour{build.function("g"), 10, 57}));
    EXPECT_EQ(neighboursOf(build.timeline, build.function("f"), 0, 500).callers[0].calls, 2u) << "when is not known";
}

TEST(FunctionStats, CallersAndCalleesFromSamples) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    trace::StackId leaf = build.stack({"leaf", "f", "main"}), deep = build.stack({"f", "f", "g", "main"}),
                   other = build.stack({"leaf", "g", "main"});
    build.timeline.threads[a.index()].samples = {{100, 10, leaf}, {200, 10, leaf}, {300, 5, deep}, {400, 50, other}};
    const trace::FunctionId f = build.function("f"), g = build.function("g"), top = build.function("main");
    Neighbours n = sampledNeighboursOf(build.timeline, f, 0, 1000);
    EXPECT_EQ(n.callers, (std::vector<Neighbour>{{top, 2, 20}, {f, 1, 5}, {g, 1, 5}}));
    EXPECT_EQ(n.callees, (std::vector<Neighbour>{{build.function("leaf"), 2, 20}, {f, 1, 5}}));
    n = sampledNeighboursOf(build.timeline, f, 150, 250);
    EXPECT_EQ(n.callers, (std::vector<Neighbour>{{top, 1, 10}}));
    EXPECT_EQ(sampledNeighboursOf(build.timeline, top, 0, 1000).callers, (std::vector<Neighbour>{{{}, 4, 75}}));
}

std::string headsOf(const std::vector<Answer>& answers) {
    std::string text;
    for (const Answer& answer : answers) text += plain(answer.head) + "\n";
    return text;
}

// Those of a session with this open, once all is worked out.
std::vector<Answer> answersOf(trace::Timeline timeline, Session& session) {
    session.add(makeRecording("a", std::move(timeline)));
    test::waitFor([&] { return !session.loading(); });
    return answersFor(session);
}

std::vector<Answer> answersOf(trace::Timeline timeline) {
    Session session;
    return answersOf(std::move(timeline), session);
}

TEST(Answers, NameTheLockTheCostAndTheHolder) {
    TimelineBuilder build(1'000'000'000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mu = build.lock("Queue::mu_");
    trace::StackId holding = build.stack("flush", "io.cc", 88);
    build.hold(a, mu, 0, 800'000'000, holding);
    trace::Wait& wait = build.wait(b, mu, 40'000'000, 800'000'000);
    wait.blocker = a;
    wait.blockerStack = holding;
    build.hold(b, mu, 800'000'000, 900'000'000, {}, true);
    build.timeline.complete = true;
    for (trace::Thread& thread : build.timeline.threads) thread.exited = true;
    auto answers = answersOf(build.timeline);
    ASSERT_FALSE(answers.empty());
    EXPECT_EQ(plain(answers[0].head),
              "38 % of busy thread time waits for `Queue::mu_`, mostly held by `flush` (io.cc:88)");
    EXPECT_EQ(answers[0].page, Page::locks);
    EXPECT_EQ(answers[0].selection.lock, mu);
}

TEST(Answers, ADeadlockComesFirstAndLeadsToItsStories) {
    Session session;
    Report report;
    report.findings = {makeFinding(Property::race, Evidence::likely, "a race")};
    session.add(ScanReport{"r.json", report});
    auto answers = answersOf(test::generateTimeline({.jobsPerWorker = 50, .deadlock = true}), session);
    ASSERT_FALSE(answers.empty());
    EXPECT_EQ(plain(answers[0].head), "Deadlock: 2 threads wait for each other");
    EXPECT_EQ(answers[0].page, Page::findings);
    EXPECT_EQ(answers[0].selection.finding, 1u) << "after what the report says";
    EXPECT_NE(headsOf(answers).find("1 data race found in the code"), std::string::npos);
}

TEST(Answers, AQuietProgramIsSaidToBeQuiet) {
    TimelineBuilder build(1'000'000'000);
    build.hold(build.thread("a"), build.lock("mu"), 10, 20);
    build.timeline.complete = true;
    auto answers = answersOf(build.timeline);
    ASSERT_EQ(answers.size(), 1u) << headsOf(answers);
    EXPECT_EQ(answers[0].weight, trace::Weight::good);
    EXPECT_TRUE(answersFor(Session()).empty());
}

TEST(Answers, LossesAreSaid) {
    TimelineBuilder build(1000);
    build.thread("a");
    build.timeline.droppedEvents = 17;
    EXPECT_NE(headsOf(answersOf(build.timeline)).find("17 events could not be recorded"), std::string::npos);
}

}  // namespace
}  // namespace raddle::gui
