#include "gui/models/base/span_track.h"

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
    blockBegins_.reserve(kept / kBlock + 1);
    blockTimes_.reserve(kept / kBlock + 1);
    CategoryTimes sum{};
    for (size_t i = 0; i < kept; ++i) {
        if (i % kBlock == 0) {
            blockBegins_.push_back(spans_[i].beginNs);
            blockTimes_.push_back(sum);
        }
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

SpanTrack::Before SpanTrack::before(int64_t ns, const Before& from) const {
    // Blocks in doubling steps from the known one, then halving: near answers are found in few steps.
    size_t low = from.count == 0 ? 0 : (from.count - 1) / kBlock;
    size_t step = 1;
    while (low + step < blockBegins_.size() && blockBegins_[low + step] < ns) {
        low += step;
        step *= 2;
    }
    auto first = blockBegins_.begin() + static_cast<std::ptrdiff_t>(std::min(low, blockBegins_.size()));
    auto last = blockBegins_.begin() + static_cast<std::ptrdiff_t>(std::min(low + step, blockBegins_.size()));
    auto found = std::lower_bound(first, last, ns);
    if (found == blockBegins_.begin()) return {};
    auto block = static_cast<size_t>(found - blockBegins_.begin()) - 1;
    Before result{block * kBlock, blockTimes_[block]};
    size_t end = std::min(result.count + kBlock, spans_.size());
    for (; result.count < end && spans_[result.count].beginNs < ns; ++result.count) {
        const Span& span = spans_[result.count];
        result.times[span.category] += std::min(span.endNs, ns) - span.beginNs;
    }
    return result;
}

CategoryTimes SpanTrack::timeIn(int64_t beginNs, int64_t endNs) const {
    if (endNs <= beginNs) return {};
    Before begin = before(beginNs);
    CategoryTimes times = before(endNs, begin).times;
    for (size_t i = 0; i < kCategories; ++i) times[i] -= begin.times[i];
    return times;
}

TrackLayout layoutTrack(const SpanTrack& track, const TimeView& view) {
    TrackLayout out;
    const double nsPerPixel = view.nsPerPixel();
    const std::vector<Span>& spans = track.spans();
    size_t i = track.firstEndingAfter(view.beginNs);
    SpanTrack::Before known;
    int64_t knownAt = INT64_MIN;  // the moment `known` is about
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
        if (begin != knownAt) known = begin > knownAt ? track.before(begin, known) : track.before(begin);
        SpanTrack::Before after = track.before(end, known);
        SpanColumn column;
        column.x = x;
        for (size_t c = 0; c < kCategories; ++c)
            column.share[c] = static_cast<float>(static_cast<double>(after.times[c] - known.times[c]) /
                                                 static_cast<double>(end - begin));
        if (out.columns.empty() || out.columns.back().x != x) out.columns.push_back(column);
        known = after;
        knownAt = end;
        // The last span that began in the column may reach beyond it.
        size_t next = after.count > 0 && spans[after.count - 1].endNs > end ? after.count - 1 : after.count;
        i = std::max(next, i + 1);
    }
    return out;
}

}  // namespace raddle::gui
