// Calls, threads and joins.
#include <algorithm>

#include "analyzer/facts/interpreter.h"

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
    return targets;
}

void Interpreter::call(Activation& activation, OpId id, const ir::Op& op, State state, States& out) {
    std::vector<Known> args;
    for (const ir::Value& arg : op.args) args.push_back(evaluate(activation, state, arg));
    std::vector<Target> targets = targetsOf(activation, id, op, state);
    if (op.kind == ir::OpKind::once) {
        // What runs once excludes itself and comes before everything after any call through the same flag.
        HeldLock flag;
        flag.lock = resolve(activation, state, op.place);
        flag.kind = ir::LockKind::flag;
        flag.acquiredAt = id;
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

void Interpreter::callTarget(Activation& activation, OpId id, const ir::Op& op, const Target& target,
                             const std::vector<Known>& given, const State& state, States& out) {
    const ir::Function& callee = facts_.program->function(target.function);
    std::vector<Known> args = given;
    if (target.closure.valid()) {
        Known closure;
        closure.kind = KnownKind::address;
        closure.place = target.closure;
        args.insert(args.begin(), closure);
    }
    const std::set<ObjectId> roots = reachable(state, args);
    State entry;
    entry.held = state.held;
    entry.live = state.live;
    entry.published = state.published;
    entry.observed = state.observed;
    entry.acquired = state.acquired;
    entry.lastBarrier = state.lastBarrier;
    for (ObjectId object : state.fresh)
        if (roots.contains(object)) entry.fresh.insert(object);
    for (const auto& [place, known] : state.values) {
        const ObjectId root = places_.place(place).root;
        if (roots.contains(root) && places_.object(root).function != target.function)
            entry.values.emplace(place, known);
        else if (roots.contains(root) && places_.object(root).kind == ObjectKind::heap)
            entry.values.emplace(place, known);
    }
    for (uint32_t i = 0; i < args.size() && i < callee.formals.size(); ++i)
        if (args[i].kind != KnownKind::unknown)
            entry.values[places_.place(places_.variableObject(target.function, {ir::RootKind::formal, i}))] = args[i];

    const ContextId context = contextFor(target.function, std::move(entry));
    facts_.contexts[context.index()].callers.insert({activation.context, id});
    const Result& result = resultOf(context, activation.context);
    const PlaceId returned = places_.place(returnObject(target.function));
    const PlaceId receiver = op.result.kind == ir::RootKind::none
                                 ? PlaceId{}
                                 : places_.place(places_.variableObject(activation.index, op.result));
    const bool generalised = facts_.context(context).general;
    for (const State& end : std::vector<State>(result.exits)) {
        State after;
        after.held = generalised ? state.held : end.held;
        after.live = end.live;
        if (generalised) after.live.insert(state.live.begin(), state.live.end());
        after.fresh = end.fresh;
        after.published = end.published;
        after.observed = end.observed;
        after.acquired = end.acquired;
        after.lastBarrier = end.lastBarrier;
        after.decided = state.decided;
        std::erase_if(after.decided, [](const auto& entry) { return !entry.second.fields.empty(); });
        after.returnedAt = state.returnedAt;
        for (ObjectId object : state.fresh)
            if (!roots.contains(object)) after.fresh.insert(object);
        for (const auto& [place, known] : state.values)
            if (const ObjectId root = places_.place(place).root;
                !roots.contains(root) || places_.object(root).function == target.function)
                after.values.emplace(place, known);
        Known value;
        for (const auto& [place, known] : end.values) {
            const Place& at = places_.place(place);
            const Object& object = places_.object(at.root);
            // Names through the callee's own variables mean nothing any more.
            const bool dangling = (known.kind == KnownKind::load || known.kind == KnownKind::address) &&
                                  !roots.contains(places_.place(known.place).root) &&
                                  places_.object(places_.place(known.place).root).kind == ObjectKind::variable &&
                                  places_.object(places_.place(known.place).root).function == target.function;
            if (dangling) continue;
            if (place == returned) {
                value = known;
            } else if (at.root == places_.place(returned).root && receiver.valid()) {
                after.values[places_.place(Place{places_.place(receiver).root, at.steps})] = known;
            } else if (roots.contains(at.root) && object.function != target.function) {
                after.values[place] = known;
            } else if (object.kind == ObjectKind::heap && end.fresh.contains(at.root)) {
                after.values[place] = known;
            }
        }
        if (receiver.valid()) {
            std::map<PlaceId, Known> members;
            for (const auto& [place, known] : after.values)
                if (places_.place(place).root == places_.place(receiver).root && !places_.place(place).steps.empty())
                    members.emplace(place, known);
            assign(after, receiver, value);
            for (const auto& [place, known] : members) after.values[place] = known;
        }
        for (HeldLock& lock : after.held) {
            const Place& at = places_.place(lock.lock);
            const Object& root = places_.object(at.root);
            if (root.kind == ObjectKind::variable && root.function == target.function &&
                target.function != activation.index)
                lock.lost = true;
        }
        out.push_back(std::move(after));
    }
}

// A function the program has no body of. What it is given a pointer to, it may change or keep; a function it is
// given, it may run at any time.
void Interpreter::callUnknown(Activation& activation, OpId id, const ir::Op& op, const std::vector<Known>& args,
                              State state, States& out) {
    for (const Known& arg : args) {
        if (arg.kind == KnownKind::address && tracked(state, arg.place)) forget(state, arg.place);
        if (arg.kind == KnownKind::function) startCallback(arg.function, id, activation.context);
    }
    if (op.result.kind != ir::RootKind::none)
        assign(state, places_.place(places_.variableObject(activation.index, op.result)), {});
    out.push_back(std::move(state));
}

void Interpreter::startCallback(FunctionIndex function, OpId id, ContextId context) {
    State entry;
    entry.live.insert(LiveThread{});
    entry.lastBarrier.insert(OpId{});
    startThread(ThreadKind::assumed, function, entry, id, context);
}

// What a handle is called so that spawn and join find the same: in a counting loop by the loop's range.
PlaceId Interpreter::handlePlace(const Activation& activation, const State& state, PlaceId id, bool) {
    Place place = places_.place(id);
    for (ir::Step& step : place.steps) {
        if (step.kind != ir::StepKind::indexVariable || step.variable == ir::RootKind::global) continue;
        for (const ir::Loop& loop : activation.function->loops) {
            if (loop.variable.kind == ir::RootKind::none || loop.variable.kind == ir::RootKind::global) continue;
            const ObjectId counter = places_.variableObject(activation.index, loop.variable);
            const Known content = contentOf(state, places_.place(counter));
            const bool named = step.variable == ir::RootKind::local
                                   ? counter.value == static_cast<uint32_t>(step.value)
                                   : content.kind == KnownKind::own && content.constant == step.value;
            if (!named) continue;
            const Known from = evaluate(activation, state, loop.from), to = evaluate(activation, state, loop.to);
            if (from.kind == KnownKind::unknown || to.kind == KnownKind::unknown) continue;
            auto [range, isNew] = ranges_.try_emplace({from, to}, static_cast<int64_t>(ranges_.size()));
            step = {ir::StepKind::indexVariable, ir::RootKind::global, range->second};
            break;
        }
    }
    return places_.place(place);
}

// The number by which threads that a counting loop starts are told apart; none when it starts none.
std::optional<int64_t> Interpreter::startingLoop(const Activation& activation, const ir::Loop& loop) {
    const ir::Function& function = *activation.function;
    if (function.blocks[loop.header].successors.size() != 2) return std::nullopt;
    // The body: what the header's first successor leads to before the header comes again.
    std::set<ir::BlockId> seen{loop.header};
    std::vector<ir::BlockId> pending{function.blocks[loop.header].successors[0]};
    while (!pending.empty()) {
        const ir::BlockId block = pending.back();
        pending.pop_back();
        if (!seen.insert(block).second) continue;
        for (const ir::Op& op : function.blocks[block].ops)
            if (op.kind == ir::OpKind::spawn)
                return loopTags_.try_emplace({activation.index, loop.header}, static_cast<int64_t>(loopTags_.size()))
                    .first->second;
        pending.insert(pending.end(), function.blocks[block].successors.begin(),
                       function.blocks[block].successors.end());
    }
    return std::nullopt;
}

void Interpreter::spawn(Activation& activation, OpId id, const ir::Op& op, State& state) {
    std::vector<Known> args;
    for (const ir::Value& arg : op.args) args.push_back(evaluate(activation, state, arg));
    const PlaceId handle =
        op.place.valid() ? handlePlace(activation, state, resolve(activation, state, op.place), true) : PlaceId{};
    std::vector<Target> targets = targetsOf(activation, id, op, state);
    if (targets.empty()) unresolved_.insert(id);
    for (const Target& target : targets) {
        std::vector<Known> bound = args;
        if (target.closure.valid()) {
            Known closure;
            closure.kind = KnownKind::address;
            closure.place = target.closure;
            bound.insert(bound.begin(), closure);
        }
        State entry;
        entry.lastBarrier.insert(OpId{});
        std::set<ObjectId> owned;
        std::set<int64_t> tags;
        const auto started = [&](int64_t index) {
            if (OwnIndex::kind(index) != OwnKind::idle) return index;
            tags.insert(OwnIndex::tag(index));
            return OwnIndex::make(OwnIndex::tag(index), OwnKind::exact);
        };
        // The number of the loop that starts the threads is each thread's own, as is the element it chooses.
        const auto individual = [&](Known known) {
            if (known.kind == KnownKind::own) {
                known.constant = started(known.constant);
            } else if (known.kind == KnownKind::address || known.kind == KnownKind::load) {
                Place place = places_.place(known.place);
                for (ir::Step& step : place.steps)
                    if (step.kind == ir::StepKind::indexVariable && step.variable == ir::RootKind::none)
                        step.value = started(step.value);
                known.place = places_.place(place);
                if (known.kind == KnownKind::address && state.fresh.contains(place.root) &&
                    places_.object(place.root).kind == ObjectKind::heap) {
                    owned.insert(place.root);
                    ownedBy_.emplace(place.root, (int64_t{1} << 32) + id.value);
                }
            }
            return known;
        };
        const ir::Function& callee = facts_.program->function(target.function);
        for (uint32_t i = 0; i < bound.size() && i < callee.formals.size(); ++i) {
            bound[i] = individual(bound[i]);
            if (bound[i].kind != KnownKind::unknown && bound[i].kind != KnownKind::notConstant)
                entry.values[places_.place(places_.variableObject(target.function, {ir::RootKind::formal, i}))] =
                    bound[i];
        }
        // Closures are copied into the thread; of other objects only the pointers in them are taken to stay.
        const std::set<ObjectId> roots = reachable(state, bound);
        for (const auto& [place, known] : state.values) {
            const ObjectId root = places_.place(place).root;
            if (!roots.contains(root)) continue;
            const bool closure = places_.object(root).callOperator.valid();
            if (!closure && known.kind != KnownKind::address && known.kind != KnownKind::function) continue;
            Place own = places_.place(place);
            for (ir::Step& step : own.steps)
                if (step.kind == ir::StepKind::indexVariable && step.variable == ir::RootKind::none)
                    step.value = started(step.value);
            entry.values[places_.place(own)] = individual(known);
        }
        const ThreadId thread = startThread(ThreadKind::spawned, target.function, entry, id, activation.context);
        Thread& info = facts_.threads[thread.index()];
        info.owned.insert(owned.begin(), owned.end());
        info.tags.insert(tags.begin(), tags.end());
        // From here on in this round of the loop, its number is that of a running thread.
        for (auto& [place, known] : state.values)
            if (known.kind == KnownKind::own && OwnIndex::kind(known.constant) == OwnKind::idle &&
                tags.contains(OwnIndex::tag(known.constant)))
                known.constant = OwnIndex::make(OwnIndex::tag(known.constant), OwnKind::exact);
        for (ObjectId root : roots)
            if (!places_.object(root).callOperator.valid()) info.inherited.insert(root);
        LiveThread live{thread, handle};
        for (const LiveThread& running : state.live) {
            if (running.thread.valid()) info.liveAtSpawn.insert(running.thread);
            if (running.thread != thread) continue;
            info.many = true;
            // The same handle for a second thread: the first can no longer be joined by it.
            const bool perIteration =
                handle.valid() && std::any_of(places_.place(handle).steps.begin(), places_.place(handle).steps.end(),
                                              [](const ir::Step& step) {
                                                  return step.kind == ir::StepKind::indexVariable ||
                                                         step.kind == ir::StepKind::indexAny;
                                              });
            if (running.handle == handle && !perIteration) live.handle = {};
        }
        state.live.insert(live);
        if (!live.handle.valid() && handle.valid()) state.live.insert({thread, handle});
    }
    for (const Known& arg : args) publish(state, arg);
}

void Interpreter::join(Activation& activation, const ir::Op& op, State& state) {
    if (!op.place.valid()) return;
    PlaceId at = resolve(activation, state, op.place);
    const Known content = contentOf(state, at);
    if (content.kind == KnownKind::load) at = content.place;
    const PlaceId handle = handlePlace(activation, state, at, false);
    const Place& place = places_.place(handle);
    // Joining element by element: all are joined when the loop is done.
    const bool ranged = std::any_of(place.steps.begin(), place.steps.end(), [](const ir::Step& step) {
        return step.kind == ir::StepKind::indexAny ||
               (step.kind == ir::StepKind::indexVariable && step.variable == ir::RootKind::global);
    });
    if (!ranged) {
        joined(state, handle);
        return;
    }
    for (const ir::Loop& loop : activation.function->loops) {
        bool matches = false;
        if (loop.from.kind == ir::ValueKind::address) {
            matches = loop.from == loop.to && resolve(activation, state, loop.from.place) == at;
        } else {
            const ObjectId variable = places_.variableObject(activation.index, loop.variable);
            const Known content = contentOf(state, places_.place(variable));
            for (const ir::Step& step : places_.place(at).steps) {
                if (step.kind != ir::StepKind::indexVariable) continue;
                matches =
                    matches ||
                    (step.variable == ir::RootKind::local && static_cast<uint32_t>(step.value) == variable.value) ||
                    (step.variable == ir::RootKind::none && content.kind == KnownKind::own &&
                     content.constant == step.value);
            }
        }
        if (!matches) continue;
        activation.joinedInLoop[loop.header].insert(handle);
        // In this round the counter is the number of a thread that has ended.
        if (loop.variable.kind == ir::RootKind::none || loop.from.kind == ir::ValueKind::address) continue;
        const PlaceId number = places_.place(places_.variableObject(activation.index, loop.variable));
        for (const LiveThread& ended : state.live)
            if (ended.thread.valid() && ended.handle == handle)
                for (int64_t tag : facts_.thread(ended.thread).tags)
                    state.values[number] = {KnownKind::own, OwnIndex::make(tag, OwnKind::idle), {}, {}};
    }
}

void Interpreter::joined(State& state, PlaceId handle) {
    std::erase_if(state.live, [&](const LiveThread& live) { return live.handle == handle; });
}

}  // namespace raddle::facts
