#include "analyzer/check/race/consistency.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace raddle::check {

using namespace facts;

namespace {

constexpr int kDeepest = 3;  // calls from what makes the lock to the access

// What names a lock whichever object it is in: its member, or the global.
std::pair<bool, int64_t> memberOf(const ir::Place& place) {
    for (auto step = place.steps.rbegin(); step != place.steps.rend(); ++step)
        if (step->kind == ir::StepKind::field) return {true, step->value};
    return {false, place.root.kind == ir::RootKind::global ? int64_t{place.root.index} : -1};
}

std::pair<bool, int64_t> memberOf(const Facts& facts, PlaceId id) {
    const Place& place = facts.places.place(id);
    for (auto step = place.steps.rbegin(); step != place.steps.rend(); ++step)
        if (step->kind == ir::StepKind::field) return {true, step->value};
    const Object& root = facts.places.object(place.root);
    return {false, root.kind == ObjectKind::global ? int64_t{root.global} : -1};
}

}  // namespace

UsualLock usualLock(const Facts& facts, const std::vector<size_t>& group) {
    std::map<std::string, uint32_t> names;
    std::unordered_map<LockSetId, std::vector<uint32_t>> namesOf;
    std::map<OpId, std::map<uint32_t, size_t>> heldAt;  // by lock: in how many of the op's accesses
    std::map<OpId, size_t> accesses;
    for (size_t index : group) {
        const Access& access = facts.accesses[index];
        ++accesses[access.op];
        auto [held, isNew] = namesOf.try_emplace(access.locks);
        if (isNew) {
            std::set<uint32_t> distinct;
            for (const HeldLock& lock : facts.locks(access.locks))
                if (lock.kind != ir::LockKind::flag)
                    distinct.insert(
                        names.try_emplace(facts.places.describe(lock.lock), static_cast<uint32_t>(names.size()))
                            .first->second);
            held->second.assign(distinct.begin(), distinct.end());
        }
        if (held->second.empty()) continue;
        std::map<uint32_t, size_t>& counts = heldAt[access.op];
        for (uint32_t name : held->second) ++counts[name];
    }
    std::vector<size_t> always(names.size(), 0);
    for (const auto& [op, counts] : heldAt)
        for (const auto& [name, count] : counts)
            if (count == accesses[op]) ++always[name];
    UsualLock usual;
    usual.total = accesses.size();
    for (const auto& [name, number] : names)
        if (always[number] > usual.held) usual.name = name, usual.held = always[number];
    return usual;
}

Preparations::Makers Preparations::findMakers(const Facts& facts) {
    Makers makers;
    for (uint32_t i = 0; i < facts.ops.size(); ++i)
        if (const ir::Op& op = facts.ops.op({i}); op.kind == ir::OpKind::initLock || op.kind == ir::OpKind::destroyLock)
            makers[facts.ops.function({i})].insert(memberOf(op.place));
    return makers;
}

Preparations::Preparations(const Facts& facts, const Makers& makers, const std::vector<size_t>& group) : facts_(facts) {
    std::set<Member> locks;
    for (size_t index : group)
        for (const HeldLock& lock : facts.locks(facts.accesses[index].locks)) locks.insert(memberOf(facts, lock.lock));
    for (const auto& [function, made] : makers)
        if (std::any_of(made.begin(), made.end(), [&](const Member& lock) { return locks.contains(lock); }))
            making_.insert(function);
}

bool Preparations::contains(const Access& access) {
    if (making_.empty()) return false;
    auto [known, isNew] = known_.try_emplace(access.context, false);
    if (!isNew) return known->second;
    std::set<ContextId> level{access.context}, seen = level;
    for (int depth = 0; depth <= kDeepest && !level.empty(); ++depth) {
        std::set<ContextId> callers;
        for (ContextId context : level) {
            if (making_.contains(facts_.context(context).function)) return known->second = true;
            for (const Caller& caller : facts_.context(context).callers)
                if (seen.insert(caller.context).second) callers.insert(caller.context);
        }
        level = std::move(callers);
    }
    return false;
}

}  // namespace raddle::check
