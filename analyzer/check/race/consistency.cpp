#include "analyzer/check/race/consistency.h"

#include <algorithm>
#include <map>
#include <set>

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
    std::map<OpId, std::map<std::string, size_t>> heldAt;  // by lock: in how many of the op's accesses
    std::map<OpId, size_t> accesses;
    for (size_t index : group) {
        const Access& access = facts.accesses[index];
        ++accesses[access.op];
        std::set<std::string> names;
        for (const HeldLock& lock : facts.locks(access.locks))
            if (lock.kind != ir::LockKind::flag) names.insert(facts.places.describe(lock.lock));
        for (const std::string& name : names) ++heldAt[access.op][name];
    }
    std::map<std::string, size_t> always;
    for (const auto& [op, names] : heldAt)
        for (const auto& [name, count] : names)
            if (count == accesses[op]) ++always[name];
    UsualLock usual;
    usual.total = accesses.size();
    for (const auto& [name, count] : always)
        if (count > usual.held) usual.name = name, usual.held = count;
    return usual;
}

Preparations::Makers Preparations::findMakers(const Facts& facts) {
    Makers makers;
    for (uint32_t i = 0; i < facts.ops.size(); ++i)
        if (const ir::Op& op = facts.ops.op({i}); op.kind == ir::OpKind::initLock || op.kind == ir::OpKind::destroyLock)
            makers[facts.ops.function({i})].insert(memberOf(op.place));
    return makers;
}

bool Preparations::makes(FunctionIndex function) const {
    auto made = makers_.find(function);
    return made != makers_.end() && std::any_of(made->second.begin(), made->second.end(),
                                                [&](const Member& lock) { return locks_.contains(lock); });
}

Preparations::Preparations(const Facts& facts, const Makers& makers, const std::vector<size_t>& group)
    : facts_(facts), makers_(makers) {
    for (size_t index : group)
        for (const HeldLock& lock : facts.locks(facts.accesses[index].locks)) locks_.insert(memberOf(facts, lock.lock));
}

bool Preparations::contains(const Access& access) {
    if (locks_.empty() || makers_.empty()) return false;
    auto [known, isNew] = known_.try_emplace(access.context, false);
    if (!isNew) return known->second;
    std::set<ContextId> level{access.context}, seen = level;
    for (int depth = 0; depth <= kDeepest && !level.empty(); ++depth) {
        std::set<ContextId> callers;
        for (ContextId context : level) {
            if (makes(facts_.context(context).function)) return known->second = true;
            for (const Caller& caller : facts_.context(context).callers)
                if (seen.insert(caller.context).second) callers.insert(caller.context);
        }
        level = std::move(callers);
    }
    return false;
}

}  // namespace raddle::check
