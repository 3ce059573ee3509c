#include "gui/models/session/source_costs.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QDir>
#include <QTemporaryDir>

#include "core/support/file_system.h"
#include "gui/models/base/path_map.h"
#include "gui/models/tables/source_table.h"
#include "tests/support/timeline_builder.h"

namespace raddle::gui {
namespace {

using test::TimelineBuilder;
using trace::ThreadId;

int64_t of(const SourceTimes& times, SourceColumn column) {
    return times[static_cast<size_t>(column)];
}

class SourceCostsTest : public testing::Test {
  protected:
    SourceCostsTest() {
        // work (a.cc:5) calls push (b.cc:9), which waits for a lock that flush (c.cc:3) had taken.
        trace::StackId outer = build.stack("work", "a.cc", 5);
        trace::StackId inner = build.stack("push", "b.cc", 9);
        build.timeline.stacks[inner.index()].frames.push_back(build.timeline.stacks[outer.index()].frames[0]);
        trace::Wait& wait = build.wait(a, build.lock("mu"), 100, 400);
        wait.stack = inner;
        wait.blockerStack = build.stack("flush", "c.cc", 3);
        build.timeline.threads[a.index()].samples = {{50, 10, inner}, {60, 10, outer}};
        build.wait(b, trace::WaitKind::sleep, 0, 7).stack = outer;
    }

    TimelineBuilder build{1000};
    ThreadId a = build.thread("a"), b = build.thread("b");
};

TEST_F(SourceCostsTest, ALineCountsForWhatItCallsAndTheTopForItself) {
    SourceCosts costs = sourceCosts(build.timeline, {}, {});
    const LineCost& push = costs.at("b.cc").at(9);
    EXPECT_EQ(of(push.total, SourceColumn::cpu), 10);
    EXPECT_EQ(of(push.self, SourceColumn::lockWait), 300);
    const LineCost& work = costs.at("a.cc").at(5);
    EXPECT_EQ(of(work.total, SourceColumn::cpu), 20);
    EXPECT_EQ(of(work.self, SourceColumn::cpu), 10);
    EXPECT_EQ(of(work.total, SourceColumn::lockWait), 300);
    EXPECT_EQ(of(work.self, SourceColumn::lockWait), 0);
    EXPECT_EQ(of(work.self, SourceColumn::otherWait), 7);
    EXPECT_EQ(work.waits, 2u);
    EXPECT_EQ(of(costs.at("c.cc").at(3).self, SourceColumn::blocking), 300);
}

TEST_F(SourceCostsTest, FollowsTimeAndThreads) {
    SourceCosts costs = sourceCosts(build.timeline, {}, {TimeRange{150, 160}, {}});
    EXPECT_EQ(of(costs.at("b.cc").at(9).total, SourceColumn::lockWait), 10);
    EXPECT_EQ(of(costs.at("b.cc").at(9).total, SourceColumn::cpu), 0);
    costs = sourceCosts(build.timeline, {}, {std::nullopt, {b}});
    EXPECT_FALSE(costs.contains("b.cc"));
    EXPECT_EQ(of(costs.at("a.cc").at(5).total, SourceColumn::otherWait), 7);
}

TEST(FunctionCostsTest, AreOfTheFunctionsOwnLinesLibrariesToo) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    trace::FunctionId compare = build.function("memcmp"), find = build.function("find");
    build.timeline.functions[compare.index()] = {"memcmp", "/lib/libc.so.6", {"memcmp.S", 100, 0}};
    build.timeline.functions[find.index()].at = {"a.cc", 1, 0};
    auto stack = [&](uint32_t line) {
        build.timeline.stacks.push_back({{{compare, {"memcmp.S", line, 0}}, {find, {"a.cc", 5, 0}}}});
        return trace::StackId{static_cast<uint32_t>(build.timeline.stacks.size() - 1)};
    };
    build.timeline.threads[a.index()].samples = {{10, 4, stack(110)}, {20, 4, stack(120)}, {30, 4, stack(120)}};
    std::vector<StackCost> byStack = stackCosts(build.timeline, {});
    FileCosts costs = functionCosts(build.timeline, byStack, compare);
    ASSERT_EQ(costs.size(), 2u);
    EXPECT_EQ(costs.at(120).self[0], 8);
    costs = functionCosts(build.timeline, byStack, find);
    ASSERT_EQ(costs.size(), 1u);
    EXPECT_EQ(costs.at(5).total[0], 12);
    EXPECT_EQ(costs.at(5).self[0], 0);
    EXPECT_TRUE(functionCosts(build.timeline, byStack, {}).empty());
}

TEST_F(SourceCostsTest, FindingsStandOnTheirLinesOnce) {
    Finding finding;
    finding.locations = {{{"b.cc", 9, 1}, "push", "write"}, {{"d.cc", 1, 1}, "other", "write"}};
    finding.threads.push_back({"t", {}, {}, {{{"b.cc", 9, 1}, "push", ""}}});
    SourceCosts costs = sourceCosts(build.timeline, {finding}, {});
    EXPECT_EQ(costs.at("b.cc").at(9).findings, (std::vector<size_t>{0}));
    EXPECT_EQ(costs.at("d.cc").at(1).findings, (std::vector<size_t>{0}));
}

TEST_F(SourceCostsTest, TheTableSumsFilesAndKeepsQtsRules) {
    SourceTable table;
    QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::Fatal);
    table.show(sourceCosts(build.timeline, {}, {}));
    ASSERT_EQ(table.rowCount(), 3);
    uint32_t push = table.idOf("b.cc");
    EXPECT_EQ(table.index(static_cast<int>(push), SourceTable::LockWait).data().toString().toStdString(),
              "300\u00a0ns");
    EXPECT_EQ(table.idOf("none.cc"), UINT32_MAX);
    table.show({});
    EXPECT_EQ(table.rowCount(), 0);
}

TEST(PathMapTest, FindsSourcesThatHaveMoved) {
    QTemporaryDir dir;
    QDir(dir.path()).mkpath("project/src");
    QString here = dir.filePath("project/src/io.cc");
    ASSERT_TRUE(writeFile(here.toStdString(), "int x;").ok());
    PathMap map;
    EXPECT_EQ(map.find("/build/old/src/io.cc"), "");
    EXPECT_EQ(map.find(here.toStdString()), here) << "where it was compiled";
    EXPECT_FALSE(map.add(dir.filePath("none")));
    ASSERT_TRUE(map.add(dir.filePath("project")));
    EXPECT_EQ(map.find("/build/old/src/io.cc"), here) << "the end of the path, below the folder";
    EXPECT_EQ(map.find("/build/old/src/other.cc"), "");
    PathMap prefix;
    ASSERT_TRUE(prefix.add("/build/old=" + dir.filePath("project")));
    EXPECT_EQ(prefix.find("/build/old/src/io.cc"), here);
    EXPECT_EQ(prefix.find("/elsewhere/src/io.cc"), "");
}

}  // namespace
}  // namespace raddle::gui
