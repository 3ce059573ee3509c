#include <algorithm>
#include <map>
#include <set>

#include "trace/answers/advice.h"
#include "trace/answers/lock_families.h"
#include "trace/answers/words.h"

namespace raddle::trace {
namespace {

constexpr size_t kMostAnswers = 3;

// Inversions that are the same but for which of many like locks are in them.
struct LikeInversions {
    std::vector<size_t> which;                         // in LockOrder::inversions
    std::map<std::string, std::vector<LockId>> locks;  // of all of them, by kinOf
};

std::set<LockId> locksOf(const Inversion& steps) {
    std::set<LockId> locks;
    for (const LockOrderStep& step : steps) locks.insert(step.held);
    return locks;
}

// What did happen is told as a deadlock.
bool hasHappened(const Case& of, const std::set<LockId>& locks) {
    return std::any_of(of.summary.deadlocks.begin(), of.summary.deadlocks.end(), [&](auto& deadlock) {
        std::set<LockId> stuck;
        for (const DeadlockStep& step : deadlock) stuck.insert(step.lock);
        return stuck == locks;
    });
}

// What a lock is in circles that are alike.
std::string kinOf(const Case& of, LockId lock) {
    std::string firstUse = firstUseOf(of.timeline.locks[lock.index()]);
    return firstUse.empty() ? std::to_string(of.families[lock.index()].value) : firstUse;
}

// The same for circles that are alike. Locks that are known by their first use only must be taken in the same
// functions as well.
std::string shapeOf(const Case& of, const Inversion& steps) {
    std::vector<std::string> parts;
    const bool isVague = std::any_of(steps.begin(), steps.end(), [&](const LockOrderStep& step) {
        return !firstUseOf(of.timeline.locks[step.held.index()]).empty();
    });
    for (const LockOrderStep& step : steps) {
        parts.push_back(kinOf(of, step.held) + ", " + kinOf(of, step.wanted));
        if (isVague) parts.back() += ", " + placeWords(of.timeline, step.wantedAt);
    }
    std::sort(parts.begin(), parts.end());
    std::string shape;
    for (const std::string& part : parts) shape += part + "\n";
    return shape;
}

// In the order of the first of each.
std::vector<LikeInversions> alike(const Case& of) {
    std::map<std::string, size_t> known;
    std::vector<LikeInversions> groups;
    const std::vector<Inversion>& inversions = of.analysis.order.inversions;
    for (size_t i = 0; i < inversions.size(); ++i) {
        const std::set<LockId> locks = locksOf(inversions[i]);
        if (hasHappened(of, locks)) continue;
        auto [it, isNew] = known.try_emplace(shapeOf(of, inversions[i]), groups.size());
        if (isNew) groups.emplace_back();
        LikeInversions& group = groups[it->second];
        group.which.push_back(i);
        for (LockId lock : locks) {
            std::vector<LockId>& members = group.locks[kinOf(of, lock)];
            if (std::find(members.begin(), members.end(), lock) == members.end()) members.push_back(lock);
        }
    }
    return groups;
}

std::string stepWords(const Case& of, const LockOrderStep& step) {
    std::string words = threadWords(of.timeline, step.thread) + " takes " + lockWords(of.timeline, step.wanted);
    if (std::string place = placeWords(of.timeline, step.wantedAt); !place.empty()) words += " in " + place;
    return words + " holding " + lockWords(of.timeline, step.held);
}

// The names of the locks, those of a family in one.
std::string locksInWords(const Case& of, const LikeInversions& group, const Inversion& first) {
    std::vector<std::string> names;
    if (group.which.size() == 1)
        for (LockId lock : locksOf(first)) names.push_back(lockWords(of.timeline, lock));
    else
        for (const auto& [family, members] : group.locks) names.push_back(familyWords(of.timeline, members));
    std::string words;
    for (size_t i = 0; i < names.size(); ++i)
        words += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    return words;
}

}  // namespace

void adviseOnOrder(const Case& of, std::vector<Answer>& out) {
    std::vector<LikeInversions> groups = alike(of);
    if (groups.size() > kMostAnswers) groups.resize(kMostAnswers);
    for (const LikeInversions& group : groups) {
        const Inversion& steps = of.analysis.order.inversions[group.which[0]];
        Answer a{Weight::costly, Topic::lockOrder, 0.5};
        a.inversion = group.which[0];
        a.lock = steps[0].wanted;
        a.head = "Possible deadlock: " + plural(steps.size(), "thread takes", "threads take") + " " +
                 locksInWords(of, group, steps) +
                 (steps.size() == 2 ? " in opposite orders" : " in orders that form a circle");
        for (const LockOrderStep& step : steps) {
            a.threads.push_back(step.thread);
            a.detail += (a.detail.empty() ? "" : "; ") + stepWords(of, step);
        }
        a.detail += ". ";
        if (size_t more = group.which.size() - 1)
            a.detail += plural(more, "more circle is", "more circles are") +
                        " like this one. None of them happened in "
                        "this run.";
        else
            a.detail += "It did not happen in this run.";
        std::sort(a.threads.begin(), a.threads.end());
        out.push_back(std::move(a));
    }
}

}  // namespace raddle::trace
