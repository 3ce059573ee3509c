#include "gui/models/answers/search.h"

#include <QStringList>
#include <algorithm>

#include "gui/models/session/story.h"

namespace raddle::gui {

int matchScore(const QString& text, const QString& wanted) {
    QString name = text.toLower(), all = wanted.toLower().trimmed();
    if (all.isEmpty()) return 1;
    for (const QString& word : all.split(QLatin1Char(' '), Qt::SkipEmptyParts))
        if (!name.contains(word)) return 0;
    if (name == all) return 1000;
    int score = 300 - static_cast<int>(std::min<qsizetype>(name.size(), 200));
    if (name.startsWith(all)) return score + 400;
    qsizetype at = name.indexOf(all);
    // The begin of a part of the name, as "push" in "Queue::push".
    if (at > 0 && !name[at - 1].isLetterOrNumber()) return score + 250;
    return score;
}

std::vector<SearchHit> searchIn(const Session& session, const QString& wanted, size_t most) {
    std::vector<SearchHit> hits;
    const trace::Timeline& t = session.timeline();
    auto add = [&](const QString& text, const char* kind, Page page, int bonus) -> SelectionState* {
        int score = matchScore(text, wanted);
        if (score == 0) return nullptr;
        hits.push_back({text, QString::fromUtf8(kind), page, {}, score + bonus});
        return &hits.back().selection;
    };
    for (uint32_t i = 0; i < t.locks.size(); ++i)
        if (auto* s = add(QString::fromStdString(t.locks[i].name), "lock", Page::locks, 60)) s->lock = {i};
    for (uint32_t i = 0; i < t.threads.size(); ++i)
        if (auto* s =
                add(QStringLiteral("%1  (%2)").arg(QString::fromStdString(t.threads[i].name)).arg(t.threads[i].tid),
                    "thread", Page::timeline, 50))
            s->threads = {{i}};
    for (uint32_t i = 0; i < t.functions.size(); ++i)
        if (auto* s = add(functionText(t.functions[i]), "function", Page::functions, 0)) s->function = {i};
    const std::vector<Finding>& findings = session.findings();
    for (size_t i = 0; i < findings.size(); ++i)
        if (auto* s =
                add(QString::fromStdString(findings[i].message).remove(QLatin1Char('`')), "finding", Page::findings, 0))
            s->finding = i;
    std::sort(hits.begin(), hits.end(), [](const SearchHit& a, const SearchHit& b) {
        return a.score != b.score ? a.score > b.score : a.text < b.text;
    });
    if (hits.size() > most) hits.resize(most);
    return hits;
}

}  // namespace raddle::gui
