#include <algorithm>

#include "trace/analysis/polling.h"
#include "trace/answers/advice.h"
#include "trace/answers/words.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

constexpr size_t kMostNames = 3;

std::string namesOf(const Timeline& timeline, const std::vector<ThreadId>& threads) {
    std::string names;
    size_t shown = std::min(threads.size(), kMostNames);
    for (size_t i = 0; i < shown; ++i) {
        if (i > 0) names += i + 1 == shown && shown == threads.size() ? " and " : ", ";
        names += threadWords(timeline, threads[i]);
    }
    return shown < threads.size() ? names + " and " + humanCount(threads.size() - shown) + " more" : names;
}

}  // namespace

// Threads of one function are told of together: they are meant to do the same.
void adviseOnPolling(const Case& of, std::vector<Answer>& out) {
    std::vector<Polling> all = pollings(of.timeline);
    while (!all.empty()) {
        const Polling first = all.front();
        Answer a{Weight::notable, Topic::polling};
        int64_t ns = 0;
        uint64_t turns = 0;
        bool isSampled = true;
        std::erase_if(all, [&](const Polling& polling) {
            if (polling.function != first.function) return false;
            a.threads.push_back(polling.thread);
            ns += polling.ns;
            turns += polling.turns;
            isSampled = isSampled && polling.isSampled;
            return true;
        });
        // Of a processor; below a tenth it is no matter.
        double processors = of.shareOfRun(ns);
        if (processors < 0.1) continue;
        if (processors >= 0.5) a.weight = Weight::costly;
        a.cost = std::min(1.0, of.share(ns));
        a.function = first.function;
        a.lock = a.threads.size() == 1 ? first.lock : LockId();
        bool isOne = a.threads.size() == 1;
        a.head = namesOf(of.timeline, a.threads) + (isOne ? " never rests: it asks" : " never rest: they ask") +
                 " for work again and again, for " + humanTime(ns) + (isOne ? "" : " in all");
        std::string place = placeWords(of.timeline, first.function, SourceLocation{});
        a.detail = (place.empty() ? std::string("There") : "In " + place) + (isOne ? " it takes" : " each takes") +
                   " a lock that hardly anybody else wants and lets go of it at once, " +
                   plural(turns, "time", "times") + (isOne ? "" : " together") +
                   ", and nothing else is recorded in between. " +
                   (isOne ? "That takes a processor;" : "That takes a processor each;") +
                   " to wait for a condition would take none.";
        if (!isSampled) a.detail += " If they compute there, --sample tells.";
        out.push_back(std::move(a));
    }
}

}  // namespace raddle::trace
