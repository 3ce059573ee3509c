#include "trace/tables/call_tree.h"
#include "trace/exports/exports.h"
#include "trace/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"

namespace raddle::trace {
namespace {

std::string toFolded(const Timeline& timeline) {
    std::string out;
    auto append = [&](std::string_view text) {
        out += text;
        return true;
    };
    EXPECT_TRUE(exportTo(ExportFormat::folded, timeline, append, {}));
    return out;
}

using test::TimelineBuilder;
using testing::FieldsAre;

// Those of f are shared out among the places that called it, as often as each was entered; what they take is not g's
// own.
TEST(CallTree, HaveCountedCallsUnderTheirCallers) {
    TimelineBuilder build(1000);
    const ThreadId main = build.thread("main");
    build.call(main, "g", 0, 0, 100);
    build.call(main, "h", 0, 100, 400);
    build.call(main, "g", 1, 200, 300);
    const FunctionId g = build.function("g"), f = build.function("f"), deep = build.function("deep");
    build.timeline.threads[main.index()].countedCalls = {{f, deep, 8, 2, 16, 16}, {g, f, 20, 5, 60, 60}};
    EXPECT_EQ(toFolded(build.timeline),
              "main;g 70\nmain;g;f 22\nmain;g;f;deep 8\nmain;h 200\nmain;h;g 70\nmain;h;g;f 22\nmain;h;g;f;deep 8\n");
    EXPECT_TRUE(callTrees(build.timeline)[0].isEstimated);
    const Summary summary = summarize(build.timeline);
    for (const FunctionRow& row : summary.functions) {
        if (row.function == f) EXPECT_THAT(row, FieldsAre(f, 20u, 44, 60, 20u, true));
        if (row.function == g) EXPECT_THAT(row, FieldsAre(g, 2u, 140, 200, 0u, true));
    }
    // What is counted only is not known to be at a time.
    for (const FunctionRow& row : summarize(build.timeline, 0, 500).functions) EXPECT_NE(row.function, f);
}

TEST(CallTree, SelfAndCumulativeTimeOfCallsWithRecursion) {
    TimelineBuilder build(1000);
    ThreadId main = build.thread("main");
    build.call(main, "f", 0, 0, 100);
    build.call(main, "g", 1, 10, 40);
    build.call(main, "f", 2, 20, 30);
    build.call(main, "g", 1, 50, 60);
    std::vector<CallTree> trees = callTrees(build.timeline);
    ASSERT_EQ(trees.size(), 1u);
    EXPECT_EQ(trees[0].source, CallSource::calls);
    ASSERT_EQ(trees[0].nodes.size(), 3u);
    EXPECT_EQ(trees[0].nodes[0].cumulativeNs, 100);
    EXPECT_EQ(trees[0].nodes[0].selfNs, 60);
    EXPECT_EQ(trees[0].nodes[1].count, 2u);
    EXPECT_EQ(trees[0].nodes[1].cumulativeNs, 40);
    EXPECT_EQ(trees[0].nodes[1].selfNs, 30);
    std::vector<FunctionRow> rows = functionRows({&trees[0]});
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].calls, 2u) << "f";
    EXPECT_EQ(rows[0].cumulativeNs, 100) << "the inner activation is not counted twice";
    EXPECT_EQ(rows[0].selfNs, 70);
    EXPECT_EQ(toFolded(build.timeline), "main;f 60\nmain;f;g 30\nmain;f;g;f 10\n");
}

TEST(CallTree, SamplesOfThreadsOfOneNameAreOneInTheFlameGraph) {
    TimelineBuilder build(1000);
    StackId stack = build.stack(std::vector<std::string>{"leaf(int; char)", "main"});
    for (int i = 0; i < 2; ++i) {
        ThreadId thread = build.thread("pool");
        build.timeline.threads[thread.index()].samples = {{10, 5, stack}, {20, 5, stack}, {30, 5, StackId{}}};
    }
    EXPECT_EQ(toFolded(build.timeline), "pool;main;leaf() 20\n");
    std::vector<CallTree> trees = callTrees(build.timeline);
    ASSERT_EQ(trees.size(), 2u);
    EXPECT_EQ(trees[0].source, CallSource::samples);
    EXPECT_EQ(functionRows({&trees[0], &trees[1]})[0].calls, 4u);
}

TEST(CallTree, WhatSamplesDoNotSeeIsTheRestOfTheProcessorTime) {
    TimelineBuilder build(1000);
    StackId stack = build.stack("f");
    ThreadId a = build.thread("a"), b = build.thread("b");
    build.timeline.complete = true;
    build.timeline.threads[a.index()].cpuNs = 30;
    build.timeline.threads[a.index()].samples = {{10, 5, stack}, {20, 5, stack}};
    EXPECT_EQ(sampledTime(build.timeline).seenNs, 10);
    EXPECT_EQ(sampledTime(build.timeline).samples, 2u);
    EXPECT_EQ(sampledTime(build.timeline).unseenNs, -1) << "of the other thread it is not recorded";
    EXPECT_EQ(sampledTime(build.timeline, {a}).unseenNs, 20);
    build.timeline.threads[b.index()].cpuNs = 1;
    EXPECT_EQ(sampledTime(build.timeline).unseenNs, 21);
    build.timeline.isTail = true;
    EXPECT_EQ(sampledTime(build.timeline).unseenNs, -1) << "samples of the begin are gone";
}

TEST(CallTree, CallsGoBeforeSamplesInTheFlameGraph) {
    TimelineBuilder build(1000);
    ThreadId main = build.thread("main");
    build.call(main, "f", 0, 0, 100);
    build.timeline.threads[main.index()].samples = {{10, 5, build.stack("g")}};
    EXPECT_EQ(callTrees(build.timeline).size(), 2u);
    EXPECT_EQ(toFolded(build.timeline), "main;f 100\n");
}

TEST(CallTree, DeepRecursionIsCutInTheFlameGraphAndLosesNoTime) {
    constexpr int kDepth = 20000;
    TimelineBuilder build(2 * kDepth);
    ThreadId main = build.thread("main");
    for (int i = 0; i < kDepth; ++i) build.call(main, "f", static_cast<uint32_t>(i), i, 2 * kDepth - i);
    const std::string folded = toFolded(build.timeline);
    EXPECT_LT(folded.size(), 1'000'000u);
    int64_t sum = 0;
    for (size_t at = folded.find(' '); at != std::string::npos; at = folded.find(' ', at + 1))
        sum += std::stoll(folded.substr(at + 1));
    EXPECT_EQ(sum, 2 * kDepth);
}

}  // namespace
}  // namespace raddle::trace
