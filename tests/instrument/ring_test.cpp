#include <gtest/gtest.h>

#include "tests/instrument/run.h"

namespace raddle::test {
namespace {

Recording recordLast(const std::vector<std::string>& options, const std::vector<std::string>& command) {
    const TemporaryFolder folder;
    std::vector<std::string> all = {raddle(), "record", "--exact", "-q", "-o", folder / "r"};
    all.insert(all.end(), options.begin(), options.end());
    all.push_back("--");
    all.insert(all.end(), command.begin(), command.end());
    EXPECT_EQ(run(all).status, 0);
    return decode(folder / "r");
}

double msBetween(const Recording& recording, uint64_t begin, uint64_t end) {
    return static_cast<double>(end - begin) * recording.ticksToNs() / 1e6;
}

// The end is there to the last event, the start of the image too; between them old chunks were written over.
TEST(Ring, KeepsTheLastPart) {
    const Recording recording = recordLast({"--last", "10ms"}, {subject("processes"), "locks-a-lot"});
    ASSERT_EQ(recording.threads.size(), 1u);
    const DecodedThread& main = recording.threads.at(1);
    EXPECT_EQ(main.events.front().op, kRaddleImageStart);
    EXPECT_GE(main.count(kRaddleModule), 3u);
    EXPECT_EQ(main.events.back().op, kRaddleImageEnd);
    EXPECT_EQ(recording.header.droppedEvents, 0u);
    const auto releases = main.all(kRaddleRelease);
    EXPECT_LT(releases.size(), 2000000u);
    EXPECT_GE(msBetween(recording, main.all(kRaddleThreadGoesOn)[0].ticks, main.events.back().ticks), 10);
    // What was kept is without a gap: half of its events are the releases of the other half.
    const auto acquisitions = main.all(kRaddleAcquire);
    EXPECT_NEAR(static_cast<double>(acquisitions.size()), static_cast<double>(releases.size()), 4);
}

TEST(Ring, GoesOnInTheGivenSize) {
    const Recording recording = recordLast({"--last", "10min", "-m", "1mb"}, {subject("processes"), "locks-a-lot"});
    EXPECT_LE(recording.fileSize, 1u << 20);
    EXPECT_EQ(recording.header.droppedEvents, 0u);
    EXPECT_EQ(recording.header.stopped, static_cast<uint32_t>(kRaddleNotStopped));
    EXPECT_GT(recording.count(kRaddleRelease), 100000u);
    EXPECT_EQ(recording.count(kRaddleImageEnd), 1u);
}

TEST(Ring, ThreadsThatEndedGiveTheirSpace) {
    const Recording all = recordLast({}, {subject("threads"), "thousands"});
    const Recording last = recordLast({"--last", "1ms"}, {subject("threads"), "thousands"});
    EXPECT_EQ(all.threads.size(), 4001u);
    EXPECT_LT(last.threads.size(), all.threads.size());
    EXPECT_LT(last.fileSize, all.fileSize);
    EXPECT_EQ(last.header.droppedEvents, 0u);
}

TEST(Ring, ForkedProcessesHaveRingsOfTheirOwn) {
    const Recording recording = recordLast({"--last", "1ms"}, {subject("processes"), "forks"});
    EXPECT_EQ(recording.count(kRaddleImageStart), recording.header.nextImage - 1u);
    EXPECT_EQ(recording.header.droppedEvents, 0u);
}

TEST(Ring, RefusesWhatIsNoTime) {
    EXPECT_EQ(run({raddle(), "record", "--last", "30", "--", "true"}).status, 2);
    EXPECT_EQ(run({raddle(), "record", "--last", "fast", "--", "true"}).status, 2);
}

}  // namespace
}  // namespace raddle::test
