#include "gui/models/recording/insight.h"

#include "trace/answers/observed.h"

namespace raddle::gui {
namespace {

std::vector<SpanTrack> pathTracks(const List<trace::PathPart>& parts, size_t threads) {
    std::vector<std::vector<Span>> spans(threads);
    for (uint32_t i = 0; i < parts.size(); ++i)
        if (parts[i].thread.index() < spans.size())
            spans[parts[i].thread.index()].push_back(
                {parts[i].beginNs, parts[i].endNs, i, static_cast<uint8_t>(parts[i].kind)});
    std::vector<SpanTrack> tracks;
    for (auto& thread : spans) tracks.emplace_back(std::move(thread));
    return tracks;
}

}  // namespace

Insight insightInto(const trace::Timeline& timeline, const trace::Summary& summary) {
    Insight insight;
    insight.analysis = trace::analyse(timeline);
    insight.answers = trace::answersFor(timeline, summary, insight.analysis);
    insight.spreads = trace::lockSpreads(timeline);
    insight.inversions = inversionFindings(timeline, insight.analysis.order.inversions);
    insight.path = pathTracks(insight.analysis.path.parts, timeline.threads.size());
    return insight;
}

}  // namespace raddle::gui
