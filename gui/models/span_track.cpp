#include "gui/models/span_track.h"

#include <algorithm>
#include <cmath>

namespace raddle::gui {
namespace {

constexpr double kBoxPixels = 2.0;  // narrower spans are summed into columns

}  // namespace

SpanTrack::SpanTrack(std::vector<Span> spans) : spans_(std::move(spans)) {
    auto earlier = [](const Span& a, const Span& b) {
        return a.beginNs != b.beginNs ? a.beginNs < b.beginNs : a.item < b.item;
    };
    if (!std::is_sorted(spans_.begin(), spans_.end(), earlier)) std::sort(spans_.begin(), spans_.end(), earlier);
    size_t kept = 0;
    int64_t covered = INT64_MIN;
    for (Span span : spans_) {
        span.beginNs = std::max(span.beginNs, covered);
        span.category = std::min<uint8_t>(span.category, kCategories - 1);
        if (span.beginNs >= span.endNs) continue;
        covered = span.endNs;
        spans_[kept++] = span;
    }
    spans_.resize(kept);
    blocks_.reserve(kept / kBlock + 1);
    CategoryTimes sum{};
    for (size_t i = 0; i < kept; ++i) {
        if (i % kBlock == 0) blocks_.push_back(sum);
        sum[spans_[i].category] += spans_[i].endNs - spans_[i].beginNs;
    }
}

size_t SpanTrack::firstEndingAfter(int64_t ns) const {
    auto it = std::upper_bound(spans_.begin(), spans_.end(), ns,
                               [](int64_t value, const Span& span) { return value < span.endNs; });
    return static_cast<size_t>(it - spans_.begin());
}

const Span* SpanTrack::at(int64_t ns) const {
    size_t i = firstEndingAfter(ns);
    return i < spans_.size() && spans_[i].beginNs <= ns ? &spans_[i] : nullptr;
}

CategoryTimes SpanTrack::timeBefore(int64_t ns) const {
    auto it = std::lower_bound(spans_.begin(), spans_.end(), ns,
                               [](const Span& span, int64_t value) { return span.beginNs < value; });
    auto count = static_cast<size_t>(it - spans_.begin());  // spans that begin before ns
    if (count == 0) return {};
    size_t block = (count - 1) / kBlock;
    CategoryTimes sum = blocks_[block];
    for (size_t i = block * kBlock; i < count; ++i)
        sum[spans_[i].category] += std::min(spans_[i].endNs, ns) - spans_[i].beginNs;
    return sum;
}

CategoryTimes SpanTrack::timeIn(int64_t beginNs, int64_t endNs) const {
    if (endNs <= beginNs) return {};
    CategoryTimes before = timeBefore(beginNs);
    CategoryTimes times = timeBefore(endNs);
    for (size_t i = 0; i < kCategories; ++i) times[i] -= before[i];
    return times;
}

TrackLayout layoutTrack(const SpanTrack& track, const TimeView& view) {
    TrackLayout out;
    const double nsPerPixel = view.nsPerPixel();
    const std::vector<Span>& spans = track.spans();
    size_t i = track.firstEndingAfter(view.beginNs);
    while (i < spans.size() && spans[i].beginNs < view.endNs) {
        const Span& span = spans[i];
        if (static_cast<double>(span.endNs - span.beginNs) >= kBoxPixels * nsPerPixel) {
            // Edges far outside are clipped so that they keep their precision as floats.
            out.boxes.push_back({static_cast<float>(std::max(view.x(span.beginNs), -8.0)),
                                 static_cast<float>(std::min(view.x(span.endNs), view.width + 8.0)), span.item,
                                 span.category});
            ++i;
            continue;
        }
        int x = std::clamp(static_cast<int>(view.x(std::max(span.beginNs, view.beginNs))), 0, view.width - 1);
        int64_t begin = view.time(x);
        int64_t end = std::max(view.time(x + 1), begin + 1);
        CategoryTimes times = track.timeIn(begin, end);
        SpanColumn column;
        column.x = x;
        for (size_t c = 0; c < kCategories; ++c)
            column.share[c] = static_cast<float>(static_cast<double>(times[c]) / static_cast<double>(end - begin));
        if (out.columns.empty() || out.columns.back().x != x) out.columns.push_back(column);
        size_t next = track.firstEndingAfter(end - 1);
        i = std::max(next, i + 1);
    }
    return out;
}

}  // namespace raddle::gui
