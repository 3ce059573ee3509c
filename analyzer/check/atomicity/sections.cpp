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
    : facts_(facts),
      workings_(workings),
      objects_(facts.ops.size()),
      parts_(facts.ops.size(), 0),
      partsKnown_(facts.program->functions.size(), false) {
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
    std::vector<std::pair<uint32_t, uint32_t>> byOp, byContext;
    for (uint32_t i = 0; i < facts.accesses.size(); ++i) {
        const Access& access = facts.accesses[i];
        if (!shared.contains(rootOf(access)) || !wanted(facts, access)) continue;
        byOp.emplace_back(access.op.value, i);
        byContext.emplace_back(access.context.value, i);
    }
    byOp_ = Rows<uint32_t>(facts.ops.size(), byOp);
    byContext_ = Rows<uint32_t>(facts.contexts.size(), byContext);
    for (size_t context = 0; context < facts.contexts.size(); ++context)
        std::ranges::sort(byContext_.of(context), {},
                          [&](uint32_t index) { return std::pair(facts.accesses[index].op, index); });
    std::set<FunctionIndex> users;
    for (uint32_t i = 0; i < facts.ops.size(); ++i)
        if (!accesses({i}).empty()) users.insert(facts.ops.function({i}));
    users_ = withCallers(std::move(users));
    findCalls();
}

void Sections::findCalls() {
    std::vector<std::pair<uint32_t, Called>> calls;
    std::vector<bool> isUser(facts_.program->functions.size(), false);
    for (FunctionIndex user : users_) isUser[user.index()] = true;
    for (uint32_t i = 0; i < facts_.contexts.size(); ++i) {
        const Context& context = facts_.contexts[i];
        if (!isUser[context.function.index()]) continue;
        for (const Caller& caller : context.callers) {
            Contexts& called = calledFrom_[caller.op];
            if (called.empty() || called.back() != ContextId{i}) called.push_back({i});
            const std::set<Target>& targets = facts_.pointsTo.targetsOf(caller.op);
            const auto target = targets.lower_bound(Target{context.function, PlaceId{0}});
            if (target != targets.end() && target->function == context.function)
                calls.push_back({caller.context.value, {caller.op, ContextId{i}}});
        }
    }
    calls_ = Rows<Called>(facts_.contexts.size(), calls);
    for (size_t context = 0; context < facts_.contexts.size(); ++context) std::ranges::sort(calls_.of(context));
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

const Sections::Contexts& Sections::contextsFrom(OpId call) const {
    static const Contexts none;
    auto it = calledFrom_.find(call);
    return it == calledFrom_.end() ? none : it->second;
}

void Sections::findParts(FunctionIndex index) {
    if (partsKnown_[index.index()]) return;
    partsKnown_[index.index()] = true;
    const ir::Function& function = facts_.program->function(index);
    const Dependences& inside = dependencesOf(index);
    for (ir::BlockId block = 0; block < function.blocks.size(); ++block)
        for (size_t i = 0; i < function.blocks[block].ops.size(); ++i) {
            const OpId id = facts_.ops.id(index, block, i);
            const ir::OpKind kind = function.blocks[block].ops[i].kind;
            if (storesResult(facts_, id)) {
                for (const auto* reads : {&inside.data, &inside.control})
                    if (auto known = reads->find(id); known != reads->end())
                        for (OpId read : known->second) parts_[read.index()] |= kReads;
            } else if (kind == ir::OpKind::store || kind == ir::OpKind::rmw || kind == ir::OpKind::call) {
                parts_[id.index()] |= kWrites;
            }
        }
}

const std::vector<ObjectId>& Sections::decidedOn(OpId op) {
    auto [it, isNew] = decidedOn_.try_emplace(op);
    if (!isNew) return it->second;
    std::vector<ObjectId>& objects = it->second;
    const Dependences& inside = dependencesOf(facts_.ops.function(op));
    if (auto control = inside.control.find(op); control != inside.control.end())
        for (OpId read : control->second)
            objects.insert(objects.end(), objects_[read.index()].begin(), objects_[read.index()].end());
    std::sort(objects.begin(), objects.end());
    objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
    return objects;
}

// What the callee has looked at for itself is its own decision.
void Sections::dropDecided(OpId op, size_t from, std::vector<uint32_t>& found) {
    if (found.size() == from) return;
    const std::vector<ObjectId>& looked = decidedOn(op);
    if (looked.empty()) return;
    const auto first = found.begin() + static_cast<std::ptrdiff_t>(from);
    found.erase(std::remove_if(
                    first, found.end(),
                    [&](uint32_t index) { return std::ranges::binary_search(looked, rootOf(facts_.accesses[index])); }),
                found.end());
}

void Sections::collect(std::span<const ContextId> contexts, Part part, int depth, std::vector<uint32_t>& out) {
    std::vector<Called> calls;
    for (ContextId context : contexts) {
        findParts(facts_.context(context).function);
        const std::span<const uint32_t> accesses = byContext_.of(context.index());
        for (size_t i = 0, end = 0; i < accesses.size(); i = end) {
            const OpId op = facts_.accesses[accesses[i]].op;
            const size_t from = out.size();
            const bool wanted = (parts_[op.index()] & part) != 0 && facts_.ops.op(op).kind != ir::OpKind::call;
            for (end = i; end < accesses.size() && facts_.accesses[accesses[end]].op == op; ++end)
                if (wanted && (facts_.accesses[accesses[end]].kind == AccessKind::write) == (part == kWrites))
                    out.push_back(accesses[end]);
            if (part == kWrites) dropDecided(op, from, out);
        }
        if (depth >= kDeepest) continue;
        for (const Called& call : calls_.of(context.index()))
            if ((parts_[call.op.index()] & part) != 0) calls.push_back(call);
    }
    std::ranges::sort(calls);
    const auto [first, last] = std::ranges::unique(calls);
    calls.erase(first, last);
    std::vector<ContextId> inner;
    for (size_t i = 0; i < calls.size();) {
        const OpId op = calls[i].op;
        inner.clear();
        for (; i < calls.size() && calls[i].op == op; ++i) inner.push_back(calls[i].context);
        const size_t from = out.size();
        collect(inner, part, depth + 1, out);
        if (part == kWrites) dropDecided(op, from, out);
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

std::span<const uint32_t> Sections::effects(OpId op) {
    if (facts_.ops.op(op).kind != ir::OpKind::call) return accesses(op);
    auto [known, isNew] = effects_.try_emplace(op);
    std::vector<uint32_t>& found = known->second;
    if (!isNew) return found;
    for (const Target& target : facts_.pointsTo.targetsOf(op)) {
        if (!users_.contains(target.function)) continue;
        Contexts contexts;
        for (ContextId context : contextsFrom(op))
            if (facts_.context(context).function == target.function && contexts.size() < kMostCalled)
                contexts.push_back(context);
        collect(contexts, kReads, 0, found);
        collect(contexts, kWrites, 0, found);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    found.shrink_to_fit();
    return found;
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
    SharedSet<PlaceId> heldAtSome;
    if (isCall)
        for (ContextId context : called)
            for (const HeldLock& held : facts_.context(context).entry.held) heldAtSome.insert(held.lock);
    const auto heldAtCall = [&](const Access& access, PlaceId lock) {
        if (std::ranges::binary_search(called, access.context))
            return holds(facts_.context(access.context).entry.held, lock);
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
