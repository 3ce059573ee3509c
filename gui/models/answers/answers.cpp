#include "gui/models/answers/answers.h"

#include <algorithm>
#include <tuple>

#include "gui/models/base/format.h"

namespace raddle::gui {
namespace {

// Where an answer is shown best.
Page pageFor(trace::Topic topic) {
    switch (topic) {
        case trace::Topic::deadlock:
            return Page::findings;
        case trace::Topic::lockContention:
        case trace::Topic::lockUpkeep:
            return Page::locks;
        case trace::Topic::lockOrder:
        case trace::Topic::reported:
            return Page::findings;
        case trace::Topic::hotFunction:
            return Page::functions;
        case trace::Topic::stuck:
        case trace::Topic::heldWhileWaiting:
        case trace::Topic::convoy:
        case trace::Topic::starvation:
        case trace::Topic::longWait:
        case trace::Topic::idle:
        case trace::Topic::inputOutput:
        case trace::Topic::serial:
        case trace::Topic::fewCores:
        case trace::Topic::imbalance:
        case trace::Topic::polling:
        case trace::Topic::shortThreads:
        case trace::Topic::lostEvents:
        case trace::Topic::healthy:
            return Page::timeline;
    }
    return Page::timeline;
}

Answer answerOf(const trace::Answer& from, const Session& session) {
    Answer answer{
        from.weight,         from.cost, QString::fromStdString(from.head), QString::fromStdString(from.detail),
        pageFor(from.topic), {}};
    SelectionState& state = answer.selection;
    state.lock = from.lock;
    state.function = from.function;
    // All of them is as good as none, and readable.
    if (from.threads.size() < session.timeline().threads.size()) state.threads = from.threads;
    if (from.wait) {
        state.wait = EventRef{from.wait->thread, from.wait->index};
        state.threads.clear();
    }
    if (from.deadlock) state.finding = session.findingOfDeadlock(*from.deadlock);
    if (from.inversion) state.finding = session.findingOfInversion(*from.inversion);
    if (answer.page == Page::findings && !state.finding) answer.page = Page::timeline;
    return answer;
}

// The first `count` findings, those of one property as one answer.
void addFindings(const std::vector<Finding>& findings, size_t count, std::vector<Answer>& out) {
    static constexpr std::pair<Property, std::pair<const char*, const char*>> kKinds[] = {
        {Property::deadlock, {"possible deadlock", "possible deadlocks"}},
        {Property::race, {"data race", "data races"}},
        {Property::atomicity, {"atomicity violation", "atomicity violations"}},
        {Property::misuse, {"misuse", "misuses"}}};
    for (const auto& [property, names] : kKinds) {
        size_t found = 0, best = SIZE_MAX;
        for (size_t i = 0; i < count; ++i) {
            if (findings[i].property != property) continue;
            ++found;
            if (best == SIZE_MAX || findings[i].evidence > findings[best].evidence) best = i;
        }
        if (found == 0) continue;
        const Finding& first = findings[best];
        bool confirmed = first.evidence == Evidence::confirmed;
        Answer a{confirmed ? trace::Weight::stuck : trace::Weight::costly,
                 0.3 + 0.1 * static_cast<double>(first.evidence),
                 {},
                 {},
                 Page::findings,
                 {}};
        a.head = QStringLiteral("%1 found in the code").arg(plural(found, names.first, names.second));
        if (confirmed)
            a.head = QStringLiteral("%1, seen to happen")
                         .arg(plural(found, property == Property::deadlock ? "deadlock" : names.first,
                                     property == Property::deadlock ? "deadlocks" : names.second));
        a.detail = QString::fromStdString(first.message);
        if (!first.locations.empty() && !first.locations[0].at.file.empty())
            a.detail += QStringLiteral(" (%1)").arg(placeText(first.locations[0].at));
        a.selection.finding = best;
        out.push_back(a);
    }
}

}  // namespace

std::vector<Answer> answersFor(const Session& session) {
    std::vector<Answer> answers;
    if (auto insight = session.insight())
        for (const trace::Answer& answer : insight->answers) answers.push_back(answerOf(answer, session));
    // Deadlocks and inversions of the recording are findings as well, but have answers of their own.
    addFindings(session.findings(), session.foundElsewhere(), answers);
    std::sort(answers.begin(), answers.end(), [](const Answer& a, const Answer& b) {
        return std::tuple(a.weight, -a.cost, a.head) < std::tuple(b.weight, -b.cost, b.head);
    });
    return answers;
}

}  // namespace raddle::gui
