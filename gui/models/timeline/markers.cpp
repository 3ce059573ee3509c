#include "gui/models/timeline/markers.h"

#include <algorithm>
#include <set>

#include "gui/models/session/story.h"

namespace raddle::gui {
namespace {

class Collector {
  public:
    explicit Collector(const Session& session) : session_(session), t_(session.timeline()) {}

    std::vector<Marker> run() {
        for (const trace::TsanEvent& event : t_.tsan) reported(event);
        const auto& deadlocks = session_.recording()->tables.summary.deadlocks;
        for (size_t i = 0; i < deadlocks.size(); ++i) deadlock(deadlocks[i], session_.findingOfDeadlock(i));
        if (auto insight = session_.insight()) {
            const auto& inversions = insight->analysis.order.inversions;
            for (size_t i = 0; i < inversions.size(); ++i) inversion(inversions[i], session_.findingOfInversion(i));
        }
        std::sort(out_.begin(), out_.end(), [](const Marker& a, const Marker& b) {
            return std::pair(a.atNs, a.group) < std::pair(b.atNs, b.group);
        });
        return std::move(out_);
    }

  private:
    void add(trace::ThreadId thread, int64_t atNs, Evidence evidence, std::optional<size_t> finding, QString text) {
        if (thread.index() >= t_.threads.size()) return;
        atNs = std::clamp<int64_t>(atNs, 0, t_.durationNs);
        out_.push_back({thread, atNs, evidence, group_, finding.value_or(SIZE_MAX), std::move(text)});
    }

    // The finding that was made of a report names the place of one of its accesses or stacks.
    std::optional<size_t> findingOf(const trace::TsanEvent& event) const {
        std::set<SourceLocation> places;
        auto note = [&](trace::StackId stack) {
            if (SourceLocation at = trace::siteOf(t_, stack).at; !at.file.empty()) places.insert(at);
        };
        for (const auto& access : event.accesses) note(access.stack);
        for (trace::StackId stack : event.stacks) note(stack);
        const std::vector<Finding>& findings = session_.findings();
        for (size_t i = session_.firstReported(); i < session_.foundElsewhere(); ++i)
            for (const FindingLocation& location : findings[i].locations)
                if (places.contains(location.at)) return i;
        return std::nullopt;
    }

    void reported(const trace::TsanEvent& event) {
        ++group_;
        std::optional<size_t> finding = findingOf(event);
        QString kind = QString::fromStdString(event.kind).replace(QLatin1Char('-'), QLatin1Char(' '));
        std::set<trace::ThreadId> marked;
        for (size_t i = 0; i < event.accesses.size(); ++i) {
            const trace::TsanEvent::Access& access = event.accesses[i];
            QString deed = access.isWrite ? QStringLiteral("write") : QStringLiteral("read");
            QString text =
                QStringLiteral("%1: %2 in %3")
                    .arg(kind, i > 0 ? QStringLiteral("earlier ") + deed : deed, stackHead(t_, access.stack));
            if (marked.insert(access.thread).second) add(access.thread, event.atNs, Evidence::confirmed, finding, text);
        }
        if (marked.insert(event.thread).second) add(event.thread, event.atNs, Evidence::confirmed, finding, kind);
    }

    void deadlock(const trace::Deadlock& circle, std::optional<size_t> finding) {
        ++group_;
        for (const trace::DeadlockStep& step : circle) {
            const trace::Thread& thread = t_.threads[step.thread.index()];
            auto stuck = std::find_if(thread.waits.rbegin(), thread.waits.rend(),
                                      [](const trace::Wait& wait) { return !wait.finished; });
            const trace::Lock* lock = lookup(t_.locks, step.lock);
            add(step.thread, stuck == thread.waits.rend() ? thread.endNs : stuck->beginNs, Evidence::confirmed, finding,
                QStringLiteral("deadlock: waits for ever for %1")
                    .arg(lock ? QString::fromStdString(lock->name) : QStringLiteral("a thread")));
        }
    }

    void inversion(const trace::Inversion& circle, std::optional<size_t> finding) {
        ++group_;
        for (const trace::LockOrderStep& step : circle) {
            const trace::Lock *held = lookup(t_.locks, step.held), *wanted = lookup(t_.locks, step.wanted);
            if (!held || !wanted) continue;
            add(step.thread, step.atNs, Evidence::predicted, finding,
                QStringLiteral("takes %1 holding %2; another thread does the opposite")
                    .arg(QString::fromStdString(wanted->name), QString::fromStdString(held->name)));
        }
    }

    const Session& session_;
    const trace::Timeline& t_;
    uint32_t group_ = 0;
    std::vector<Marker> out_;
};

}  // namespace

std::vector<Marker> markersOf(const Session& session) {
    return session.recording() ? Collector(session).run() : std::vector<Marker>();
}

}  // namespace raddle::gui
