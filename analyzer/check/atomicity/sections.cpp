#include "analyzer/check/atomicity/sections.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "analyzer/check/base/exclusion.h"
#include "analyzer/check/base/questions.h"

namespace raddle::check {

using namespace facts;

namespace {

constexpr int kDeepest = 3;           // calls that what a callee does is followed through
constexpr size_t kMostContexts = 16;  // that one thing is done in, past which there is nothing new to learn
constexpr size_t kMostCalled = 64;    // of the contexts that one call leads to, likewise

}  // namespace

Sections::Sections(const Facts& facts, Workings& workings, Wanted wanted, bool readers)
    : facts_(facts), workings_(workings), byOp_(facts.ops.size()), objects_(facts.ops.size()) {
    std::vector<bool> wantedIn(facts.places.objectCount(), false);
    for (const Access& access : facts.accesses)
        if (wanted(facts, access)) wantedIn[rootOf(access).index()] = true;
    Numbering<std::array<uint32_t, 3>> seen;
    for (size_t i = 0; i < facts.accesses.size(); ++i) {
        const Access& access = facts.accesses[i];
        if (!wantedIn[rootOf(access).index()]) continue;
        objects_[access.op.index()].insert(rootOf(access));
        if (access.kind != AccessKind::write) continue;
        const size_t known = seen.size();
        if (seen.of({access.location.value, workings.threads.of(access.context), access.live.value}) == known)
            writes_[access.location].push_back(i);
    }
    std::set<ObjectId> shared;
    for (const auto& [location, writes] : writes_)
        if (std::any_of(writes.begin(), writes.end(), [&](size_t i) { return contested(facts.accesses[i]); }))
            shared.insert(facts.places.place(location).root);
    if (readers)
        for (const Access& access : facts.accesses)
            if (access.kind == AccessKind::read && !shared.contains(rootOf(access)) && wanted(facts, access) &&
                contested(access))
                shared.insert(rootOf(access));
    for (size_t i = 0; i < facts.accesses.size(); ++i) {
        const Access& access = facts.accesses[i];
        if (!shared.contains(rootOf(access)) || !wanted(facts, access)) continue;
        byOp_[access.op.index()].push_back(i);
        inContext_[{access.op.value, access.context.value}].push_back(i);
    }
    std::set<FunctionIndex> users;
    for (uint32_t i = 0; i < facts.ops.size(); ++i)
        if (!byOp_[i].empty()) users.insert(facts.ops.function({i}));
    users_ = withCallers(std::move(users));
    for (uint32_t i = 0; i < facts.contexts.size(); ++i)
        for (const Caller& caller : facts.contexts[i].callers) {
            if (!users_.contains(facts.contexts[i].function)) break;
            calledFrom_[caller.op].insert(ContextId{i});
            callees_[{caller.context.value, caller.op.value}].push_back(ContextId{i});
        }
}

const std::vector<size_t>& Sections::accesses(OpId op) const {
    return byOp_[op.index()];
}

bool Sections::mayMeet(const Access& access, const Access& write) const {
    const ThreadSets& threads = workings_.threads;
    const auto& pairs = workings_.pairs.of(threads.of(access.context), threads.of(write.context));
    return std::any_of(pairs.begin(), pairs.end(), [&](const auto& pair) {
        const auto& [a, b] = pair;
        return workings_.pairs.meet(a, access.live, b, write.live) &&
               !(isOwnVariable(facts_, rootOf(access), a) && isOwnVariable(facts_, rootOf(write), b)) &&
               !threadLocal(facts_, access, a, write, b) && mayOverlap(facts_, access.location, write.location, a == b);
    });
}

bool Sections::contested(const Access& access) const {
    auto [it, isNew] =
        contested_.try_emplace({access.location.value, workings_.threads.of(access.context), access.live.value}, false);
    if (!isNew) return it->second;
    auto writes = writes_.find(access.location);
    if (writes == writes_.end()) return false;
    for (size_t index : writes->second) {
        const Access& write = facts_.accesses[index];
        if (mayMeet(access, write)) return it->second = true;
    }
    return false;
}

bool Sections::contested(const Touch& touch) const {
    return std::any_of(accesses(touch.access).begin(), accesses(touch.access).end(), [&](size_t index) {
        return facts_.accesses[index].location == touch.location && contested(facts_.accesses[index]);
    });
}

bool Sections::resultUsed(OpId rmw) {
    const Dependences& flow = dependencesOf(facts_.ops.function(rmw));
    const auto rests = [&](const auto& entry) { return entry.second.contains(rmw); };
    return std::any_of(flow.data.begin(), flow.data.end(), rests) ||
           std::any_of(flow.control.begin(), flow.control.end(), rests);
}

bool isAtomic(const Facts& facts, const Access& access) {
    const ir::OpKind kind = facts.ops.op(access.op).kind;
    return access.atomic && kind != ir::OpKind::acquire && kind != ir::OpKind::barrier;
}

bool storesResult(const Facts& facts, OpId id) {
    const ir::Op& op = facts.ops.op(id);
    return op.kind == ir::OpKind::store && op.place.root.kind == ir::RootKind::local && op.place.steps.empty() &&
           facts.program->text(facts.program->function(facts.ops.function(id)).locals[op.place.root.index].name) ==
               "%return";
}

const Sections::Contexts& Sections::contextsFrom(OpId call) {
    static const Contexts none;
    auto it = calledFrom_.find(call);
    return it == calledFrom_.end() ? none : it->second;
}

const std::vector<Sections::Part>& Sections::partsOf(FunctionIndex index) {
    auto [it, isNew] = parts_.try_emplace(index);
    if (!isNew) return it->second;
    const ir::Function& function = facts_.program->function(index);
    const Dependences& inside = dependencesOf(index);
    std::vector<Part> parts;
    for (ir::BlockId block = 0; block < function.blocks.size(); ++block)
        for (size_t i = 0; i < function.blocks[block].ops.size(); ++i) {
            const OpId id = facts_.ops.id(index, block, i);
            const ir::OpKind kind = function.blocks[block].ops[i].kind;
            if (storesResult(facts_, id)) {
                for (const auto* reads : {&inside.data, &inside.control})
                    if (auto known = reads->find(id); known != reads->end())
                        for (OpId read : known->second) parts.push_back({read, false});
            } else if (kind == ir::OpKind::store || kind == ir::OpKind::rmw || kind == ir::OpKind::call) {
                parts.push_back({id, true});
            }
        }
    return parts_[index] = std::move(parts);
}

void Sections::collectPart(const Part& part, const Contexts& contexts, int depth, std::vector<size_t>& out) {
    if (facts_.ops.op(part.op).kind != ir::OpKind::call) {
        if (accesses(part.op).empty()) return;
        for (ContextId context : contexts)
            if (const auto known = inContext_.find({part.op.value, context.value}); known != inContext_.end())
                for (size_t index : known->second)
                    if ((facts_.accesses[index].kind == AccessKind::write) == part.write) out.push_back(index);
        return;
    }
    if (depth >= kDeepest) return;
    const std::set<Target>& targets = facts_.pointsTo.targetsOf(part.op);
    if (std::none_of(targets.begin(), targets.end(), [&](const Target& t) { return users_.contains(t.function); }))
        return;
    Contexts inner;
    for (ContextId context : contexts)
        if (auto callees = callees_.find({context.value, part.op.value}); callees != callees_.end())
            inner.insert(callees->second.begin(), callees->second.end());
    for (const Target& target : targets)
        if (users_.contains(target.function)) collect(target.function, inner, part.write, depth + 1, out);
}

const std::set<ObjectId>& Sections::decidedOn(FunctionIndex function, OpId op) {
    auto [it, isNew] = decidedOn_.try_emplace(op);
    if (!isNew) return it->second;
    const Dependences& inside = dependencesOf(function);
    if (auto control = inside.control.find(op); control != inside.control.end())
        for (OpId read : control->second)
            it->second.insert(objects_[read.index()].begin(), objects_[read.index()].end());
    return it->second;
}

void Sections::collect(FunctionIndex function, const Contexts& contexts, bool write, int depth,
                       std::vector<size_t>& out) {
    if (contexts.empty()) return;
    for (const Part& part : partsOf(function)) {
        if (part.write != write) continue;
        std::vector<size_t> found;
        collectPart(part, contexts, depth, found);
        if (write && !found.empty()) {
            // What the callee has looked at for itself is its own decision.
            const std::set<ObjectId>& looked = decidedOn(function, part.op);
            std::erase_if(found, [&](size_t index) { return looked.contains(rootOf(facts_.accesses[index])); });
        }
        out.insert(out.end(), found.begin(), found.end());
    }
}

// The functions, and those that call them, so few calls deep that what they do is seen.
std::set<FunctionIndex> Sections::withCallers(std::set<FunctionIndex> last) const {
    std::set<FunctionIndex> found;
    for (int depth = 0; depth <= kDeepest && !last.empty(); ++depth) {
        found.insert(last.begin(), last.end());
        std::set<FunctionIndex> next;
        for (FunctionIndex function : last)
            if (auto callers = facts_.pointsTo.callers.find(function); callers != facts_.pointsTo.callers.end())
                for (OpId call : callers->second)
                    if (!found.contains(facts_.ops.function(call))) next.insert(facts_.ops.function(call));
        last = std::move(next);
    }
    return found;
}

std::set<FunctionIndex> Sections::lockers() const {
    std::set<FunctionIndex> locking, both;
    for (uint32_t i = 0; i < facts_.ops.size(); ++i)
        if (facts_.ops.op({i}).kind == ir::OpKind::acquire) locking.insert(facts_.ops.function({i}));
    locking = withCallers(std::move(locking));
    std::set_intersection(locking.begin(), locking.end(), users_.begin(), users_.end(),
                          std::inserter(both, both.end()));
    return both;
}

const std::vector<size_t>& Sections::effects(OpId op) {
    if (facts_.ops.op(op).kind != ir::OpKind::call) return accesses(op);
    if (auto known = effects_.find(op); known != effects_.end()) return known->second;
    std::vector<size_t> found;
    for (const Target& target : facts_.pointsTo.targetsOf(op)) {
        if (!users_.contains(target.function)) continue;
        Contexts contexts;
        for (ContextId context : contextsFrom(op))
            if (facts_.context(context).function == target.function && contexts.size() < kMostCalled)
                contexts.insert(context);
        collect(target.function, contexts, false, 0, found);
        collect(target.function, contexts, true, 0, found);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return effects_[op] = std::move(found);
}

const std::vector<Touch>& Sections::touches(OpId op) {
    auto [known, isNew] = touches_.try_emplace(op);
    if (isNew) known->second = findTouches(op);
    return known->second;
}

std::span<const Touch> Sections::touches(OpId op, PlaceId location, PlaceId lock) {
    const auto [first, last] =
        std::ranges::equal_range(touches(op), std::pair(location, lock), {},
                                 [](const Touch& touch) { return std::pair(touch.location, touch.lock); });
    return {first, last};
}

std::vector<Touch> Sections::findTouches(OpId op) {
    std::vector<Touch> out;
    const bool isCall = facts_.ops.op(op).kind == ir::OpKind::call;
    const FunctionIndex here = facts_.ops.function(op);
    // A lock that was held when the call was made is not taken by it.
    const Contexts& called = contextsFrom(op);
    std::set<PlaceId> heldAtSome;
    if (isCall)
        for (ContextId context : called)
            for (const HeldLock& held : facts_.context(context).entry.held) heldAtSome.insert(held.lock);
    const auto heldAtCall = [&](const Access& access, PlaceId lock) {
        if (called.contains(access.context)) return holds(facts_.context(access.context).entry.held, lock);
        return heldAtSome.contains(lock);
    };
    for (size_t index : effects(op)) {
        const Access& access = facts_.accesses[index];
        for (const HeldLock& held : facts_.locks(access.locks)) {
            if (held.kind == ir::LockKind::flag || held.lost) continue;
            if (isCall && (facts_.ops.function(held.takenBy) == here || heldAtCall(access, held.lock))) continue;
            out.push_back({access.location, held.lock, isCall ? op : held.takenBy, access.op, access.context,
                           access.kind == AccessKind::write});
        }
    }
    // What is done, in whatever context.
    const auto deed = [](const Touch& t) { return std::tie(t.location, t.lock, t.section, t.access, t.write); };
    std::ranges::sort(out, {}, [&](const Touch& touch) { return std::pair(deed(touch), touch.context); });
    out.erase(std::unique(out.begin(), out.end()), out.end());
    // The last of more than enough in a row of the same are left out.
    std::vector<Touch> kept;
    size_t same = 0;
    for (const Touch& touch : out) {
        same = !kept.empty() && deed(kept.back()) == deed(touch) ? same + 1 : 0;
        if (same < kMostContexts) kept.push_back(touch);
    }
    return kept;
}

}  // namespace raddle::check
