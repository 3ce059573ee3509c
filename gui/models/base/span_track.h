// SpanTrack: spans that do not overlap, in order, each of one category, indexed so that what a pixel shows is
// found by binary search. Layout walks pixels, not spans: O(pixels × log spans) at any zoom.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/support/list.h"

namespace raddle::gui {

inline constexpr size_t kCategories = 8;
using CategoryTimes = std::array<int64_t, kCategories>;

struct Span {
    int64_t beginNs = 0;
    int64_t endNs = 0;
    uint32_t item = 0;     // what the span stands for; the owner of the track knows
    uint8_t category = 0;  // below kCategories

    bool operator==(const Span&) const = default;
};

class SpanTrack {
  public:
    SpanTrack() = default;

    // Takes spans in any order. Where two overlap, the later one is cut to begin where the earlier one ends;
    // what is left empty is dropped. O(n log n), O(n) when sorted.
    explicit SpanTrack(std::vector<Span> spans);

    const List<Span>& spans() const { return all_.spans; }
    bool empty() const { return all_.spans.empty(); }

    // All that a track is, to be saved and taken back.
    struct Stored {
        List<Span> spans;
        List<int64_t> blockBegins;       // of each kBlock-th span: a small array to search in
        List<CategoryTimes> blockTimes;  // of all spans before each kBlock-th
    };
    const Stored& stored() const { return all_; }
    explicit SpanTrack(Stored stored);  // empty when it is of no track

    // Index of the first span that ends after `ns`; the number of spans when there is none.
    size_t firstEndingAfter(int64_t ns) const;

    // The span that covers `ns`; null when none does.
    const Span* at(int64_t ns) const;

    // Time covered in [beginNs, endNs) by category. O(log n).
    CategoryTimes timeIn(int64_t beginNs, int64_t endNs) const;

    // What lies before a moment: how many spans begin before it and how long they last up to it, by category.
    struct Before {
        size_t count = 0;
        CategoryTimes times{};
    };
    // `from` is the result for an earlier moment, where one is known: the search begins there. O(log distance).
    Before before(int64_t ns, const Before& from) const;
    Before before(int64_t ns) const { return before(ns, {}); }

  private:
    static constexpr size_t kBlock = 32;

    Stored all_;
};

// A span wide enough to be drawn on its own, in pixels from the left edge of the view.
struct SpanBox {
    float left = 0;
    float right = 0;
    uint32_t item = 0;
    uint8_t category = 0;
};

// A pixel column that holds spans too narrow to draw: how much of its time each category takes, 0..1.
struct SpanColumn {
    int x = 0;
    std::array<float, kCategories> share{};
};

struct TrackLayout {
    std::vector<SpanBox> boxes;
    std::vector<SpanColumn> columns;
};

// The part of time a view shows and the pixels it has for it. Never empty.
struct TimeView {
    int64_t beginNs = 0;
    int64_t endNs = 1;
    int width = 1;

    double nsPerPixel() const { return static_cast<double>(endNs - beginNs) / width; }
    double x(int64_t ns) const { return static_cast<double>(ns - beginNs) / nsPerPixel(); }
    int64_t time(double px) const { return beginNs + static_cast<int64_t>(px * nsPerPixel()); }

    bool operator==(const TimeView&) const = default;
};

TrackLayout layoutTrack(const SpanTrack& track, const TimeView& view);

}  // namespace raddle::gui
