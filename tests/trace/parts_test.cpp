#include "trace/timeline/parts.h"

#include <gtest/gtest.h>

#include "core/archive/archive.h"
#include "tests/support/timeline_builder.h"
#include "tests/support/timeline_generator.h"
#include "trace/tables/summary.h"

namespace raddle::trace {
namespace {

std::string bytesOf(const Summary& summary) {
    archive::Writer writer([](const char*, size_t) {});
    writer.put(summary);
    return writer.head();
}

size_t eventsOf(const Timeline& timeline) {
    return test::eventCount(timeline);
}

TEST(Parts, HaveTheSameTablesAsTheWhole) {
    Timeline whole = test::generateTimeline({.jobsPerWorker = 300});
    Parts parts(whole);
    int64_t end = whole.durationNs;
    for (auto [from, to] :
         {std::pair<int64_t, int64_t>{0, end}, {end / 3, end / 3 + end / 50}, {end / 2, end}, {end, end + 5}, {7, 8}}) {
        const Timeline& part = parts.between(from, to);
        EXPECT_EQ(bytesOf(summarize(part, from, to)), bytesOf(summarize(whole, from, to))) << from << " " << to;
    }
    EXPECT_LT(eventsOf(parts.between(end / 3, end / 3 + end / 50)), eventsOf(whole) / 10);
}

TEST(Parts, HaveWhatBeganLongBeforeThem) {
    test::TimelineBuilder build(1'000'000);
    ThreadId a = build.thread("a");
    LockId outer = build.lock("outer"), inner = build.lock("inner");
    build.hold(a, outer, 0, 1'000'000);
    for (int64_t ns = 10; ns < 900'000; ns += 10) build.hold(a, inner, ns, ns + 5);
    Parts parts(build.timeline);
    const List<Hold>& holds = parts.between(899'995, 950'000).threads[0].holds;
    ASSERT_EQ(holds.size(), 1u) << "those that ended are not there";
    EXPECT_EQ(holds[0].lock, outer);
    EXPECT_EQ(parts.between(500'000, 500'021).threads[0].holds.size(), 4u);
}

}  // namespace
}  // namespace raddle::trace
