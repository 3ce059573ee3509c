#include "trace/timeline/parts.h"

#include <algorithm>

namespace raddle::trace {
namespace {

constexpr size_t kBlock = 256;

template <class T>
std::vector<int64_t> endsOf(const List<T>& list) {
    std::vector<int64_t> ends((list.size() + kBlock - 1) / kBlock, INT64_MIN);
    for (size_t i = 0; i < list.size(); ++i) ends[i / kBlock] = std::max(ends[i / kBlock], list[i].endNs);
    return ends;
}

template <class T>
List<T> lent(const List<T>& list, size_t first, size_t last) {
    return first < last ? List<T>::lent({list.begin() + first, last - first}) : List<T>();
}

// What begins before the range and reaches into it stands in front of what begins in it.
template <class T>
List<T> overlapping(const List<T>& list, const std::vector<int64_t>& ends, int64_t beginNs, int64_t endNs) {
    auto isEarlier = [](const T& element, int64_t ns) { return element.beginNs < ns; };
    auto first = static_cast<size_t>(std::lower_bound(list.begin(), list.end(), beginNs, isEarlier) - list.begin());
    auto last =
        static_cast<size_t>(std::lower_bound(list.begin() + first, list.end(), endNs, isEarlier) - list.begin());
    std::vector<T> before;
    for (size_t block = 0; block * kBlock < first; ++block) {
        if (ends[block] <= beginNs) continue;
        for (size_t i = block * kBlock; i < std::min(first, (block + 1) * kBlock); ++i)
            if (list[i].endNs > beginNs) before.push_back(list[i]);
    }
    if (before.empty()) return lent(list, first, last);
    before.insert(before.end(), list.begin() + first, list.begin() + last);
    return List<T>(std::move(before));
}

template <class T>
List<T> within(const List<T>& list, int64_t beginNs, int64_t endNs) {
    auto isEarlier = [](const T& element, int64_t ns) { return element.atNs < ns; };
    auto first = std::lower_bound(list.begin(), list.end(), beginNs, isEarlier);
    auto last = std::lower_bound(first, list.end(), endNs, isEarlier);
    return lent(list, static_cast<size_t>(first - list.begin()), static_cast<size_t>(last - list.begin()));
}

Thread withoutEvents(const Thread& thread) {
    Thread out;
    out.name = thread.name;
    out.process = thread.process;
    out.tid = thread.tid;
    out.creator = thread.creator;
    out.createdAt = thread.createdAt;
    out.createdNs = thread.createdNs;
    out.entry = thread.entry;
    out.beginNs = thread.beginNs;
    out.endNs = thread.endNs;
    out.exited = thread.exited;
    out.cpuNs = thread.cpuNs;
    out.queuedNs = thread.queuedNs;
    out.countedCalls = lent(thread.countedCalls, 0, thread.countedCalls.size());
    return out;
}

}  // namespace

Parts::Parts(const Timeline& timeline) : whole_(&timeline) {
    part_.command = timeline.command;
    part_.durationNs = timeline.durationNs;
    part_.processors = timeline.processors;
    part_.complete = timeline.complete;
    part_.processes = timeline.processes;
    part_.locks = timeline.locks;
    part_.objects = timeline.objects;
    part_.functions = timeline.functions;
    part_.stacks = timeline.stacks;
    auto ends = std::make_shared<std::vector<ThreadEnds>>();
    for (const Thread& thread : timeline.threads) {
        part_.threads.push_back(withoutEvents(thread));
        ends->push_back({endsOf(thread.waits), endsOf(thread.holds), endsOf(thread.calls), endsOf(thread.regions)});
    }
    ends_ = std::move(ends);
}

size_t Parts::eventsIn(int64_t beginNs, int64_t endNs) const {
    size_t count = 0;
    auto add = [&](const auto& list, auto timeOf) {
        auto before = [&](const auto& element, int64_t ns) { return timeOf(element) < ns; };
        auto first = std::lower_bound(list.begin(), list.end(), beginNs, before);
        count += static_cast<size_t>(std::lower_bound(first, list.end(), endNs, before) - first);
    };
    auto begin = [](const auto& stretch) { return stretch.beginNs; };
    auto at = [](const auto& moment) { return moment.atNs; };
    for (const Thread& thread : whole_->threads) {
        add(thread.waits, begin);
        add(thread.holds, begin);
        add(thread.calls, begin);
        add(thread.signals, at);
        add(thread.samples, at);
    }
    return count;
}

const Timeline& Parts::between(int64_t beginNs, int64_t endNs) {
    for (size_t t = 0; t < part_.threads.size(); ++t) {
        const Thread& whole = whole_->threads[t];
        Thread& part = part_.threads[t];
        const ThreadEnds& ends = (*ends_)[t];
        part.waits = overlapping(whole.waits, ends.waits, beginNs, endNs);
        part.holds = overlapping(whole.holds, ends.holds, beginNs, endNs);
        part.calls = overlapping(whole.calls, ends.calls, beginNs, endNs);
        part.regions = overlapping(whole.regions, ends.regions, beginNs, endNs);
        part.signals = within(whole.signals, beginNs, endNs);
        part.samples = within(whole.samples, beginNs, endNs);
    }
    return part_;
}

}  // namespace raddle::trace
