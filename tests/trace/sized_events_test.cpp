// Samples, regions, notes and ThreadSanitizer's reports of the hand-made recording.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/recording_sample.h"
#include "tests/support/recording_writer.h"
#include "trace/read/reader.h"
#include "trace/tables/summary.h"

namespace raddle::trace {
namespace {

TEST(SizedEvents, AreReadAndUnknownOnesPassedOver) {
    test::MemoryFile file(test::sampleRecording().bytes());
    Result<Timeline> timeline = readRecording(file.path());
    ASSERT_TRUE(timeline.ok());
    for (const std::string& note : timeline->notes) EXPECT_THAT(note, testing::Not(testing::HasSubstr("decoded")));
    EXPECT_THAT(timeline->notes, testing::Contains("ab"));
    const Thread& main = timeline->threads[0];
    ASSERT_EQ(main.samples.size(), 1u);
    EXPECT_EQ(main.samples[0].weightNs, 2);
    EXPECT_EQ(timeline->stacks[main.samples[0].stack.index()].frames.size(), 2u);
    ASSERT_EQ(main.regions.size(), 1u);
    EXPECT_EQ(main.regions[0].endNs - main.regions[0].beginNs, 1);
    ASSERT_EQ(timeline->tsan.size(), 1u);
    const TsanEvent& report = timeline->tsan[0];
    EXPECT_EQ(report.kind, "data-race");
    ASSERT_EQ(report.accesses.size(), 2u);
    EXPECT_TRUE(report.accesses[0].isWrite);
    EXPECT_EQ(report.accesses[0].thread, ThreadId{1}) << "by its kernel id";
    EXPECT_EQ(report.accesses[1].thread, ThreadId{0}) << "number 0 is the main thread";
    EXPECT_EQ(report.places[0].kind, "heap");
    ASSERT_EQ(report.mutexes.size(), 1u);
    EXPECT_TRUE(report.mutexes[0].lock.valid()) << "known by its address";
    ASSERT_EQ(summarize(*timeline).findings.size(), 1u);
    EXPECT_EQ(summarize(*timeline).findings[0].evidence, Evidence::confirmed);
}

}  // namespace
}  // namespace raddle::trace
