// ThreadTrack: one thread's events, in order, become its holds, waits, signals and calls. Ids in what it
// writes are those of the raw tables: LockId indexes `locks`, ObjectId `objects`, FunctionId `functions`.
// Never fails: what does not fit (a release without hold, an exit without call) is what lost events look
// like, and is left out. O(1) an event.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "trace/file/clock.h"
#include "trace/file/event_decoder.h"
#include "trace/read/raw_tables.h"
#include "trace/read/sampled_holds.h"
#include "trace/read/semaphore_locks.h"
#include "trace/read/survey.h"
#include "trace/read/tsan_events.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

// What the slots of the chunk being read stand for. Chunks follow each other in the same memory: what an
// earlier one defined is of another generation.
struct Dictionaries {
    struct Site {
        uint64_t address = 0;
        uint8_t kind = 0;
        uint32_t index = UINT32_MAX;  // in the raw table of its class …
        int64_t untilNs = -1;         // … until the address may be another object's
        StackId stack;
    };
    template <class T>
    struct Slots {
        struct Entry {
            uint32_t generation = 0;
            T value{};
        };
        std::vector<Entry> entries;
        void define(uint32_t slot, uint32_t now, T value) {
            if (slot >= entries.size()) entries.resize(slot + 1);
            entries[slot] = {now, value};
        }
        T* find(uint32_t slot, uint32_t now) {
            return slot < entries.size() && entries[slot].generation == now ? &entries[slot].value : nullptr;
        }
    };

    uint32_t generation = 0;
    Slots<Site> sites;
    Slots<uint32_t> functions;
    Slots<StackId> stacks;
};

// What the tracks of all threads fill together.
struct Draft {
    const Survey& survey;
    const TickClock& clock;
    Timeline timeline;  // threads in place; locks and objects grow with the raw tables
    RawStacks stacks;
    RawFunctions functions;
    RawObjects locks;
    RawObjects objects;
    Dictionaries dictionaries;
    std::vector<RawTsanEvent> tsan;
    struct SteppedDown {
        LockId lock;
        ObjectId object;       // when it is no lock
        SampledHolds samples;  // since then, that did not wait
    };
    std::map<std::pair<uint32_t, uint64_t>, SteppedDown> steppedDown;  // by thread serial and address
    struct KernelCounts {
        int64_t cpuNs = 0, queuedNs = 0;
    };
    std::map<std::pair<uint32_t, int64_t>, KernelCounts> countedBefore;  // by image and tid, where it ran before
    std::vector<SemaphoreTake> semaphoreTakes;
    uint64_t unknownSlots = 0;  // events that name a site, stack or function that was never defined
};

class ThreadTrack {
  public:
    // What the thread leaves open ends at `endNs`; locks that it still holds stay held until its image ends.
    ThreadTrack(Draft& draft, const SurveyedThread& thread, int64_t endNs, int64_t imageEndNs);

    // Dictionaries begin anew; `isGap` when events before the chunk are missing.
    void beginChunk(bool isGap);
    void take(const Event& event);
    void finish();

  private:
    using Site = Dictionaries::Site;

    struct OpenHold {
        uint32_t depth = 0;
        size_t hold = 0;           // in thread_.holds
        bool isStretched = false;  // by the recorder, which began a chunk meanwhile
    };
    struct OpenWait {
        size_t wait = 0;      // in thread_.waits
        int64_t nextNs = -1;  // of the thread's first event inside it or after it; -1: none
        uint64_t joined = 0;  // handle
    };

    void define(const Event& event);
    Site* siteOf(const Event& event);
    Site* siteIn(uint32_t slot, bool isUse = true);
    uint32_t objectIndex(Site& site);
    void initialised(const Site& site);
    StackId stackOf(uint32_t slot, StackId otherwise);

    void acquire(Site& site, LockMode mode, StackId stack, bool contended, bool tried = false);
    void release(Site& site);
    void beginHold(LockId lock, LockMode mode, StackId stack, bool contended, bool retaken, bool tried = false);
    void endHold(std::unordered_map<uint32_t, OpenHold>::iterator open);
    Draft::KernelCounts countedBefore(const Event& event) const;
    void ofAlive(const Event& event, int64_t Thread::* of, int64_t beforeNs);
    void tryFailed(Site& site);
    void stepDown(Site& site);
    void releaseWaited(Site& site);
    void sample(const Hold& hold);

    OpenWait& beginWait(Wait wait);
    void lockWait(const Event& event, LockMode mode);
    void conditionWait(const Event& event);
    void objectWait(const Event& event, WaitKind kind);
    void joinWait(const Event& event);
    void ioWait(const Event& event);
    void endWait(uint64_t status);
    void breakWait(OpenWait& open, int64_t atNs, bool finished);
    void takeSemaphore(Site& site);
    void signal(Site& site, bool broadcast);

    void beginRegion(const Event& event);
    void sampled(const Event& event);
    void enter(uint32_t slot);
    void leave(uint64_t count);
    void loseTrack();
    void nameThread(const Event& event);
    void created(const Event& event);

    Draft& draft_;
    Dictionaries& slots_;
    const SurveyedThread& surveyed_;
    Thread& thread_;
    int64_t endNs_;
    int64_t imageEndNs_;
    int64_t nowNs_ = 0;
    Site lastSite_;  // that of the last event with one, which a definition may have replaced since
    std::unordered_map<uint32_t, OpenHold> held_;                // by lock
    std::unordered_map<uint32_t, Draft::SteppedDown*> counted_;  // locks that this thread stepped down …
    std::unordered_map<uint32_t, Draft::SteppedDown*> paused_;   // … and those that it writes again
    std::vector<OpenWait> waits_;                                // innermost last
    std::vector<size_t> regions_;                                // in thread_.regions, innermost last
    std::vector<size_t> calls_;                                  // in thread_.calls, innermost last
};

}  // namespace raddle::trace
