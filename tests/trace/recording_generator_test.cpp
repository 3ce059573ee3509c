#include "tests/support/recording_generator.h"

#include <gtest/gtest.h>

#include "tests/support/recording_writer.h"
#include "trace/read/reader.h"

namespace raddle::trace {
namespace {

// What is written and read again is what was simulated.
TEST(RecordingGenerator, WritesWhatReadsAsItWasMade) {
    test::GeneratorOptions options = test::sized(20'000);
    Timeline made = test::generateTimeline(options);
    test::MemoryFile file(test::recordingOf(made));
    Result<Timeline> read = readRecording(file.path());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->complete);
    EXPECT_NEAR(static_cast<double>(read->events), 20'000, 3'000);
    ASSERT_EQ(read->threads.size(), made.threads.size());
    EXPECT_EQ(read->durationNs, made.durationNs);
    for (size_t t = 0; t < made.threads.size(); ++t) {
        const Thread &a = made.threads[t], &b = read->threads[t];
        EXPECT_EQ(b.name, a.name);
        ASSERT_EQ(b.calls.size(), a.calls.size()) << a.name;
        for (size_t i = 0; i < a.calls.size(); ++i) {
            EXPECT_EQ(b.calls[i].beginNs, a.calls[i].beginNs);
            EXPECT_EQ(b.calls[i].endNs, a.calls[i].endNs);
            EXPECT_EQ(b.calls[i].depth, a.calls[i].depth);
        }
        ASSERT_EQ(b.waits.size(), a.waits.size()) << a.name;
        size_t conditions = 0;
        for (size_t i = 0; i < a.waits.size(); ++i) {
            EXPECT_EQ(b.waits[i].kind, a.waits[i].kind);
            EXPECT_EQ(b.waits[i].beginNs, a.waits[i].beginNs);
            EXPECT_EQ(b.waits[i].endNs, a.waits[i].endNs);
            if (a.waits[i].kind == WaitKind::lock) EXPECT_TRUE(b.waits[i].blocker.valid()) << i;
            conditions += a.waits[i].kind == WaitKind::condition;
        }
        EXPECT_EQ(b.holds.size(), a.holds.size() + 2 * conditions) << "and the mutex around each condition wait";
    }
}

}  // namespace
}  // namespace raddle::trace
