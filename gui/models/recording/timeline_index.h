// TimelineIndex: a Timeline made ready to be drawn: for each thread its waits, holds and calls as span tracks,
// for each lock who held it and how many waited, and how many threads ran at a time. Built once after loading,
// off the GUI thread, in O(events log events); drawing only searches it. Times outside the recording and
// events that overlap where they cannot are cut to fit, so a damaged recording still draws.
#pragma once

#include <optional>

#include "gui/models/base/span_track.h"
#include "gui/models/base/theme.h"
#include "trace/timeline/timeline.h"

namespace raddle::gui {

// One wait or one hold, by its place in its thread's list.
struct EventRef {
    trace::ThreadId thread;
    uint32_t index = 0;

    auto operator<=>(const EventRef&) const = default;
};

// Categories of hold tracks.
inline constexpr uint8_t kHoldQuiet = 0;     // nobody waited meanwhile
inline constexpr uint8_t kHoldBlocking = 1;  // somebody waited for it

struct ThreadTracks {
    SpanTrack waits;                 // category: State; item: index into Thread::waits
    std::vector<SpanTrack> holds;    // lanes, so that nested holds lie under each other; item: into Thread::holds
    std::vector<SpanTrack> calls;    // by depth; category: hue of the function; item: into Thread::calls
    SpanTrack samples;               // each as long as it stands for; category: hue; item: into Thread::samples
    std::vector<SpanTrack> regions;  // OpenMP: parallel ones, then shares of work in them; item: into Thread::regions
};

struct LockTracks {
    SpanTrack held;     // exclusive holds, shared ones where no other is; item: into `holders`
    SpanTrack waiting;  // category: how many threads wait, at most kCategories - 1
    List<EventRef> holders;
    List<EventRef> waits;  // by begin
    uint32_t mostWaiting = 0;
};

struct TimelineIndex {
    std::vector<ThreadTracks> threads;
    std::vector<LockTracks> locks;
    List<EventRef> lockWaits;    // of all locks, by begin
    std::vector<float> running;  // threads that ran, mean over each of kRunningBuckets equal parts
    float mostRunning = 0;
    double meanRunning = 0;  // over the whole recording
};

inline constexpr size_t kRunningBuckets = 1024;

TimelineIndex buildIndex(const trace::Timeline& timeline);

// The state a wait puts its thread in.
State stateOf(trace::WaitKind kind);

// The hold of the wait's blocker that was in the way: of the same lock, and held when the wait began.
std::optional<EventRef> blockingHold(const trace::Timeline& timeline, const EventRef& wait);

// Everyone who held a lock while the wait for it lasted, in order of time, at most `most`: the queue it stood in.
std::vector<EventRef> holdsDuring(const trace::Timeline& timeline, const TimelineIndex& index, const EventRef& wait,
                                  size_t most);

// Time of [beginNs, endNs) a thread spends in each state; its life outside is not counted.
std::array<int64_t, kStates> stateTimes(const trace::Thread& thread, const ThreadTracks& tracks, int64_t beginNs,
                                        int64_t endNs);

// The element with this id, or null when the id is invalid or out of range.
template <class T, class Tag>
const T* lookup(const std::vector<T>& list, Id<Tag> id) {
    return id.index() < list.size() ? &list[id.index()] : nullptr;
}

}  // namespace raddle::gui
