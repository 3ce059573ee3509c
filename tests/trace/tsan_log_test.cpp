#include "trace/tsan/tsan_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace raddle::tsan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kRace = R"(==================
WARNING: ThreadSanitizer: data race (pid=77)
  Write of size 4 at 0x55d0 by thread T2 (mutexes: write M0, read M3):
    #0 Queue::push(int) const /src/my project/queue.cpp:10:68 (prog+0xe78bd) (BuildId: c36d)
    #1 std::thread::_M_run() /usr/include/c++/12/bits/std_thread.h:210:13 (prog+0xe81b9)
    #2 <null> <null> (libstdc++.so.6+0xd44a2)

  Previous atomic read of size 8 at 0x55d0 by main thread:
    #0 main /src/main.cpp:5 (prog+0x1234)

  Location is heap block of size 48 at 0x55d0 allocated by main thread:
    #0 operator new(unsigned long) <null> (prog+0x55)
    #1 make() /src/main.cpp:3:9 (prog+0x66)

  Mutex M0 (0x5600) created at:
    #0 pthread_mutex_lock <null> (prog+0x64bfe)
    #1 Queue::lock() /src/my project/queue.cpp:4:2 (prog+0xe7)

  Thread T2 'pusher' (tid=79, running) created by main thread at:
    #0 pthread_create <null> (prog+0x62ef1)
    #1 main /src/main.cpp:4:15 (prog+0x777)

SUMMARY: ThreadSanitizer: data race /src/my project/queue.cpp:10:68 in Queue::push(int) const
==================
)";

TEST(TsanLog, ReadsARace) {
    std::vector<TsanReport> reports = readTsanLog(kRace);
    ASSERT_EQ(reports.size(), 1u);
    EXPECT_EQ(reports[0].kind, "data-race");
    EXPECT_EQ(reports[0].memory, "a heap block of 48 bytes");
    ASSERT_EQ(reports[0].stories.size(), 2u);
    const Story& later = reports[0].stories[0];
    EXPECT_EQ(later.deed, "write of 4 bytes");
    EXPECT_EQ(later.thread, "T2 pusher");
    EXPECT_THAT(later.locks, ElementsAre("M0", "M3"));
    EXPECT_EQ(later.spawnedAt, (SourceLocation{"/src/main.cpp", 4, 15}));
    ASSERT_EQ(later.stack.size(), 1u) << "the library's frames are left out";
    EXPECT_EQ(later.stack[0].function, "Queue::push(int) const");
    EXPECT_EQ(later.stack[0].at, (SourceLocation{"/src/my project/queue.cpp", 10, 68}));
    const Story& earlier = reports[0].stories[1];
    EXPECT_EQ(earlier.deed, "earlier atomic read of 8 bytes");
    EXPECT_EQ(earlier.thread, "main");
    EXPECT_EQ(earlier.stack[0].at, (SourceLocation{"/src/main.cpp", 5, 0}));
    EXPECT_THAT(reports[0].notes, ElementsAre("`M0` was first used at /src/my project/queue.cpp:4:2",
                                              "the block was allocated at /src/main.cpp:3:9"));
}

TEST(TsanLog, ReadsWhatOtherToolsPutPrefixesBefore) {
    std::string prefixed;
    std::string line;
    for (char c : std::string("noise\n") + kRace + "more noise\n") {
        line += c;
        if (c != '\n') continue;
        prefixed += "12: " + line;
        line.clear();
    }
    EXPECT_EQ(readTsanLog(prefixed), readTsanLog(kRace));
    EXPECT_EQ(readTsanLog(std::string(kRace) + kRace).size(), 2u);
}

TEST(TsanLog, ReadsALockOrderInversion) {
    std::vector<TsanReport> reports =
        readTsanLog(R"(WARNING: ThreadSanitizer: lock-order-inversion (potential deadlock) (pid=3)
  Cycle in lock order graph: M0 (0x10) => M1 (0x20) => M0

  Mutex M1 acquired here while holding mutex M0 in thread T3:
    #0 pthread_mutex_lock <null> (prog+0x64bfe)
    #1 one() /src/a.cpp:11:54 (prog+0x1)

  Mutex M0 acquired here while holding mutex M1 in main thread:
    #0 two() /src/a.cpp:12:54 (prog+0x2)
)");
    ASSERT_EQ(reports.size(), 1u);
    EXPECT_EQ(reports[0].memory, "`M0`, `M1`");
    ASSERT_EQ(reports[0].stories.size(), 2u);
    EXPECT_EQ(reports[0].stories[0].deed, "acquires `M1` holding `M0`");
    EXPECT_EQ(reports[0].stories[1].thread, "main");
    Finding finding = toFinding(reports[0]);
    EXPECT_EQ(finding.rule, "deadlock-lock-order");
    EXPECT_EQ(finding.evidence, Evidence::predicted);
    EXPECT_EQ(finding.locations[0].at.line, 11u);
}

TEST(TsanLog, EqualReportsAreOneFindingAndUnknownKindsANote) {
    std::vector<TsanReport> reports =
        readTsanLog(std::string(kRace) + kRace +
                    "WARNING: ThreadSanitizer: signal-unsafe call inside of a signal (pid=1)\n"
                    "    #0 malloc <null> (prog+0x1)\n    #1 handler(int) /src/s.cpp:7 (prog+0x2)\n");
    std::vector<std::string> notes;
    std::vector<Finding> findings = toFindings(reports, notes);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].why.back(), "it was reported 2 times");
    EXPECT_THAT(notes, ElementsAre(HasSubstr("signal-unsafe call inside of a signal in handler(int) (/src/s.cpp:7)")));
}

TEST(TsanLog, EveryBeginningOfALogIsRead) {
    const std::string log = kRace;
    for (size_t size = 0; size < log.size(); ++size) {
        std::vector<std::string> notes;
        toFindings(readTsanLog(log.substr(0, size)), notes);
    }
    EXPECT_TRUE(readTsanLog("nothing of interest\n").empty());
}

}  // namespace
}  // namespace raddle::tsan
