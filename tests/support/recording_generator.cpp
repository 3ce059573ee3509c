#include "tests/support/recording_generator.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "tests/support/recording_writer.h"

namespace raddle::test {
namespace {

using namespace trace;

constexpr uint64_t kCode = 0x400000, kHandles = 0x7f0000100000;
constexpr size_t kEventsPerChunk = 8000;

// What of one thread comes first at one time.
enum class Rank : uint8_t { release, leave, waitEnds, enter, acquire, waitBegins };

struct Mark {
    int64_t atNs;
    Rank rank;
    uint32_t index;

    // Of calls the outer one is entered first and left last.
    auto key() const { return std::tuple(atNs, rank, rank == Rank::leave ? ~index : index); }
};

class Encoder {
  public:
    explicit Encoder(const Timeline& timeline) : timeline_(timeline) {}

    std::string run() {
        for (uint32_t t = 0; t < timeline_.threads.size(); ++t) thread(t);
        if (timeline_.complete) writer_.end(timeline_.durationNs);
        return writer_.bytes();
    }

  private:
    uint64_t lockAddress(LockId id) const { return timeline_.locks[id.index()].address; }

    Frames framesOf(StackId id) const {
        Frames out;
        if (id.index() < timeline_.stacks.size())
            for (const Frame& frame : timeline_.stacks[id.index()].frames)
                out.push_back(kCode + 256 * (frame.function.value + 1) + frame.at.line % 200);
        if (out.empty()) out.push_back(kCode + 1);
        return out;
    }

    void startChunk(uint32_t t) {
        const Thread& thread = timeline_.threads[t];
        chunk_ = &writer_.chunk(1, t + 1, 100, static_cast<uint32_t>(thread.tid));
        sites_.clear();
        stacks_.clear();
        functions_.clear();
        written_ = 0;
    }

    uint32_t site(uint64_t object, uint8_t kind, StackId stack) {
        auto [it, isNew] = sites_.try_emplace({object, stack}, static_cast<uint32_t>(sites_.size()));
        if (isNew) chunk_->define(kRaddleDefineSite, it->second, uint64_t{kind}, object, framesOf(stack));
        return it->second;
    }

    uint32_t lockSite(LockId id, StackId stack) {
        bool isShared = timeline_.locks[id.index()].kind == LockKind::rwlock;
        return site(lockAddress(id), isShared ? kRaddleRwLock : kRaddleMutex, stack);
    }

    uint32_t stack(StackId id) {
        auto [it, isNew] = stacks_.try_emplace(id, static_cast<uint32_t>(stacks_.size()));
        if (isNew) chunk_->define(kRaddleDefineStack, it->second, framesOf(id));
        return it->second;
    }

    uint32_t function(FunctionId id) {
        auto [it, isNew] = functions_.try_emplace(id, static_cast<uint32_t>(functions_.size()));
        if (isNew) chunk_->define(kRaddleDefineFunction, it->second, kCode + 256 * (id.value + 1));
        return it->second;
    }

    void thread(uint32_t t) {
        const Thread& thread = timeline_.threads[t];
        startChunk(t);
        if (t == 0) {
            chunk_->event(kRaddleImageStart, 0, kRaddleStartedByExec, 100, 1, 0, 0, "/opt/server/bin/server", "/",
                          Strings{timeline_.command});
            chunk_->event(kRaddleModule, 0, 0, kCode, kCode + 0x100000, "", "/opt/server/bin/server");
        }
        uint64_t routine = thread.entry.valid() ? kCode + 256 * (thread.entry.value + 1) : 0;
        chunk_->event(kRaddleThreadStart, thread.beginNs, static_cast<uint64_t>(thread.tid),
                      thread.creator.valid() ? thread.creator.value + 1 : 0, routine, kHandles + t);
        if (!thread.name.empty()) chunk_->event(kRaddleThreadName, thread.beginNs, kHandles + t, thread.name);
        int64_t lastNs = thread.beginNs;
        for (const Mark& mark : marksOf(thread)) {
            if (written_ >= kEventsPerChunk) startChunk(t);
            lastNs = std::max(lastNs, mark.atNs);
            write(thread, mark, lastNs);
        }
        if (!thread.exited) return;
        chunk_->event(kRaddleThreadExit, std::max(lastNs, thread.endNs),
                      static_cast<uint64_t>(std::max<int64_t>(0, thread.cpuNs)));
        if (t == 0 && timeline_.complete) chunk_->event(kRaddleImageEnd, std::max(lastNs, thread.endNs), 0);
    }

    static std::vector<Mark> marksOf(const Thread& thread) {
        std::vector<Mark> marks;
        for (uint32_t i = 0; i < thread.calls.size(); ++i) {
            marks.push_back({thread.calls[i].beginNs, Rank::enter, i});
            if (thread.calls[i].finished) marks.push_back({thread.calls[i].endNs, Rank::leave, i});
        }
        for (uint32_t i = 0; i < thread.waits.size(); ++i) {
            marks.push_back({thread.waits[i].beginNs, Rank::waitBegins, i});
            if (thread.waits[i].finished) marks.push_back({thread.waits[i].endNs, Rank::waitEnds, i});
        }
        for (uint32_t i = 0; i < thread.holds.size(); ++i) {
            if (!thread.holds[i].contended) marks.push_back({thread.holds[i].beginNs, Rank::acquire, i});
            if (thread.holds[i].finished) marks.push_back({thread.holds[i].endNs, Rank::release, i});
        }
        std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.key() < b.key(); });
        return marks;
    }

    void write(const Thread& thread, const Mark& mark, int64_t atNs) {
        ++written_;
        switch (mark.rank) {
            case Rank::enter: {
                uint32_t slot = function(thread.calls[mark.index].function);
                chunk_->event(kRaddleEnter, atNs, slot);
                return;
            }
            case Rank::leave:
                chunk_->event(kRaddleExit, atNs);
                return;
            case Rank::acquire: {
                const Hold& hold = thread.holds[mark.index];
                uint32_t slot = lockSite(hold.lock, hold.stack);
                chunk_->event(hold.mode == LockMode::shared ? kRaddleAcquireShared : kRaddleAcquire, atNs, slot);
                return;
            }
            case Rank::release: {
                uint32_t slot = lockSite(thread.holds[mark.index].lock, thread.holds[mark.index].stack);
                chunk_->event(kRaddleRelease, atNs, slot);
                return;
            }
            case Rank::waitBegins:
                beginWait(thread.waits[mark.index], atNs);
                return;
            case Rank::waitEnds:
                endWait(thread.waits[mark.index], atNs);
        }
    }

    void beginWait(const Wait& wait, int64_t atNs) {
        uint32_t stackSlot = stack(wait.stack);
        if (wait.kind == WaitKind::lock) {
            uint32_t slot = lockSite(wait.lock, wait.stack);
            chunk_->event(wait.mode == LockMode::shared ? kRaddleLockWaitShared : kRaddleLockWait, atNs, slot,
                          stackSlot);
        } else if (wait.kind == WaitKind::condition) {
            uint32_t mutex = lockSite(wait.lock, wait.stack);
            uint32_t slot = site(timeline_.objects[wait.object.index()].address, kRaddleCondition, wait.stack);
            chunk_->event(kRaddleAcquire, atNs, mutex);
            chunk_->event(kRaddleConditionWait, atNs, slot, mutex, stackSlot);
        } else {
            chunk_->event(kRaddleJoinWait, atNs, kHandles + wait.blocker.value, stackSlot);
        }
    }

    void endWait(const Wait& wait, int64_t atNs) {
        chunk_->event(kRaddleWaitEnd, atNs, wait.succeeded ? 0 : 110);
        if (wait.kind != WaitKind::condition) return;
        uint32_t mutex = lockSite(wait.lock, wait.stack);
        chunk_->event(kRaddleRelease, atNs, mutex);
    }

    const Timeline& timeline_;
    RecordingWriter writer_;
    ChunkWriter* chunk_ = nullptr;
    size_t written_ = 0;
    std::map<std::pair<uint64_t, StackId>, uint32_t> sites_;
    std::map<StackId, uint32_t> stacks_;
    std::map<FunctionId, uint32_t> functions_;
};

}  // namespace

GeneratorOptions sized(uint64_t events, uint32_t workers, uint32_t locks) {
    constexpr uint64_t kEventsPerJob = 11;
    GeneratorOptions options;
    options.workers = std::max(1u, workers);
    options.locks = std::max(1u, locks);
    options.jobsPerWorker = static_cast<uint32_t>(std::max<uint64_t>(1, events / kEventsPerJob / options.workers));
    return options;
}

std::string recordingOf(const Timeline& timeline) {
    return Encoder(timeline).run();
}

}  // namespace raddle::test
