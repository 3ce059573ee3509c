#include "gui/models/session/insight.h"

#include "trace/answers/observed.h"

namespace raddle::gui {

Insight insightInto(const trace::Timeline& timeline, const trace::Summary& summary) {
    Insight insight;
    insight.analysis = trace::analyse(timeline);
    insight.answers = trace::answersFor(timeline, summary, insight.analysis);
    insight.spreads = trace::lockSpreads(timeline);
    insight.inversions = inversionFindings(timeline, insight.analysis.order.inversions);
    return insight;
}

}  // namespace raddle::gui
