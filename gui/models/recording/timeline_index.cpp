#include "gui/models/recording/timeline_index.h"

#include <algorithm>
#include <utility>

#include "core/support/share_out.h"
#include "trace/analysis/stillness.h"
#include "trace/timeline/sites.h"

namespace raddle::gui {
namespace {

using trace::Hold;
using trace::Thread;
using trace::Timeline;
using trace::Wait;
using trace::WaitKind;

constexpr size_t kHoldLanes = 3;    // holds nested deeper share the last lane
constexpr size_t kCallDepths = 64;  // calls deeper than this are not drawn

Span clipped(int64_t beginNs, int64_t endNs, int64_t durationNs) {
    return {std::clamp<int64_t>(beginNs, 0, durationNs), std::clamp<int64_t>(endNs, 0, durationNs), 0, 0};
}

SpanTrack waitTrack(const Thread& thread, int64_t durationNs) {
    std::vector<Span> spans;
    spans.reserve(thread.waits.size());
    for (uint32_t i = 0; i < thread.waits.size(); ++i) {
        const Wait& wait = thread.waits[i];
        Span span = clipped(wait.beginNs, wait.endNs, durationNs);
        span.item = i;
        span.category = static_cast<uint8_t>(stateOf(wait.kind));
        spans.push_back(span);
    }
    return SpanTrack(std::move(spans));
}

uint8_t hueOf(trace::FunctionId function) {
    return static_cast<uint8_t>(function.value * 2654435761u >> 29);
}

std::vector<SpanTrack> callTracks(const Thread& thread, int64_t durationNs) {
    std::vector<std::vector<Span>> rows;
    for (uint32_t i = 0; i < thread.calls.size(); ++i) {
        const trace::Call& call = thread.calls[i];
        if (call.depth >= kCallDepths) continue;
        if (call.depth >= rows.size()) rows.resize(call.depth + 1);
        Span span = clipped(call.beginNs, call.endNs, durationNs);
        span.item = i;
        span.category = hueOf(call.function);
        rows[call.depth].push_back(span);
    }
    std::vector<SpanTrack> tracks;
    for (auto& row : rows) tracks.emplace_back(std::move(row));
    return tracks;
}

SpanTrack sampleTrack(const Timeline& timeline, const Thread& thread, std::vector<uint8_t>& hues) {
    constexpr uint8_t kUnknown = UINT8_MAX;
    if (hues.empty()) hues.assign(timeline.stacks.size(), kUnknown);
    std::vector<Span> spans;
    spans.reserve(thread.samples.size());
    for (uint32_t i = 0; i < thread.samples.size(); ++i) {
        const trace::Sample& sample = thread.samples[i];
        Span span = clipped(sample.atNs - sample.weightNs, sample.atNs, timeline.durationNs);
        span.item = i;
        if (sample.stack.index() < hues.size()) {
            uint8_t& hue = hues[sample.stack.index()];
            if (hue == kUnknown) hue = hueOf(trace::siteOf(timeline, sample.stack).function);
            span.category = hue;
        }
        spans.push_back(span);
    }
    return SpanTrack(std::move(spans));
}

std::vector<SpanTrack> regionTracks(const Thread& thread, int64_t durationNs) {
    std::vector<Span> lanes[2];
    for (uint32_t i = 0; i < thread.regions.size(); ++i) {
        const trace::Region& region = thread.regions[i];
        Span span = clipped(region.beginNs, region.endNs, durationNs);
        span.item = i;
        span.category = static_cast<uint8_t>(region.kind);
        lanes[region.kind != trace::Region::Kind::parallel].push_back(span);
    }
    std::vector<SpanTrack> tracks;
    for (auto& lane : lanes)
        if (!lane.empty()) tracks.emplace_back(std::move(lane));
    return tracks;
}

// Whether someone waits for a lock at a moment inside a stretch of time. Asked of stretches by begin, it goes along.
class WaitingWalk {
  public:
    explicit WaitingWalk(const SpanTrack& waiting) : spans_(waiting.spans()) {}

    bool someoneWaits(const Span& stretch) {
        if (stretch.beginNs < lastNs_) next_ = 0;
        lastNs_ = stretch.beginNs;
        // In doubling steps, since most often the next one is near.
        size_t step = 1;
        while (next_ + step < spans_.size() && spans_[next_ + step - 1].endNs <= stretch.beginNs)
            next_ += step, step *= 2;
        const auto end = spans_.begin() + std::min(next_ + step, spans_.size());
        next_ = static_cast<size_t>(std::upper_bound(spans_.begin() + next_, end, stretch.beginNs,
                                                     [](int64_t ns, const Span& span) { return ns < span.endNs; }) -
                                    spans_.begin());
        return next_ < spans_.size() && spans_[next_].beginNs < stretch.endNs;
    }

  private:
    const List<Span>& spans_;
    size_t next_ = 0;
    int64_t lastNs_ = INT64_MIN;
};

// Of each thread's holds, the category.
using HoldCategories = std::vector<std::vector<uint8_t>>;

std::vector<SpanTrack> holdTracks(const Thread& thread, const std::vector<uint8_t>& categories, int64_t durationNs) {
    std::vector<std::vector<Span>> lanes;
    std::vector<int64_t> busyUntil;
    for (uint32_t i = 0; i < thread.holds.size(); ++i) {
        const Hold& hold = thread.holds[i];
        Span span = clipped(hold.beginNs, hold.endNs, durationNs);
        span.item = i;
        span.category = categories[i];
        size_t lane = 0;
        while (lane < lanes.size() && busyUntil[lane] > span.beginNs && lane + 1 < kHoldLanes) ++lane;
        if (lane == lanes.size()) {
            lanes.emplace_back();
            busyUntil.push_back(0);
        }
        busyUntil[lane] = std::max(busyUntil[lane], span.endNs);
        lanes[lane].push_back(span);
    }
    std::vector<SpanTrack> tracks;
    for (auto& lane : lanes) tracks.emplace_back(std::move(lane));
    return tracks;
}

// How many waits of the lock overlap, as a step function.
void countWaiting(const Timeline& timeline, LockTracks& lock) {
    std::vector<std::pair<int64_t, int>> steps;
    for (const EventRef& ref : lock.waits) {
        const Wait& wait = timeline.threads[ref.thread.index()].waits[ref.index];
        Span span = clipped(wait.beginNs, wait.endNs, timeline.durationNs);
        if (span.beginNs >= span.endNs) continue;
        steps.emplace_back(span.beginNs, 1);
        steps.emplace_back(span.endNs, -1);
    }
    std::sort(steps.begin(), steps.end());
    std::vector<Span> spans;
    int level = 0;
    for (size_t i = 0; i + 1 < steps.size(); ++i) {
        level += steps[i].second;
        lock.mostWaiting = std::max(lock.mostWaiting, static_cast<uint32_t>(std::max(level, 0)));
        if (level <= 0 || steps[i].first == steps[i + 1].first) continue;
        auto category = static_cast<uint8_t>(std::min<int>(level, kCategories - 1));
        spans.push_back({steps[i].first, steps[i + 1].first, 0, category});
    }
    lock.waiting = SpanTrack(std::move(spans));
}

// By their begin, which is beside them, so that sorting looks at nothing else.
void sortByBegin(const Timeline& timeline, List<EventRef>& waits) {
    std::vector<std::pair<int64_t, EventRef>> order;
    order.reserve(waits.size());
    for (const EventRef& ref : std::as_const(waits))
        order.emplace_back(timeline.threads[ref.thread.index()].waits[ref.index].beginNs, ref);
    std::sort(order.begin(), order.end());
    std::vector<EventRef>& sorted = waits.own();
    for (size_t i = 0; i < order.size(); ++i) sorted[i] = order[i].second;
}

void indexHolders(const Timeline& timeline, LockTracks& lock, HoldCategories& categories) {
    std::vector<Span> spans;
    spans.reserve(lock.holders.size());
    for (uint32_t i = 0; i < lock.holders.size(); ++i) {
        const EventRef& ref = std::as_const(lock.holders)[i];
        const Hold& hold = timeline.threads[ref.thread.index()].holds[ref.index];
        Span span = clipped(hold.beginNs, hold.endNs, timeline.durationNs);
        span.item = i;
        spans.push_back(span);
    }
    // Then the waits are gone along once, for all threads.
    std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) {
        return a.beginNs != b.beginNs ? a.beginNs < b.beginNs : a.item < b.item;
    });
    WaitingWalk waiting(lock.waiting);
    for (Span& span : spans) {
        span.category = waiting.someoneWaits(span) ? kHoldBlocking : kHoldQuiet;
        const EventRef& ref = std::as_const(lock.holders)[span.item];
        categories[ref.thread.index()][ref.index] = span.category;
    }
    lock.held = SpanTrack(std::move(spans));
}

HoldCategories indexLocks(const Timeline& timeline, TimelineIndex& index) {
    HoldCategories categories;
    for (const Thread& thread : timeline.threads) categories.emplace_back(thread.holds.size(), kHoldQuiet);
    index.locks.resize(timeline.locks.size());
    for (uint32_t t = 0; t < timeline.threads.size(); ++t) {
        const Thread& thread = timeline.threads[t];
        for (uint32_t i = 0; i < thread.waits.size(); ++i) {
            const Wait& wait = thread.waits[i];
            if (wait.kind != WaitKind::lock || wait.lock.index() >= index.locks.size()) continue;
            index.locks[wait.lock.index()].waits.push_back({{t}, i});
            index.lockWaits.push_back({{t}, i});
        }
        for (uint32_t i = 0; i < thread.holds.size(); ++i)
            if (const Hold& hold = thread.holds[i]; hold.lock.index() < index.locks.size())
                index.locks[hold.lock.index()].holders.push_back({{t}, i});
    }
    // No two locks share a wait or a hold; the last piece is the waits of all.
    shareOut(index.locks.size() + 1, [&](size_t piece) {
        if (piece == 0) return sortByBegin(timeline, index.lockWaits);
        sortByBegin(timeline, index.locks[piece - 1].waits);
        countWaiting(timeline, index.locks[piece - 1]);
        indexHolders(timeline, index.locks[piece - 1], categories);
    });
    return categories;
}

void countRunning(const Timeline& timeline, TimelineIndex& index) {
    index.running.assign(kRunningBuckets, 0);
    if (timeline.durationNs <= 0) return;
    double total = 0;
    double width = static_cast<double>(timeline.durationNs) / kRunningBuckets;
    std::vector<size_t> working;
    for (size_t t = 0; t < timeline.threads.size(); ++t)
        if (!trace::standsInSystem(timeline.threads[t], trace::stillness(timeline.threads[t]))) working.push_back(t);
    for (size_t b = 0; b < kRunningBuckets; ++b) {
        auto begin = static_cast<int64_t>(static_cast<double>(b) * width);
        int64_t end = std::max(static_cast<int64_t>(static_cast<double>(b + 1) * width), begin + 1);
        int64_t sum = 0;
        for (size_t t : working) sum += stateTimes(timeline.threads[t], index.threads[t], begin, end)[0];
        index.running[b] = static_cast<float>(static_cast<double>(sum) / static_cast<double>(end - begin));
        total += static_cast<double>(sum);
        index.mostRunning = std::max(index.mostRunning, index.running[b]);
    }
    index.meanRunning = total / static_cast<double>(timeline.durationNs);
}

}  // namespace

State stateOf(WaitKind kind) {
    switch (kind) {
        case WaitKind::lock:
            return State::lockWait;
        case WaitKind::condition:
        case WaitKind::semaphore:
        case WaitKind::barrier:
        case WaitKind::futex:
        case WaitKind::once:
            return State::eventWait;
        case WaitKind::join:
            return State::joinWait;
        case WaitKind::sleep:
            return State::sleep;
        case WaitKind::io:
            return State::io;
    }
    return State::sleep;
}

TimelineIndex buildIndex(const Timeline& timeline) {
    TimelineIndex index;
    const HoldCategories categories = indexLocks(timeline, index);
    index.threads.resize(timeline.threads.size());
    shareOut(timeline.threads.size(), [&](size_t t) {
        const Thread& thread = timeline.threads[t];
        index.threads[t].waits = waitTrack(thread, timeline.durationNs);
        index.threads[t].holds = holdTracks(thread, categories[t], timeline.durationNs);
        index.threads[t].calls = callTracks(thread, timeline.durationNs);
        index.threads[t].regions = regionTracks(thread, timeline.durationNs);
    });
    std::vector<uint8_t> hues;  // of stacks
    for (size_t t = 0; t < timeline.threads.size(); ++t)
        if (const Thread& thread = timeline.threads[t]; !thread.samples.empty())
            index.threads[t].samples = sampleTrack(timeline, thread, hues);
    countRunning(timeline, index);
    return index;
}

std::optional<EventRef> blockingHold(const Timeline& timeline, const EventRef& ref) {
    const Thread* waiter = lookup(timeline.threads, ref.thread);
    if (!waiter || ref.index >= waiter->waits.size()) return std::nullopt;
    const Wait& wait = waiter->waits[ref.index];
    const Thread* blocker = lookup(timeline.threads, wait.blocker);
    if (!blocker || !wait.lock.valid() || wait.kind != WaitKind::lock) return std::nullopt;
    // The last hold of the lock that began before the wait did. Recordings may be off by a little, so a hold
    // that began during the wait serves when none covers its beginning.
    auto after = std::upper_bound(blocker->holds.begin(), blocker->holds.end(), wait.beginNs,
                                  [](int64_t ns, const Hold& hold) { return ns < hold.beginNs; });
    for (auto it = after; it != blocker->holds.begin();) {
        --it;
        if (it->lock != wait.lock) continue;
        if (it->endNs > wait.beginNs) return EventRef{wait.blocker, static_cast<uint32_t>(it - blocker->holds.begin())};
        break;
    }
    for (auto it = after; it != blocker->holds.end() && it->beginNs < wait.endNs; ++it)
        if (it->lock == wait.lock) return EventRef{wait.blocker, static_cast<uint32_t>(it - blocker->holds.begin())};
    return std::nullopt;
}

std::vector<EventRef> holdsDuring(const Timeline& timeline, const TimelineIndex& index, const EventRef& ref,
                                  size_t most) {
    std::vector<EventRef> holds;
    const Thread* thread = lookup(timeline.threads, ref.thread);
    if (!thread || ref.index >= thread->waits.size()) return holds;
    const Wait& wait = thread->waits[ref.index];
    const LockTracks* lock = lookup(index.locks, wait.lock);
    if (!lock || wait.kind != WaitKind::lock) return holds;
    const List<Span>& spans = lock->held.spans();
    for (size_t i = lock->held.firstEndingAfter(wait.beginNs); i < spans.size() && holds.size() < most; ++i) {
        if (spans[i].beginNs >= wait.endNs) break;
        const EventRef& hold = lock->holders[spans[i].item];
        if (hold.thread != ref.thread) holds.push_back(hold);
    }
    return holds;
}

std::array<int64_t, kStates> stateTimes(const Thread& thread, const ThreadTracks& tracks, int64_t beginNs,
                                        int64_t endNs) {
    beginNs = std::max(beginNs, thread.beginNs);
    endNs = std::min(endNs, thread.endNs);
    std::array<int64_t, kStates> out{};
    if (beginNs >= endNs) return out;
    CategoryTimes waits = tracks.waits.timeIn(beginNs, endNs);
    int64_t waited = 0;
    for (size_t s = 1; s < kStates; ++s) waited += out[s] = waits[s];
    out[0] = std::max<int64_t>(endNs - beginNs - waited, 0);
    return out;
}

}  // namespace raddle::gui
