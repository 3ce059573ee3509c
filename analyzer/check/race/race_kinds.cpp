#include "analyzer/check/race/race_kinds.h"

#include <algorithm>

#include "analyzer/check/base/lifetime.h"
#include "analyzer/check/base/questions.h"
#include "analyzer/check/base/story.h"
#include "core/model/rules.h"

namespace raddle::check {

using namespace facts;

namespace {

constexpr int kDeepestCopy = 4;  // assignments and calls that a pointer is followed back through

std::string lineOf(const Facts& facts, OpId op) {
    const ir::Location& at = facts.ops.op(op).at;
    return "line " + std::to_string(at.line);
}

bool throughPointer(const ir::Place& place) {
    return place.root.kind == ir::RootKind::local && hasStep(place.steps, ir::StepKind::deref);
}

template <class Visit>
void forOps(const Facts& facts, FunctionIndex index, Visit visit) {
    const ir::Function& function = facts.program->function(index);
    for (ir::BlockId block = 0; block < function.blocks.size(); ++block)
        for (size_t i = 0; i < function.blocks[block].ops.size(); ++i)
            visit(facts.ops.id(index, block, i), function.blocks[block].ops[i]);
}

bool isAllocated(const Facts& facts, FunctionIndex function, ir::Root variable) {
    bool found = false;
    forOps(facts, function, [&](OpId, const ir::Op& op) {
        found = found || (op.kind == ir::OpKind::alloc && op.place == ir::Place{variable, {}});
    });
    return found;
}

}  // namespace

std::optional<RaceKind> RaceKinds::kindOf(const Access& a, const Access& b) {
    const auto changesLife = [&](const Access& access) {
        const ir::OpKind kind = facts_.ops.op(access.op).kind;
        return kind != ir::OpKind::load && kind != ir::OpKind::store && kind != ir::OpKind::rmw &&
               kind != ir::OpKind::cas;
    };
    if (changesLife(a) || changesLife(b)) return {};
    for (const auto& [first, second] : {std::pair(&a, &b), std::pair(&b, &a)}) {
        if (auto kind = doubleChecked(*first, *second)) return kind;
        if (auto kind = startedEarly(*first, *second)) return kind;
        if (auto kind = publishedEarly(*first)) return kind;
        if (auto kind = afterUnlock(*first, *second)) return kind;
        if (auto kind = mixedAtomic(*first, *second)) return kind;
    }
    if (auto kind = volatileFlag(a, b)) return kind;
    return container(a, b);
}

const std::vector<size_t>& RaceKinds::accesses(OpId op) {
    if (byOp_.empty()) {
        byOp_.resize(facts_.ops.size());
        for (size_t i = 0; i < facts_.accesses.size(); ++i) byOp_[facts_.accesses[i].op.index()].push_back(i);
    }
    return byOp_[op.index()];
}

// Whether the op of `decided`, or the call that leads to it, stands under a test of what `check` reads.
bool RaceKinds::restsOn(const Access& decided, const Access& check) {
    const FunctionIndex function = facts_.ops.function(check.op);
    const Dependences& flow = dependences_.of(function);
    const auto controlled = [&](OpId op) {
        auto control = flow.control.find(op);
        return control != flow.control.end() && control->second.contains(check.op);
    };
    if (facts_.ops.function(decided.op) == function) return controlled(decided.op);
    const auto& callers = facts_.context(decided.context).callers;
    return std::any_of(callers.begin(), callers.end(), [&](const Caller& caller) {
        return facts_.ops.function(caller.op) == function && controlled(caller.op);
    });
}

// Checked without the lock, checked again and set under it.
std::optional<RaceKind> RaceKinds::doubleChecked(const Access& check, const Access& set) {
    if (check.kind != AccessKind::read || set.kind != AccessKind::write || check.location != set.location) return {};
    const Dependences& flow = dependences_.of(facts_.ops.function(set.op));
    auto control = flow.control.find(set.op);
    if (control == flow.control.end() || !restsOn(set, check)) return {};
    // A lock that the caller holds is not taken between the two checks.
    const bool here = facts_.ops.function(check.op) == facts_.ops.function(set.op);
    const auto brought = [&](PlaceId lock) { return here && holds(facts_.context(set.context).entry.held, lock); };
    for (OpId read : control->second)
        for (size_t index : accesses(read)) {
            const Access& again = facts_.accesses[index];
            if (again.kind != AccessKind::read || read == check.op || again.location != set.location) continue;
            for (const HeldLock& held : facts_.locks(set.locks))
                if (!brought(held.lock) && held.kind != ir::LockKind::flag &&
                    holds(facts_.locks(again.locks), held.lock) && !holds(facts_.locks(check.locks), held.lock))
                    return RaceKind{
                        "race-double-checked-locking", "; double-checked locking, whose first check nothing orders",
                        "checked again under " + lockName(facts_, held.lock) + " at " + lineOf(facts_, again.op) +
                            ", but the first check, which is to save that, sees what it likes"};
        }
    return {};
}

// Whether an op gives a variable its value under a lock that its function, not a caller, has taken.
bool RaceKinds::namesLock(OpId op, PlaceId lock, ContextId user) const {
    auto under = facts_.storedUnder.find(op);
    if (under == facts_.storedUnder.end()) return false;
    return std::any_of(under->second.begin(), under->second.end(), [&](const auto& stored) {
        const auto& [context, locks] = stored;
        if (facts_.context(context).function == facts_.context(user).function && context != user) return false;
        return holds(facts_.locks(locks), lock) && !holds(facts_.context(context).entry.held, lock);
    });
}

// Where a pointer gets its value while the lock is held, followed back through copies and results of calls.
std::optional<OpId> RaceKinds::obtainedUnder(FunctionIndex function, ir::Root pointer, PlaceId lock, ContextId user,
                                             int depth) {
    if (depth > kDeepestCopy || pointer.kind != ir::RootKind::local) return {};
    std::optional<OpId> found;
    forOps(facts_, function, [&](OpId id, const ir::Op& op) {
        if (found) return;
        const bool stores = op.kind == ir::OpKind::store && op.place.root == pointer && !throughPointer(op.place);
        const bool returns = op.kind == ir::OpKind::call && op.result == pointer;
        if (!stores && !returns) return;
        if (namesLock(id, lock, user)) {
            found = id;
        } else if (stores && op.value.kind == ir::ValueKind::load && op.value.place.root != pointer) {
            found = obtainedUnder(function, op.value.place.root, lock, user, depth + 1);
        } else if (returns) {
            for (const Target& target : facts_.pointsTo.targetsOf(id))
                if (!found)
                    found = obtainedUnder(target.function, returnedVariable(facts_.program->function(target.function)),
                                          lock, user, depth + 1);
        }
    });
    return found;
}

std::optional<RaceKind> RaceKinds::afterUnlock(const Access& use, const Access& guarded) {
    const ir::Place& place = facts_.ops.op(use.op).place;
    if (!throughPointer(place)) return {};
    for (const HeldLock& held : facts_.locks(guarded.locks)) {
        // Where some ways come with the lock, none has let it go.
        const std::vector<size_t>& ways = accesses(use.op);
        const bool underToo = std::any_of(ways.begin(), ways.end(), [&](size_t way) {
            return holds(facts_.locks(facts_.accesses[way].locks), held.lock);
        });
        if (held.kind == ir::LockKind::flag || underToo) continue;
        const auto obtained = obtainedUnder(facts_.ops.function(use.op), place.root, held.lock, use.context, 0);
        if (!obtained) continue;
        const std::string lock = lockName(facts_, held.lock);
        return RaceKind{"race-use-after-unlock",
                        "; used after " + lock + " is released, under which " + functionName(facts_, *obtained) +
                            " got the pointer to it",
                        "the pointer or reference was obtained under " + lock + " at " + lineOf(facts_, *obtained) +
                            " and outlives the hold"};
    }
    return {};
}

// Whether the function makes what the pointer points to, before the op.
bool RaceKinds::makes(FunctionIndex function, ir::Root pointer, OpId before) const {
    if (pointer == ir::Root{ir::RootKind::formal, 0} &&
        facts_.program->function(function).role == ir::FunctionRole::constructor)
        return true;
    bool made = false;
    forOps(facts_, function, [&](OpId id, const ir::Op& op) {
        if (id.value >= before.value) return;
        if (op.kind == ir::OpKind::alloc && op.place == ir::Place{pointer, {}}) made = true;
        // The allocation goes to a temporary first.
        if (op.kind == ir::OpKind::store && op.value.kind == ir::ValueKind::load &&
            op.place == ir::Place{pointer, {}} && isAllocated(facts_, function, op.value.place.root))
            made = true;
    });
    return made;
}

// The op of the function, the spawn or the call on the way to it, by which it has started the thread before `op`.
std::optional<OpId> RaceKinds::startedBefore(const Thread& thread, OpId op) const {
    const FunctionIndex function = facts_.ops.function(op);
    const auto isBefore = [&](OpId other) { return facts_.ops.function(other) == function && other.value < op.value; };
    if (thread.kind != ThreadKind::spawned) return {};
    if (isBefore(thread.spawn)) return thread.spawn;
    std::set<ContextId> contexts = thread.spawnedIn;
    for (int depth = 0; depth < kDeepestCopy && !contexts.empty(); ++depth) {
        std::set<ContextId> next;
        for (ContextId context : contexts)
            for (const Caller& caller : facts_.context(context).callers) {
                if (isBefore(caller.op)) return caller.op;
                next.insert(caller.context);
            }
        contexts = std::move(next);
    }
    return {};
}

// A thread is started on a new object, and only then is the object filled.
std::optional<RaceKind> RaceKinds::startedEarly(const Access& write, const Access& other) const {
    const ir::Op& fills = facts_.ops.op(write.op);
    const FunctionIndex function = facts_.ops.function(write.op);
    if (write.kind != AccessKind::write || fills.kind != ir::OpKind::store || fills.place.steps.empty() ||
        fills.place.steps.front().kind != ir::StepKind::deref || !makes(function, fills.place.root, write.op))
        return {};
    for (const HeldLock& held : facts_.locks(write.locks))
        if (facts_.ops.function(held.acquiredAt) == function) return {};
    for (ThreadId thread : facts_.context(other.context).threads)
        if (const auto started = startedBefore(facts_.thread(thread), write.op))
            return RaceKind{"race-early-start", "; the thread that uses the object is started before this write",
                            "the thread is started at " + lineOf(facts_, *started) + ", before the object is complete"};
    return {};
}

// A new object's pointer is stored where others find it, and only then is the object filled.
std::optional<RaceKind> RaceKinds::publishedEarly(const Access& write) const {
    const ir::Op& fills = facts_.ops.op(write.op);
    if (write.kind != AccessKind::write || fills.kind != ir::OpKind::store || !throughPointer(fills.place) ||
        fills.place.steps.front().kind != ir::StepKind::deref)
        return {};
    for (const HeldLock& held : facts_.locks(write.locks))
        if (facts_.ops.function(held.acquiredAt) == facts_.ops.function(write.op)) return {};
    const ir::Root pointer = fills.place.root;
    std::optional<OpId> published;
    forOps(facts_, facts_.ops.function(write.op), [&](OpId id, const ir::Op& op) {
        if (id.value >= write.op.value || op.kind != ir::OpKind::store || op.value.kind != ir::ValueKind::load) return;
        const bool own = op.place.root.kind == ir::RootKind::local && !throughPointer(op.place);
        if (!own && op.value.place == ir::Place{pointer, {}} && op.place.root != pointer) published = id;
    });
    if (!published || !makes(facts_.ops.function(write.op), pointer, write.op)) return {};
    return RaceKind{"race-early-publication", "; other threads can find the object before this write",
                    "its pointer is stored where others find it at " + lineOf(facts_, *published) +
                        ", before the object is filled"};
}

std::optional<RaceKind> RaceKinds::mixedAtomic(const Access& plain, const Access& atomic) const {
    if (plain.atomic || !atomic.atomic || isDescriptor(facts_, plain)) return {};
    // An object handed over by a relaxed store: the store is atomic, what it hands over is not.
    if (facts_.ops.op(plain.op).order != ir::MemoryOrder::plain) return {};
    return RaceKind{"race-mixed-atomic", "; one of the two is atomic, which needs both to be",
                    functionName(facts_, plain.op) + " accesses it as if it were not atomic"};
}

std::optional<RaceKind> RaceKinds::volatileFlag(const Access& a, const Access& b) const {
    const bool isVolatile = facts_.ops.op(a.op).isVolatile || facts_.ops.op(b.op).isVolatile;
    if (!isVolatile || !facts_.locks(a.locks).empty() || !facts_.locks(b.locks).empty()) return {};
    return RaceKind{"race-volatile", "; volatile is no synchronisation",
                    "volatile keeps the compiler from leaving out accesses, it makes them neither atomic nor ordered"};
}

// `$state` stands for what all methods of a library's container work on.
std::optional<RaceKind> RaceKinds::container(const Access& a, const Access& b) const {
    const auto ofContainer = [&](const Access& access) {
        const std::vector<ir::Step>& steps = facts_.places.place(access.location).steps;
        return !steps.empty() && steps.back().kind == ir::StepKind::field &&
               facts_.program->text(ir::NameId{static_cast<uint32_t>(steps.back().value)}) == "$state";
    };
    if (!ofContainer(a) || !ofContainer(b)) return {};
    return RaceKind{"race-container", "; containers do not synchronise themselves",
                    "a method that changes the container may move what another one looks at"};
}

void tellKind(const RaceKind& kind, Finding& finding) {
    const Rule* rule = findRule(kind.rule);
    finding.rule = rule->id;
    finding.cwe = rule->cwe;
    finding.message += kind.message;
    finding.why.push_back(kind.why);
}

}  // namespace raddle::check
