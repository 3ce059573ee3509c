#include "gui/models/base/span_track.h"

#include <algorithm>
#include <cmath>

namespace raddle::gui {
namespace {

constexpr double kBoxPixels = 2.0;  // narrower spans are summed into columns

}  // namespace

SpanTrack::SpanTrack(std::vector<Span> spans) {
    auto earlier = [](const Span& a, const Span& b) {
        return a.beginNs != b.beginNs ? a.beginNs < b.beginNs : a.item < b.item;
    };
    if (!std::is_sorted(spans.begin(), spans.end(), earlier)) std::sort(spans.begin(), spans.end(), earlier);
    size_t kept = 0;
    int64_t covered = INT64_MIN;
    for (Span span : spans) {
        span.beginNs = std::max(span.beginNs, covered);
        span.category = std::min<uint8_t>(span.category, kCategories - 1);
        if (span.beginNs >= span.endNs) continue;
        covered = span.endNs;
        spans[kept++] = span;
    }
    spans.resize(kept);
    std::vector<int64_t> begins;
    std::vector<CategoryTimes> times;
    begins.reserve(kept / kBlock + 1);
    times.reserve(kept / kBlock + 1);
    CategoryTimes sum{};
    for (size_t i = 0; i < kept; ++i) {
        if (i % kBlock == 0) {
            begins.push_back(spans[i].beginNs);
            times.push_back(sum);
        }
        sum[spans[i].category] += spans[i].endNs - spans[i].beginNs;
    }
    all_ = {std::move(spans), std::move(begins), std::move(times)};
}

SpanTrack::SpanTrack(Stored stored) {
    size_t blocks = (stored.spans.size() + kBlock - 1) / kBlock;
    if (stored.blockBegins.size() == blocks && stored.blockTimes.size() == blocks) all_ = std::move(stored);
}

size_t SpanTrack::firstEndingAfter(int64_t ns) const {
    auto it = std::upper_bound(all_.spans.begin(), all_.spans.end(), ns,
                               [](int64_t value, const Span& span) { return value < span.endNs; });
    return static_cast<size_t>(it - all_.spans.begin());
}

const Span* SpanTrack::at(int64_t ns) const {
    size_t i = firstEndingAfter(ns);
    return i < all_.spans.size() && all_.spans[i].beginNs <= ns ? &all_.spans[i] : nullptr;
}

SpanTrack::Before SpanTrack::before(int64_t ns, const Before& from) const {
    // Blocks in doubling steps from the known one, then halving: near answers are found in few steps.
    size_t low = from.count == 0 ? 0 : (from.count - 1) / kBlock;
    size_t step = 1;
    while (low + step < all_.blockBegins.size() && all_.blockBegins[low + step] < ns) {
        low += step;
        step *= 2;
    }
    auto first = all_.blockBegins.begin() + static_cast<std::ptrdiff_t>(std::min(low, all_.blockBegins.size()));
    auto last = all_.blockBegins.begin() + static_cast<std::ptrdiff_t>(std::min(low + step, all_.blockBegins.size()));
    auto found = std::lower_bound(first, last, ns);
    if (found == all_.blockBegins.begin()) return {};
    auto block = static_cast<size_t>(found - all_.blockBegins.begin()) - 1;
    Before result{block * kBlock, all_.blockTimes[block]};
    size_t end = std::min(result.count + kBlock, all_.spans.size());
    for (; result.count < end && all_.spans[result.count].beginNs < ns; ++result.count) {
        const Span& span = all_.spans[result.count];
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
    const List<Span>& spans = track.spans();
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
