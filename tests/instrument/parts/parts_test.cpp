// The runtime's own threads' part: many threads write events into one file at once, with its code instrumented by a
// sanitizer. What they wrote is what is in the file.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "instrument/runtime/events/calls.h"
#include "instrument/runtime/events/governor.h"
#include "instrument/runtime/events/ring.h"
#include "tests/instrument/decode.h"

namespace raddle::rt {

// The lives of threads and processes are above these parts.
ThreadState* attachSelf() {
    return nullptr;
}
void beginForkedImage() {}

namespace {

// A recording as the launcher begins it.
std::string emptyRecording(uint32_t budget, uint32_t keepMs) {
    char path[] = "/tmp/raddle_parts.XXXXXX";
    const int fd = mkstemp(path);
    RaddleFileHeader header = {};
    memcpy(header.magic, RADDLE_FILE_MAGIC, 8);
    header.version = kRaddleVersion;
    header.headerSize = kRaddleHeaderSize;
    header.chunkHeaderSize = kRaddleChunkHeaderSize;
    header.clock = kRaddleClockMonotonic;
    header.startTicks = header.startMonotonicNs = monotonicNs();
    header.fileEnd = kRaddleHeaderSize;
    header.nextThread = header.nextImage = 1;
    header.budget = budget;
    header.keepMs = keepMs;
    EXPECT_EQ(write(fd, &header, sizeof header), static_cast<ssize_t>(sizeof header));
    close(fd);
    return path;
}

class Parts : public ::testing::Test {
  protected:
    void join(uint32_t budget, uint32_t keepMs = 0) {
        path_ = emptyRecording(budget, keepMs);
        ASSERT_TRUE(joinSession(path_.c_str()));
    }
    void TearDown() override {
        leaveSession();
        unlink(path_.c_str());
    }

    // What a thread of the program would do, from its begin to its end.
    template <class Work>
    static void asThread(Work work) {
        ThreadState* state = takeState();
        ASSERT_NE(state, nullptr);
        state->serial = nextThreadSerial();
        state->tid = static_cast<uint32_t>(gettid());
        state->live = true;
        if (state->at) beginChunk(state, state->at, static_cast<uint64_t>(state->end - state->at));
        work(state);
        cutChunk(state);
        releaseCounts(state);
        giveBackState(state);
    }

    template <class Work>
    static void inThreads(int count, Work work) {
        std::vector<std::thread> threads;
        for (int i = 0; i < count; ++i) threads.emplace_back([=] { asThread(work); });
        for (std::thread& thread : threads) thread.join();
    }

    test::Recording recorded() const { return test::decode(path_); }

    std::string path_;
};

void lockAndUnlock(ThreadState* state, int times) {
    unsigned seed = state->serial;
    for (int i = 0; i < times; ++i) {
        const uintptr_t object = 0x1000 + rand_r(&seed) % 700 * 64;
        const Site where = {object, 0x400000 + object, 0, kRaddleMutex};
        recordSite(state, kRaddleAcquire, now(), where);
        recordRelease(state, now(), where);
    }
}

TEST_F(Parts, ManyThreadsWriteOneFile) {
    constexpr int kThreads = 8, kRounds = 3, kTimes = 5000;
    join(0);
    for (int round = 0; round < kRounds; ++round)
        inThreads(kThreads, [](ThreadState* state) { lockAndUnlock(state, kTimes); });
    const test::Recording recording = recorded();
    EXPECT_EQ(recording.threads.size(), size_t{kThreads * kRounds});
    EXPECT_EQ(recording.count(kRaddleAcquire), size_t{kThreads * kRounds * kTimes});
    EXPECT_EQ(recording.count(kRaddleRelease), size_t{kThreads * kRounds * kTimes});
    EXPECT_EQ(recording.header.droppedEvents, 0u);
}

// A reader looks at the file while it grows: each whole event that it sees is right.
TEST_F(Parts, AReaderSeesWholeEventsOnly) {
    join(0);
    std::atomic<bool> isOver = false;
    std::thread reader([&] {
        size_t seen = 0;
        while (!isOver) {
            try {
                const size_t now = recorded().count(kRaddleAcquire);
                EXPECT_GE(now, seen);
                seen = now;
            } catch (const std::runtime_error& error) {
                // It was begun behind where the reader was, and one after that is before where it came to.
                EXPECT_STREQ(error.what(), "bad recording: missing chunk");
            }
        }
    });
    inThreads(4, [](ThreadState* state) { lockAndUnlock(state, 20000); });
    isOver = true;
    reader.join();
    EXPECT_EQ(recorded().count(kRaddleAcquire), 80000u);
}

TEST_F(Parts, RingsTakeOldRegionsAgain) {
    join(0, 1);
    inThreads(4, [](ThreadState* state) {
        for (int i = 0; i < 20; ++i) {
            lockAndUnlock(state, 2000);
            usleep(2000);
        }
    });
    EXPECT_LT(recorded().count(kRaddleAcquire), 4u * 20 * 2000);
}

TEST_F(Parts, CountedCallsAreExact) {
    join(1);
    inThreads(4, [](ThreadState* state) {
        // As the hooks do, of a function at 0x500000 that is called by nobody.
        uint64_t written = 0;
        constexpr uint64_t kCalls = 300000;
        for (uint64_t i = 0; i < kCalls; ++i) {
            if (state->callCounts && countCall(state, 0x500000, 0x400000, 64)) {
                endCounted(state, state->activations[0]);
                continue;
            }
            ++written;
            const uint64_t numbers[] = {0};
            recordNumbers(state, kRaddleUnwind, numbers, 1);
            tallyCall(state, 0x500000, 10);
        }
        uint64_t counted = 0;
        if (state->callCounts) counted = callRowIn(state->callCounts, 0, 0x500000)->calls;
        EXPECT_EQ(written + counted, kCalls);
    });
}

}  // namespace
}  // namespace raddle::rt
