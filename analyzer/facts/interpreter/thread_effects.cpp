// Threads: what they start with, what tells them apart, which may be running.
#include <algorithm>

#include "analyzer/facts/base/loops.h"
#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {

// It may run from here on.
void Interpreter::startCallback(FunctionIndex function, OpId id, ContextId context, State& state) {
    State entry;
    entry.live.insert(LiveThread{});
    entry.lastBarrier.insert(OpId{});
    addLive(startThread(ThreadKind::assumed, function, entry, id, context), {}, state);
}

// A closure that is given away runs like a callback, with what it has captured.
void Interpreter::startClosure(const Known& closure, OpId id, ContextId context, State& state) {
    if (closure.kind != KnownKind::address && closure.kind != KnownKind::load) return;
    const Place& place = places_.place(closure.place);
    const ir::NameId key = places_.object(place.root).callOperator;
    if (!key.valid() || !place.steps.empty()) return;
    const FunctionIndex function = facts_.program->find(key);
    if (!function.valid()) return;
    Known object;
    object.kind = KnownKind::address;
    object.place = closure.place;
    const std::set<ObjectId> roots = reachable(state, {object});
    State entry = entryOf(function, {object}, roots, state);
    entry.held.clear();
    entry.fresh.clear();
    entry.live = {LiveThread{}};
    entry.lastBarrier = {OpId{}};
    const ThreadId thread = startThread(ThreadKind::assumed, function, entry, id, context);
    for (ObjectId root : roots)
        if (root != places_.place(closure.place).root) facts_.threads[thread.index()].inherited.insert(root);
    addLive(thread, {}, state);
}

// The number by which threads that a counting loop starts are told apart; none when it starts none.
std::optional<int64_t> Interpreter::startingLoop(const Activation& activation, const ir::Loop& loop) {
    const ir::Function& function = *activation.function;
    for (ir::BlockId block : bodyOf(activation, loop))
        for (size_t i = 0; i < function.blocks[block].ops.size(); ++i)
            if (startsThreads(function.blocks[block].ops[i], facts_.ops.id(activation.index, block, i))) {
                const auto tag = static_cast<int64_t>(loopTags_.size());
                const auto [known, isNew] = loopTags_.try_emplace({activation.index, loop.header}, tag);
                if (isNew) tagFunctions_.emplace(tag, activation.index);
                return known->second;
            }
    return std::nullopt;
}

// Whether a number that a thread is started with is told to no other. One that was handed down to a function which
// starts several threads with it tells none of them apart, nor does one that a thread drew for itself.
bool Interpreter::tellsApart(int64_t index, const Handed& handed) const {
    if (isCounted(index))
        return OwnIndex::kind(index) == OwnKind::idle && countsStart(*handed.by, handed.start, index) &&
               !(handed.several && !isCountedBy(handed.by->index, index));
    const auto function = tagFunctions_.find(OwnIndex::tag(index));
    return !handed.several || function == tagFunctions_.end() || function->second == handed.by->index;
}

// Once a thread has been started with the number of a round, it is in this round that of a running thread. A counter
// goes on: what it said is a number like any other.
void Interpreter::numbersRun(const std::set<int64_t>& tags, State& state) {
    if (tags.empty()) return;
    const auto runs = [&](int64_t index) {
        return OwnIndex::kind(index) == OwnKind::idle && tags.contains(OwnIndex::tag(index));
    };
    erase_if(state.values, [&](const auto& value) {
        const std::vector<ir::Step>& steps = places_.place(value.first).steps;
        return (value.second.kind == KnownKind::own && isCounted(value.second.constant) &&
                runs(value.second.constant)) ||
               std::any_of(steps.begin(), steps.end(),
                           [&](const ir::Step& step) { return isOwnIndex(step) && runs(step.value); });
    });
    state.values.changeEach([&](PlaceId place, Known& known) {
        if (known.kind == KnownKind::own && runs(known.constant)) {
            known.constant = OwnIndex::make(OwnIndex::tag(known.constant), OwnKind::exact);
        } else if (known.kind == KnownKind::address || known.kind == KnownKind::load) {
            // Which one it is then, the variable that holds it tells best.
            const Place& holder = places_.place(place);
            const bool named = holder.steps.empty() && isPointer(holder.root);
            const ir::Step some = named ? ir::Step{ir::StepKind::indexVariable, ir::RootKind::local, holder.root.value}
                                        : ir::Step{ir::StepKind::indexAny, {}, 0};
            Place general = places_.place(known.place);
            for (ir::Step& step : general.steps)
                if (isOwnIndex(step) && isCounted(step.value) && runs(step.value)) step = some;
            if (general != places_.place(known.place)) known.place = places_.place(general);
        }
    });
}

// What a callee has started threads with.
void Interpreter::startedBy(FunctionIndex callee, State& after) {
    if (!mayStartThreads(callee)) return;
    for (const LiveThread& live : after.live)
        if (live.thread.valid()) numbersRun(facts_.threads[live.thread.index()].tags, after);
}

// The blocks from which the loop's header is come back to, the header included.
const std::set<ir::BlockId>& Interpreter::bodyOf(const Activation& activation, const ir::Loop& loop) {
    auto [it, isNew] = loopBodies_.try_emplace({activation.index, loop.header});
    std::set<ir::BlockId>& body = it->second;
    if (!isNew) return body;
    const ir::Function& function = *activation.function;
    std::vector<std::vector<ir::BlockId>> predecessors(function.blocks.size());
    for (ir::BlockId block = 0; block < function.blocks.size(); ++block)
        for (ir::BlockId successor : function.blocks[block].successors) predecessors[successor].push_back(block);
    body.insert(loop.header);
    std::vector<ir::BlockId> pending;
    // Blocks are in reverse post-order: what comes back to the header is what comes after it.
    for (ir::BlockId block : predecessors[loop.header])
        if (block >= loop.header) pending.push_back(block);
    while (!pending.empty()) {
        const ir::BlockId block = pending.back();
        pending.pop_back();
        if (!body.insert(block).second) continue;
        pending.insert(pending.end(), predecessors[block].begin(), predecessors[block].end());
    }
    return body;
}

void Interpreter::spawn(Activation& activation, OpId id, const ir::Op& op, State& state) {
    std::vector<Known> args;
    for (const ir::Value& arg : op.args) args.push_back(evaluate(activation, state, arg));
    const PlaceId handle =
        op.place.valid() ? byElement(handlePlace(activation, state, resolve(activation, state, op.place))) : PlaceId{};
    std::vector<Target> targets = targetsOf(activation, id, op, state);
    if (targets.empty()) unresolved_.insert(id);
    for (const Target& target : targets) spawnTarget(activation, id, target, args, handle, state);
    for (ObjectId object : underConstruction(state, args)) state.fresh.erase(object);
    for (const Known& arg : args) publish(state, arg);
}

void Interpreter::spawnTarget(const Activation& activation, OpId id, const Target& target,
                              const std::vector<Known>& args, PlaceId handle, State& state) {
    std::vector<Known> bound = boundArguments(target, args);
    State entry;
    entry.lastBarrier.insert(OpId{});
    entry.observed = state.observed;
    entry.awaited = state.awaited;
    for (const HeldLock& held : state.held)
        if (coversThreads(held)) entry.awaited.insert({id, held.lock});
    // What has run once has run.
    for (const HeldLock& held : state.held)
        if (held.kind == ir::LockKind::flag && held.mode == ir::LockMode::shared) entry.held.push_back(held);
    Handed handed{&activation, id, blocksInLoops(*activation.function)[activation.block], {}, {}};
    const size_t formals = facts_.program->function(target.function).formals.size();
    for (uint32_t i = 0; i < bound.size() && i < formals; ++i) {
        bound[i] = individual(bound[i], id, state, handed);
        const ObjectId formal = places_.variableObject(target.function, {ir::RootKind::formal, i});
        if (isPointer(formal) && isVague(bound[i])) continue;
        if (bound[i].kind != KnownKind::unknown && bound[i].kind != KnownKind::notConstant)
            entry.values[places_.place(formal)] = bound[i];
    }
    // Closures are copied into the thread; of other objects only the pointers in them are taken to stay.
    const std::set<ObjectId> roots = reachable(state, bound);
    const auto isHanded = [&](const ir::Step& step) {
        return isOwnIndex(step) && handed.tags.contains(OwnIndex::tag(step.value));
    };
    for (const auto& [place, known] : state.values) {
        const ObjectId root = places_.place(place).root;
        const std::vector<ir::Step>& steps = places_.place(place).steps;
        if (!roots.contains(root) && std::none_of(steps.begin(), steps.end(), isHanded)) continue;
        const bool closure = places_.object(root).callOperator.valid();
        if (!closure && known.kind != KnownKind::address && known.kind != KnownKind::function &&
            !(known.kind == KnownKind::own && std::any_of(steps.begin(), steps.end(), isHanded)))
            continue;
        entry.values[ownPlace(place, handed)] = individual(known, id, state, handed);
    }
    const ThreadId thread = startThread(ThreadKind::spawned, target.function, entry, id, activation.context);
    Thread& info = facts_.threads[thread.index()];
    info.owned.insert(handed.owned.begin(), handed.owned.end());
    info.tags.insert(handed.tags.begin(), handed.tags.end());
    numbersRun(handed.tags, state);
    for (ObjectId root : roots)
        if (!places_.object(root).callOperator.valid()) info.inherited.insert(root);
    startUnder(thread, state);
    if (handle.valid()) facts_.handles[handle].insert(thread);
    // What the spawner has for itself, the thread has only when it is given the address.
    const auto inheritOwn = [&](const Known& known) {
        if (known.kind != KnownKind::address) return;
        const Object& object = places_.object(places_.place(known.place).root);
        if (object.kind == ObjectKind::global && facts_.program->globals[object.global].isThreadLocal)
            info.inherited.insert(places_.place(known.place).root);
    };
    for (const auto& [place, known] : entry.values) inheritOwn(known);
    addLive(thread, handle, state);
}

// What the spawner knows as the number of a thread yet to be started is in the thread its own; none when it is not.
std::optional<int64_t> Interpreter::startedIndex(int64_t index, Handed& handed) {
    if (!tellsApart(index, handed)) return std::nullopt;
    if (OwnIndex::kind(index) != OwnKind::idle) return index;
    handed.tags.insert(OwnIndex::tag(index));
    return OwnIndex::make(OwnIndex::tag(index), isCounted(index) ? OwnKind::ticket : OwnKind::exact);
}

PlaceId Interpreter::ownPlace(PlaceId id, Handed& handed) {
    Place place = places_.place(id);
    for (ir::Step& step : place.steps) {
        if (!isOwnIndex(step)) continue;
        const auto own = startedIndex(step.value, handed);
        step = own ? ir::Step{ir::StepKind::indexVariable, ir::RootKind::none, *own}
                   : ir::Step{ir::StepKind::indexAny, {}, 0};
    }
    return places_.place(place);
}

// The number of the loop that starts the threads is each thread's own, as is the element it chooses.
Known Interpreter::individual(Known known, OpId spawn, const State& state, Handed& handed) {
    if (known.kind == KnownKind::own) {
        const auto own = startedIndex(known.constant, handed);
        if (!own) return {};
        known.constant = *own;
    } else if (known.kind == KnownKind::address || known.kind == KnownKind::load) {
        known.place = ownPlace(known.place, handed);
        const ObjectId root = places_.place(known.place).root;
        if (known.kind == KnownKind::address && places_.object(root).kind == ObjectKind::heap) {
            if (!state.fresh.contains(root)) {
                disown(root);
            } else if (!shared_.contains(root)) {
                handed.owned.insert(root);
                ownedBy_.emplace(root, (int64_t{1} << 32) + spawn.value);
            }
        }
    }
    return known;
}

// Somebody else has the object already when it is handed to a thread.
void Interpreter::disown(ObjectId object) {
    if (!shared_.insert(object).second) return;
    ownedBy_.erase(object);
    for (Thread& thread : facts_.threads) thread.owned.erase(object);
}

// The thread may be running from here on, beside those that already are.
void Interpreter::addLive(ThreadId thread, PlaceId handle, State& state) {
    Thread& info = facts_.threads[thread.index()];
    LiveThread live{thread, handle};
    for (const LiveThread& running : state.live) {
        if (running.thread.valid()) (running.ended ? info.endedAtSpawn : info.liveAtSpawn).insert(running.thread);
        if (running.thread != thread || running.ended) continue;
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

void Interpreter::setParties(PlaceId barrier, const Known& count) {
    const int64_t parties = count.kind == KnownKind::constant ? count.constant : 0;
    auto [it, isNew] = facts_.parties.try_emplace(barrier, parties);
    if (it->second != parties) it->second = 0;
}

// Who is through a barrier has seen all arrive, and all who wait after it will have seen it arrive.
void Interpreter::passBarrier(const Activation& activation, const ir::Op& op, State& state) {
    const PlaceId barrier = resolve(activation, state, op.place);
    state.published.insert(barrier);
    state.observed.insert(barrier);
    facts_.arrivals[barrier].insert(activation.context);
}

}  // namespace raddle::facts
