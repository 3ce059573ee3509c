#include "gui/models/recording/sampled_words.h"

#include "gui/models/base/format.h"
#include "trace/tables/call_tree.h"

namespace raddle::gui {
namespace {

constexpr int64_t kWorthSaying = 50;  // from a fiftieth of what is seen on

}  // namespace

QString sampledWords(const Recording& recording, const Scope& scope) {
    const trace::Timeline& timeline = recording.timeline;
    const trace::SampledTime all = trace::sampledTime(timeline, scope.threads);
    if (all.samples == 0) return {};
    QString text = QStringLiteral("%1 on the processor in user space, estimated from %2.")
                       .arg(durationText(all.seenNs), plural(all.samples, "sample", "samples"));
    if (scope.range) text = QStringLiteral("Times on the processor are estimates from samples in user space.");
    if (!scope.range && all.unseenNs > all.seenNs / kWorthSaying)
        text += QStringLiteral(" Another %1 went to the kernel and to recording: for which function is not known.")
                    .arg(durationText(all.unseenNs));
    return text;
}

}  // namespace raddle::gui
