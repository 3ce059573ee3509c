#include "analyzer/check/race/conflicts.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "analyzer/check/base/exclusion.h"
#include "analyzer/check/base/lifetime.h"
#include "analyzer/check/race/evidence.h"

namespace raddle::check {

using namespace facts;

namespace {

// The first pair of threads that can meet in the two accesses.
bool meet(const Facts& facts, Workings& workings, const Access& a, const Access& b, Conflict& conflict) {
    bool found = false;
    const ObjectId rootA = facts.places.place(a.location).root, rootB = facts.places.place(b.location).root;
    for (const auto& [x, y] : workings.pairs.of(workings.threads.of(a.context), workings.threads.of(b.context))) {
        const bool assumed = facts.thread(x).kind == ThreadKind::assumed || facts.thread(y).kind == ThreadKind::assumed;
        if (found && assumed) continue;
        if (!workings.pairs.meet(x, a.live, y, b.live)) continue;
        if (isOwnVariable(facts, rootA, x) && isOwnVariable(facts, rootB, y)) continue;
        if (!mayOverlap(facts, a.location, b.location, x == y)) continue;
        if (!mayMeetInLife(facts, workings.takingTurns, a, x, b, y)) continue;
        if (threadLocal(facts, a, x, b, y) || (rootA != rootB && threadLocal(facts, b, y, a, x))) continue;
        if (apartByCreatorsLock(facts, a, x, b, y)) continue;
        conflict.firstThread = x;
        conflict.secondThread = y;
        found = true;
        if (!assumed) return true;
    }
    return found;
}

bool isAssumed(const Facts& facts, const Conflict& conflict) {
    return facts.thread(conflict.firstThread).kind == ThreadKind::assumed ||
           facts.thread(conflict.secondThread).kind == ThreadKind::assumed;
}

int scoreOf(const Facts& facts, const Access& a, const Access& b, const Conflict& conflict) {
    int score = 0;
    if (facts.thread(conflict.firstThread).kind != ThreadKind::assumed &&
        facts.thread(conflict.secondThread).kind != ThreadKind::assumed)
        score += 100;
    if (facts.locks(a.locks).empty()) score += 8;
    for (const Access* access : {&a, &b})
        if (access->choices <= kFewChoices && facts.context(access->context).locksKnown) score += 10;
    if (a.op != b.op) score += 4;
    if (b.kind == AccessKind::write) score += 2;
    if (conflict.firstThread != conflict.secondThread) score += 1;
    return score;
}

// What comparing a group's accesses pair by pair asks of one, side by side: a group has many more pairs than accesses.
struct Member {
    uint32_t kind = 0;  // by AccessClass
    uint32_t op = 0;    // within the group
    bool write = false, atomic = false, byType = false;
};

struct Members {
    std::vector<Member> all;
    Numbering<AccessClass> kinds;
    Numbering<std::array<uint32_t, 1>> ops;

    Members(const Facts& facts, const AccessClasses& classes, const std::vector<size_t>& group) {
        for (size_t index : group) {
            const Access& access = facts.accesses[index];
            all.push_back({kinds.of(classes.of(facts, access)), ops.of({access.op.value}),
                           access.kind == AccessKind::write, access.atomic, access.byType});
        }
    }
};

// Answers by pairs of numbers, each asked for once.
class PairAnswers {
  public:
    explicit PairAnswers(size_t count) : count_(count), known_(count * count, kUnknown) {}

    bool isNo(uint32_t a, uint32_t b) const { return known_[a * count_ + b] == kNo; }
    template <typename Ask>
    bool of(uint32_t a, uint32_t b, Ask ask) {
        uint8_t& known = known_[a * count_ + b];
        if (known == kUnknown) known = ask() ? kYes : kNo;
        return known == kYes;
    }

  private:
    static constexpr uint8_t kUnknown = 0, kNo = 1, kYes = 2;
    size_t count_;
    std::vector<uint8_t> known_;
};

// Whether accesses of two kinds conflict, and in which threads, found out once. Kinds differ in more than what one
// exclusion asks for: what locks exclude is told by where and how accesses are made, what order excludes by order.
class Meetings {
  public:
    Meetings(const Facts& facts, Workings& workings, const Members& members, const AccessClasses& classes,
             const std::vector<size_t>& group)
        : facts_(facts), workings_(workings), kinds_(members.kinds.size()), meet_(kinds_) {
        Numbering<std::array<uint32_t, 6>> guards;
        Numbering<std::array<uint32_t, 3>> orders;
        for (size_t i = 0; i < group.size(); ++i) {
            if (members.all[i].kind != guard_.size()) continue;
            const Access& access = facts.accesses[group[i]];
            const uint32_t locks = classes.locks.of(access.locks), threads = classes.threads.of(access.context);
            guard_.push_back(guards.of({access.place.value, access.location.value, locks, threads, access.region.value,
                                        static_cast<uint32_t>(access.owned)}));
            order_.push_back(orders.of({access.order.value, threads, locks}));
        }
        guarded_ = PairAnswers(guards.size());
        ordered_ = PairAnswers(orders.size());
    }

    bool excluded(uint32_t a, uint32_t b) const { return meet_.isNo(a, b); }
    // The threads; nothing when the two exclude each other.
    const Conflict* of(uint32_t kindA, const Access& a, uint32_t kindB, const Access& b) {
        const bool possible = meet_.of(kindA, kindB, [&] {
            Conflict conflict;
            if (apart(kindA, a, kindB, b) || !meet(facts_, workings_, a, b, conflict) ||
                (isAssumed(facts_, conflict) && alikeLocks(facts_, a, b)))
                return false;
            conflicts_.emplace(kindA * kinds_ + kindB, conflict);
            return true;
        });
        return possible ? &conflicts_.at(kindA * kinds_ + kindB) : nullptr;
    }

  private:
    bool apart(uint32_t kindA, const Access& a, uint32_t kindB, const Access& b) {
        return guarded_.of(guard_[kindA], guard_[kindB], [&] {
            return commonLock(facts_, a, b) || changesHands(facts_, a, b) || handedOver(facts_, a, b);
        }) || ordered_.of(order_[kindA], order_[kindB], [&] {
            return inDifferentPhases(facts_, a, b) || ordered(facts_, a, b) || ordered(facts_, b, a);
        });
    }

    const Facts& facts_;
    Workings& workings_;
    size_t kinds_;
    std::vector<uint32_t> guard_, order_;  // by kind
    PairAnswers guarded_{0}, ordered_{0}, meet_;
    std::unordered_map<size_t, Conflict> conflicts_;
};

// The finding starts with a write, of two writes with what frees or with the one less protected.
bool comesSecond(const Facts& facts, const Access& a, const Access& b) {
    return a.kind == AccessKind::read || (changesLife(facts, b) && !changesLife(facts, a)) ||
           (b.kind == AccessKind::write && facts.locks(b.locks).size() < facts.locks(a.locks).size());
}

}  // namespace

bool isKnown(const Conflict& conflict) {
    return conflict.score >= 100;
}

std::vector<Conflict> conflictsOf(const Facts& facts, Workings& workings, const AccessClasses& classes,
                                  const Preparations::Makers& makers, const std::vector<size_t>& group) {
    const Members members(facts, classes, group);
    const size_t ops = members.ops.size();
    Meetings meetings(facts, workings, members, classes, group);
    std::vector<uint32_t> told(ops * ops);  // by pair of ops: 1 + its conflict, the most telling one
    Preparations preparations(facts, makers, group);
    std::vector<std::optional<bool>> asPreparation(group.size());
    const auto prepares = [&](size_t i) {
        if (!asPreparation[i]) asPreparation[i] = preparations.contains(facts.accesses[group[i]]);
        return *asPreparation[i];
    };
    std::vector<Conflict> conflicts;
    for (size_t i = 0; i < group.size(); ++i)
        for (size_t j = i; j < group.size(); ++j) {
            const Member &first = members.all[i], &second = members.all[j];
            if ((!first.write && !second.write) || (first.atomic && second.atomic) || (first.byType && second.byType) ||
                meetings.excluded(first.kind, second.kind))
                continue;
            const size_t pair = std::min(first.op, second.op) * ops + std::max(first.op, second.op);
            if (told[pair] > 0 && isKnown(conflicts[told[pair] - 1])) continue;
            const Access &a = facts.accesses[group[i]], &b = facts.accesses[group[j]];
            const Conflict* meeting = meetings.of(first.kind, a, second.kind, b);
            if (!meeting || (isAssumed(facts, *meeting) && (prepares(i) || prepares(j)))) continue;
            Conflict conflict{group[i], group[j], meeting->firstThread, meeting->secondThread};
            const bool swap = comesSecond(facts, a, b);
            if (swap) {
                std::swap(conflict.first, conflict.second);
                std::swap(conflict.firstThread, conflict.secondThread);
            }
            conflict.score = swap ? scoreOf(facts, b, a, conflict) : scoreOf(facts, a, b, conflict);
            if (told[pair] == 0) {
                conflicts.push_back(conflict);
                told[pair] = static_cast<uint32_t>(conflicts.size());
            } else if (conflict.score > conflicts[told[pair] - 1].score) {
                conflicts[told[pair] - 1] = conflict;
            }
        }
    return conflicts;
}

}  // namespace raddle::check
