// Calls: what a callee starts with and what its caller knows afterwards.
#include <algorithm>

#include "analyzer/facts/interpreter/interpreter.h"
#include "analyzer/facts/pointers/unknown_objects.h"

namespace raddle::facts {

std::vector<Target> Interpreter::targetsOf(Activation& activation, OpId id, const ir::Op& op, const State& state) {
    std::vector<Target> targets;
    const Known callee = evaluate(activation, state, op.value);
    if (callee.kind == KnownKind::function && !op.isVirtual) {
        targets.push_back({callee.function, {}});
        return targets;
    }
    // A closure kept in a variable is known exactly.
    if (callee.kind == KnownKind::address) {
        const Place& place = places_.place(callee.place);
        const Object& object = places_.object(place.root);
        if (object.callOperator.valid() && place.steps.empty())
            if (FunctionIndex function = facts_.program->find(object.callOperator); function.valid()) {
                targets.push_back({function, callee.place});
                return targets;
            }
    }
    const std::set<Target>& known = facts_.pointsTo.targetsOf(id);
    targets.assign(known.begin(), known.end());
    if (programs_.areSeveral() && (op.isVirtual || op.value.kind != ir::ValueKind::function)) {
        // Code that executables share calls back those of the one that is running.
        const std::set<uint32_t> running = programsSeen(activation, state);
        if (!running.empty())
            std::erase_if(targets, [&](const Target& target) {
                const std::optional<uint32_t> owner = programs_.of(target.function);
                return owner && !running.contains(*owner);
            });
    }
    return targets;
}

// The executables that a state is in by what it tells: the function's own, and those of the locks held and of threads
// that may be running. Empty when nothing tells.
std::set<uint32_t> Interpreter::programsSeen(const Activation& activation, const State& state) const {
    std::set<uint32_t> seen;
    const auto note = [&](std::optional<uint32_t> program) {
        if (program) seen.insert(*program);
    };
    note(programs_.of(activation.index));
    if (!seen.empty()) return seen;
    for (const HeldLock& lock : state.held)
        if (const Object& root = places_.object(places_.place(lock.lock).root); root.kind == ObjectKind::global)
            note(programs_.ofGlobal(root.global));
    if (!seen.empty()) return seen;
    for (const LiveThread& live : state.live)
        if (live.thread.valid()) note(programs_.of(facts_.thread(live.thread).function));
    return seen;
}

void Interpreter::call(Activation& activation, OpId id, const ir::Op& op, State state, States& out) {
    std::vector<Known> args;
    for (const ir::Value& arg : op.args) args.push_back(evaluate(activation, state, arg));
    std::vector<Target> targets = targetsOf(activation, id, op, state);
    noteTaskCall(activation, id, op, state);
    if (op.result.kind == ir::RootKind::local && !state.held.empty())
        facts_.storedUnder[id].emplace(activation.context, lockSet(state));
    if (op.kind == ir::OpKind::once) {
        // What runs once excludes itself and comes before everything after any call through the same flag.
        HeldLock flag;
        flag.lock = resolve(activation, state, op.place);
        flag.kind = ir::LockKind::flag;
        flag.acquiredAt = id;
        flag.takenBy = id;
        flag.acquiredIn = activation.context;
        State inside = state;
        std::erase_if(inside.held, [&](const HeldLock& held) { return held.lock == flag.lock; });
        hold(inside, flag);
        States ends;
        for (const Target& target : targets) callTarget(activation, id, op, target, args, inside, ends);
        if (targets.empty()) ends.push_back(inside);
        for (State& end : ends) {
            for (HeldLock& held : end.held)
                if (held.lock == flag.lock) held.mode = ir::LockMode::shared;
            out.push_back(std::move(end));
        }
        return;
    }
    if (targets.empty()) {
        if (op.value.kind != ir::ValueKind::function) unresolved_.insert(id);
        callUnknown(activation, id, op, args, std::move(state), out);
        return;
    }
    for (const Target& target : targets) callTarget(activation, id, op, target, args, state, out);
}

namespace {

bool contains(const std::vector<HeldLock>& locks, PlaceId lock) {
    return std::any_of(locks.begin(), locks.end(), [&](const HeldLock& held) { return held.lock == lock; });
}

// What a caller that holds `mine` holds after a callee that was entered with `entry` and left with `end`.
std::vector<HeldLock> changedLocks(const std::vector<HeldLock>& mine, const std::vector<HeldLock>& entry,
                                   const std::vector<HeldLock>& end) {
    std::vector<HeldLock> held;
    for (const HeldLock& lock : mine)
        if (!contains(entry, lock.lock) || contains(end, lock.lock)) held.push_back(lock);
    for (const HeldLock& lock : end)
        if (!contains(entry, lock.lock) && !contains(mine, lock.lock)) held.push_back(lock);
    std::sort(held.begin(), held.end(), [](const HeldLock& a, const HeldLock& b) { return a.lock < b.lock; });
    return held;
}

// A context that stands for more callers than can be told apart takes it that any thread may run. Each of its callers
// knows better what ran before the call.
void keepKnown(const State& entry, const State& before, State& after) {
    const LiveThread anyThread;
    if (entry.live.contains(anyThread) && !before.live.contains(anyThread)) {
        after.live.erase(anyThread);
        after.live.unite(before.live);
    }
}

}  // namespace

void Interpreter::callTarget(Activation& activation, OpId id, const ir::Op& op, const Target& target,
                             const std::vector<Known>& given, const State& state, States& out) {
    const std::vector<Known> args = boundArguments(target, given);
    // A pointer to nothing is destroyed by doing nothing.
    if (facts_.program->function(target.function).role == ir::FunctionRole::destructor && !args.empty() &&
        args[0].kind == KnownKind::constant) {
        out.push_back(state);
        return;
    }
    std::set<ObjectId> roots = reachable(state, args);
    if (startsThreads_[target.function.index()]) addUnderConstruction(state, args, roots);
    // Of a global table, what is known of the thread's own element.
    for (const auto& [place, known] : state.values) {
        const Place& at = places_.place(place);
        if (places_.object(at.root).kind == ObjectKind::global &&
            std::any_of(at.steps.begin(), at.steps.end(), isOwnIndex))
            roots.insert(at.root);
    }
    State entry = entryOf(target.function, args, roots, state);
    handArguments(activation, op, target, state, entry);
    const ContextId context = contextFor(target.function, std::move(entry));
    facts_.contexts[context.index()].callers.add({activation.context, id});
    const Result& result = resultOf(context, activation.context);
    const PlaceId receiver = op.result.kind == ir::RootKind::none
                                 ? PlaceId{}
                                 : places_.place(places_.variableObject(activation.index, op.result));
    // A context for all callers knows only the locks that they have in common.
    const auto common = commonContexts_.find(target.function);
    const bool isCommon = common != commonContexts_.end() && common->second == context;
    const bool generalised = isCommon || (facts_.context(context).general &&
                                          facts_.context(context).entry.held.empty() && !state.held.empty());
    for (const State& end : std::vector<State>(result.exits)) {
        State after = afterCall(target.function, roots, state, end, generalised);
        if (isCommon)
            after.held = changedLocks(state.held, facts_.context(context).entry.held, end.held);
        else if (generalised)
            after.held = state.held;
        forgetWritten(target.function, after);
        if (receiver.valid()) takeHandle(target.function, end, receiver, after);
        keepHolds(facts_.context(context).entry, state, after);
        keepKnown(facts_.context(context).entry, state, after);
        joinedBy(activation, target, args, state, end, after);
        startedBy(target.function, after);
        takeBack(activation, op, target, state, end, after);
        if (const Known value = takeResults(target.function, roots, end, receiver, after); receiver.valid()) {
            std::map<PlaceId, Known> members;
            for (const auto& [place, known] : after.values)
                if (places_.place(place).root == places_.place(receiver).root && !places_.place(place).steps.empty())
                    members.emplace(place, known);
            assign(after, receiver, value);
            for (const auto& [place, known] : members) after.values[place] = known;
            // What a search returns is part of what it searched.
            const PlaceId region = regionOf(end, returnObject(target.function));
            if (value.kind == KnownKind::unknown && region.valid() &&
                places_.object(places_.place(region).root).function != target.function)
                enterRegion(after, places_.place(receiver).root, region);
        }
        if (op.looped && !nonZero(activation, op.result, after)) continue;
        for (HeldLock& lock : after.held) {
            if (!contains(state.held, lock.lock)) lock.takenBy = id;
            const Object& root = places_.object(places_.place(lock.lock).root);
            if (root.kind == ObjectKind::variable && root.function == target.function &&
                target.function != activation.index)
                lock.lost = true;
        }
        mergeLost(after.held);
        out.push_back(std::move(after));
    }
}

// A lock that a callee leaves as it was is held since its caller took it, not since the first caller that brought one.
void Interpreter::keepHolds(const State& entry, const State& before, State& after) {
    const auto find = [](const State& state, PlaceId lock) {
        return std::find_if(state.held.begin(), state.held.end(),
                            [&](const HeldLock& held) { return held.lock == lock && !held.lost; });
    };
    for (HeldLock& held : after.held) {
        const auto first = find(entry, held.lock), mine = find(before, held.lock);
        if (held.lost || first == entry.held.end() || mine == before.held.end()) continue;
        if (held.acquiredAt != first->acquiredAt) continue;
        held.acquiredAt = mine->acquiredAt;
        held.acquiredIn = mine->acquiredIn;
    }
}

// A closure's object comes before the arguments.
std::vector<Known> Interpreter::boundArguments(const Target& target, std::vector<Known> args) {
    if (!target.closure.valid()) return args;
    Known closure;
    closure.kind = KnownKind::address;
    closure.place = target.closure;
    args.insert(args.begin(), closure);
    return args;
}

// What a callee starts with: of the values, those of its arguments and of what they lead to (`roots`).
State Interpreter::entryOf(FunctionIndex function, const std::vector<Known>& args, const std::set<ObjectId>& roots,
                           const State& state) {
    State entry;
    entry.held = state.held;
    entry.live = state.live;
    entry.published = state.published;
    entry.observed = state.observed;
    entry.unraised = state.unraised;
    entry.acquired = state.acquired;
    entry.lastBarrier = state.lastBarrier;
    entry.strayJoin = state.strayJoin;
    entry.awaited = state.awaited;
    entry.released = state.released;
    entry.muted = state.muted;
    for (ObjectId object : state.fresh)
        if (roots.contains(object)) entry.fresh.insert(object);
    for (const auto& [place, known] : state.values) {
        const ObjectId root = places_.place(place).root;
        const Object& object = places_.object(root);
        if (roots.contains(root) && (object.function != function || object.kind == ObjectKind::heap))
            entry.values.emplace(place, known);
    }
    for (const auto& [pointer, region] : state.regions)
        if (roots.contains(pointer) && places_.object(pointer).function != function)
            entry.regions.emplace(pointer, region);
    enterDecided(function, args, state, entry);
    const size_t formals = facts_.program->function(function).formals.size();
    for (uint32_t i = 0; i < args.size() && i < formals; ++i) {
        const ObjectId formal = places_.variableObject(function, {ir::RootKind::formal, i});
        // A method's object is one, though the name of the element that points to it stands for all.
        const bool some = i == 0 && facts_.program->function(function).klass.valid() &&
                          args[i].kind == KnownKind::load &&
                          hasStep(places_.place(args[i].place).steps, ir::StepKind::indexAny);
        if (isPointer(formal) && (some || isVague(args[i])))
            enterRegion(entry, formal, regionOf(state, args[i]));
        else if (args[i].kind != KnownKind::unknown)
            entry.values[places_.place(formal)] = args[i];
    }
    return entry;
}

// The caller's state after a callee that ended in `end`, without the values that the callee may have changed.
State Interpreter::afterCall(FunctionIndex function, const std::set<ObjectId>& roots, const State& state,
                             const State& end, bool generalised) const {
    State after;
    after.held = end.held;
    after.live = end.live;
    if (generalised) after.live.insert(state.live.begin(), state.live.end());
    after.fresh = end.fresh;
    after.published = end.published;
    after.observed = end.observed;
    after.unraised = end.unraised;
    after.acquired = end.acquired;
    after.lastBarrier = end.lastBarrier;
    after.strayJoin = end.strayJoin;
    after.awaited = end.awaited;
    after.released = end.released;
    after.muted = end.muted;
    after.decided = state.decided;
    forgetDecided(function, after);
    leaveDecided(function, end, after);
    after.returnedAt = state.returnedAt;
    after.regions = state.regions;
    for (ObjectId object : state.fresh)
        if (!roots.contains(object)) after.fresh.insert(object);
    for (const auto& [place, known] : state.values)
        if (const ObjectId root = places_.place(place).root;
            !roots.contains(root) || places_.object(root).function == function)
            after.values.emplace(place, known);
    return after;
}

// A thread that a callee started and returned the handle of has what receives it for a handle.
void Interpreter::takeHandle(FunctionIndex function, const State& end, PlaceId receiver, State& after) {
    const Known returned = contentOf(end, places_.place(returnObject(function)));
    if (returned.kind != KnownKind::load) return;
    const auto isReturned = [&](const LiveThread& live) { return live.handle == returned.place; };
    if (std::none_of(after.live.begin(), after.live.end(), isReturned)) return;
    LiveThreads live;
    for (LiveThread thread : after.live) {
        if (isReturned(thread)) {
            thread.handle = receiver;
            if (thread.thread.valid()) facts_.handles[receiver].insert(thread.thread);
        } else if (thread.handle == receiver) {
            thread.handle = {};  // overwritten
        }
        live.insert(thread);
    }
    after.live = std::move(live);
}

// Takes over the values at a callee's end that the caller can see; returns what the callee returned.
Known Interpreter::takeResults(FunctionIndex function, const std::set<ObjectId>& roots, const State& end,
                               PlaceId receiver, State& after) {
    const PlaceId returned = places_.place(returnObject(function));
    Known value;
    for (const auto& [place, known] : end.values) {
        const Place& at = places_.place(place);
        const Object& object = places_.object(at.root);
        // Names through the callee's own variables mean nothing any more.
        const bool dangling = (known.kind == KnownKind::load || known.kind == KnownKind::address) &&
                              !roots.contains(places_.place(known.place).root) &&
                              places_.object(places_.place(known.place).root).kind == ObjectKind::variable &&
                              places_.object(places_.place(known.place).root).function == function;
        if (dangling) {
            // Of a number or pointer it is still known what it is not.
            const Known content = known.kind == KnownKind::load ? contentOf(end, known.place) : Known{};
            if (place == returned && content.kind == KnownKind::notConstant) value = content;
            if (place == returned && known.kind == KnownKind::address) value = {KnownKind::notConstant, 0, {}, {}};
            continue;
        }
        if (place == returned) {
            value = known;
        } else if (at.root == places_.place(returned).root && receiver.valid()) {
            after.values[places_.place(Place{places_.place(receiver).root, at.steps})] = known;
        } else if (roots.contains(at.root) && object.function != function) {
            after.values[place] = known;
        } else if (object.kind == ObjectKind::heap && end.fresh.contains(at.root)) {
            after.values[place] = known;
        }
    }
    return value;
}

// A function the program has no body of. What it is given a pointer to, it may change or keep; a function it is
// given, it may run at any time.
void Interpreter::callUnknown(Activation& activation, OpId id, const ir::Op& op, const std::vector<Known>& args,
                              State state, States& out) {
    for (const Known& arg : args) {
        if (arg.kind == KnownKind::address && tracked(state, arg.place)) forget(state, arg.place);
        if (arg.kind == KnownKind::function) startCallback(arg.function, id, activation.context, state);
        startClosure(arg, id, activation.context, state);
    }
    if (op.result.kind != ir::RootKind::none) {
        const PlaceId result = places_.place(places_.variableObject(activation.index, op.result));
        const ObjectId made = objectFromUnknown(places_, facts_.ops, id);
        if (made.valid() && places_.object(made).kind == ObjectKind::heap)
            allocate(id, result, state);
        else
            assign(state, result, {});
    }
    out.push_back(std::move(state));
}

}  // namespace raddle::facts
