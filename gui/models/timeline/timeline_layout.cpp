#include "gui/models/timeline/timeline_layout.h"

#include <algorithm>
#include <cmath>

#include "gui/models/base/format.h"

namespace raddle::gui {
namespace {

constexpr size_t kCompactFrom = 24;  // threads
constexpr int64_t kNarrowestNs = 50;

// Stacks strips under each other from `top` on; `bottom()` is where the next would go.
class RowBuilder {
  public:
    RowBuilder(Row& row, double top) : row_(row), y_(top) {}

    void add(StripKind kind, uint32_t lane, double height, double gap) {
        row_.strips.push_back({kind, lane, y_, height});
        y_ += height + gap;
    }
    double bottom() const { return y_; }

  private:
    Row& row_;
    double y_;
};

Row threadRow(const TimelineIndex& index, uint32_t id, double top, bool compact, const RowOptions& options) {
    const ThreadTracks& tracks = index.threads[id];
    Row row{RowKind::thread, id, top, 0, {}};
    double padding = (compact ? 2 : 6) * options.scale;
    RowBuilder build(row, top + padding);
    bool hasMore = (options.holds && !tracks.holds.empty()) || !tracks.calls.empty() || !tracks.samples.empty() ||
                   !tracks.regions.empty();
    build.add(StripKind::state, 0, (compact ? 14 : hasMore ? 18 : 24) * options.scale, 2 * options.scale);
    if (options.statesOnly) {
        row.height = build.bottom() - top + padding - options.scale;
        return row;
    }
    if (options.holds)
        for (uint32_t lane = 0; lane < tracks.holds.size(); ++lane)
            build.add(StripKind::hold, lane, (compact ? 3 : 6) * options.scale, 1 * options.scale);
    auto depths = static_cast<uint32_t>(tracks.calls.size());
    for (uint32_t depth = 0; depth < std::min(depths, options.callDepth); ++depth)
        build.add(StripKind::call, depth, (compact ? 4 : 14) * options.scale, 1 * options.scale);
    for (uint32_t lane = 0; lane < tracks.regions.size(); ++lane)
        build.add(StripKind::region, lane, (compact ? 3 : 11) * options.scale, 1 * options.scale);
    if (!tracks.samples.empty()) build.add(StripKind::sample, 0, (compact ? 4 : 12) * options.scale, 1 * options.scale);
    double least = (compact ? 20 : 38) * options.scale;
    row.height = std::max(build.bottom() - top + padding - options.scale, least);
    return row;
}

double niceStep(double ns) {
    double power = std::pow(10, std::floor(std::log10(std::max(ns, 1.0))));
    for (double factor : {1.0, 2.0, 5.0})
        if (factor * power >= ns) return factor * power;
    return 10 * power;
}

// A time on the ruler with just the digits its step needs.
QString tickText(int64_t ns, double step) {
    if (ns == 0) return QStringLiteral("0");
    auto text = [&](double unit, const char* name) {
        int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step / unit) - 1e-9)), 0, 9);
        return QStringLiteral("%1 %2")
            .arg(static_cast<double>(ns) / unit, 0, 'f', decimals)
            .arg(QString::fromUtf8(name));
    };
    if (ns >= 1'000'000'000) return text(1e9, "s");
    if (ns >= 1'000'000) return text(1e6, "ms");
    return ns >= 1'000 ? text(1e3, "µs") : text(1, "ns");
}

}  // namespace

RowLayout layoutRows(const TimelineIndex& index, const trace::Summary& summary, const RowOptions& options) {
    RowLayout layout;
    layout.compact = options.statesOnly || index.threads.size() > kCompactFrom;
    double y = 0;
    for (uint32_t t = 0; t < index.threads.size(); ++t) {
        layout.rows.push_back(threadRow(index, t, y, layout.compact, options));
        y += layout.rows.back().height;
    }
    uint32_t shown = 0;
    for (const trace::LockRow& lock : summary.locks) {
        if (shown == options.lockRows || (lock.waitNs == 0 && shown >= std::min(options.lockRows, 3u))) break;
        if (lock.lock.index() >= index.locks.size() || index.locks[lock.lock.index()].held.empty()) continue;
        if (shown++ == 0) {
            layout.rows.push_back({RowKind::heading, 0, y, 30 * options.scale, {}});
            y += layout.rows.back().height;
        }
        Row row{RowKind::lock, lock.lock.value, y, 0, {}};
        RowBuilder build(row, y + 5 * options.scale);
        build.add(StripKind::lockWaiting, 0, 16 * options.scale, 2 * options.scale);
        build.add(StripKind::lockHeld, 0, 12 * options.scale, 0);
        row.height = build.bottom() - y + 5 * options.scale;
        y += row.height;
        layout.rows.push_back(std::move(row));
    }
    layout.height = y;
    return layout;
}

const SpanTrack* trackOf(const TimelineIndex& index, const Row& row, const Strip& strip) {
    switch (strip.kind) {
        case StripKind::state:
            return &index.threads[row.id].waits;
        case StripKind::hold:
            return &index.threads[row.id].holds[strip.lane];
        case StripKind::call:
            return &index.threads[row.id].calls[strip.lane];
        case StripKind::sample:
            return &index.threads[row.id].samples;
        case StripKind::region:
            return &index.threads[row.id].regions[strip.lane];
        case StripKind::lockHeld:
            return &index.locks[row.id].held;
        case StripKind::lockWaiting:
            return &index.locks[row.id].waiting;
    }
    return nullptr;
}

Hit hitTest(const TimelineIndex& index, const RowLayout& layout, const TimeView& view, double x, double y) {
    Hit hit;
    auto row = std::upper_bound(layout.rows.begin(), layout.rows.end(), y,
                                [](double value, const Row& r) { return value < r.top + r.height; });
    if (row == layout.rows.end() || y < row->top) return hit;
    hit.row = &*row;
    for (const Strip& strip : row->strips) {
        if (y < strip.top - 0.5 || y > strip.top + strip.height + 0.5) continue;
        hit.strip = &strip;
        const SpanTrack* track = trackOf(index, *row, strip);
        int64_t ns = view.time(x);
        hit.span = track->at(ns);
        if (hit.span) return hit;
        size_t near = track->firstEndingAfter(view.time(x - 1));
        if (near < track->spans().size() && track->spans()[near].beginNs <= view.time(x + 1))
            hit.span = &track->spans()[near];
        return hit;
    }
    return hit;
}

std::vector<Tick> rulerTicks(const TimeView& view, double minPixels) {
    std::vector<Tick> ticks;
    double step = niceStep(view.nsPerPixel() * minPixels);
    for (double at = std::ceil(static_cast<double>(view.beginNs) / step) * step; at <= static_cast<double>(view.endNs);
         at += step) {
        auto ns = static_cast<int64_t>(std::llround(at));
        ticks.push_back({view.x(ns), tickText(ns, step)});
    }
    return ticks;
}

TimeView showing(int64_t beginNs, int64_t endNs, int width, int64_t durationNs) {
    durationNs = std::max(durationNs, kNarrowestNs);
    int64_t length = std::clamp(endNs - beginNs, kNarrowestNs, durationNs);
    int64_t begin = std::clamp<int64_t>(beginNs + (endNs - beginNs - length) / 2, 0, durationNs - length);
    return {begin, begin + length, std::max(width, 1)};
}

TimeView zoomed(const TimeView& view, double factor, double x, int64_t durationNs) {
    double length = static_cast<double>(view.endNs - view.beginNs) * factor;
    length =
        std::clamp(length, static_cast<double>(kNarrowestNs), static_cast<double>(std::max(durationNs, kNarrowestNs)));
    double anchor = static_cast<double>(view.beginNs) + x * view.nsPerPixel();
    auto begin = static_cast<int64_t>(anchor - x / view.width * length);
    return showing(begin, begin + static_cast<int64_t>(length), view.width, durationNs);
}

TimeView panned(const TimeView& view, double pixels, int64_t durationNs) {
    auto shift = static_cast<int64_t>(pixels * view.nsPerPixel());
    int64_t length = view.endNs - view.beginNs;
    int64_t begin = std::clamp<int64_t>(view.beginNs + shift, 0, std::max<int64_t>(durationNs - length, 0));
    return {begin, begin + length, view.width};
}

std::optional<EventRef> stepWait(const trace::Timeline& timeline, const TimelineIndex& index,
                                 const SelectionState& selection, const TimeView& view, int direction) {
    const List<EventRef>& waits =
        selection.lock.index() < index.locks.size() ? index.locks[selection.lock.index()].waits : index.lockWaits;
    auto beginOf = [&](const EventRef& ref) { return timeline.threads[ref.thread.index()].waits[ref.index].beginNs; };
    auto fits = [&](const EventRef& ref) { return selection.threads.empty() || selection.has(ref.thread); };
    int64_t from = view.beginNs + (view.endNs - view.beginNs) / 2;
    if (selection.wait) from = beginOf(*selection.wait);
    auto it = std::lower_bound(waits.begin(), waits.end(), from,
                               [&](const EventRef& ref, int64_t ns) { return beginOf(ref) < ns; });
    if (selection.wait) {
        auto same = std::find(it, waits.end(), *selection.wait);
        if (same != waits.end()) it = direction > 0 ? same + 1 : same;
    }
    if (direction > 0) {
        it = std::find_if(it, waits.end(), fits);
        return it == waits.end() ? std::nullopt : std::optional(*it);
    }
    while (it != waits.begin())
        if (fits(*--it)) return *it;
    return std::nullopt;
}

}  // namespace raddle::gui
