#include "analyzer/facts/interpreter/interpreter.h"
#include "core/support/graph.h"

#include <algorithm>
#include <queue>
#include <utility>

namespace raddle::facts {
namespace {

constexpr size_t kMostStates = 12;        // of a block
constexpr size_t kMostPointerStates = 4;  // of them for what pointers point to alone …
constexpr size_t kMostThreadStates = 6;   // … or for which threads may be running
constexpr uint32_t kDeepestCall = 200;    // nested analyses; deeper callees wait for their turn
constexpr uint32_t kMostRounds = 5;       // of analysing one context, for recursion to settle
constexpr int kMostVisits = 64;           // of a block in one analysis

}  // namespace

Interpreter::Interpreter(Facts& facts) : facts_(facts), places_(facts.places), programs_(*facts.program) {
    if (const ir::NameId name = facts.program->names.find("$joinable"); name.valid()) joinable_ = name.value;
    if (const ir::NameId name = facts.program->names.find("$state"); name.valid()) container_ = name.value;
    addressed_.resize(places_.objectCount(), false);
    for (const auto& [pointer, content] : facts.pointsTo.content)
        for (PlaceId place : content) addressed_[places_.place(place).root.index()] = true;
    rankFunctions();
    findStartingFunctions();
    findCountedStarts();
    findJoinFlags();
    findSteadyGlobals();
    findDecidedFields();
    findWrappers();
    findArrays();
    for (uint32_t i = 0; i < facts.ops.size(); ++i)
        if (const ir::Op& op = facts.ops.op({i}); op.kind == ir::OpKind::wait)
            if (auto name = signalName(op.place)) conditions_.insert(*name);
    for (uint32_t i = 0; i < facts.program->functions.size(); ++i)
        for (const ir::Block& block : facts.program->functions[i].blocks)
            if (const ir::Place& place = block.condition.place; place.valid() && place.steps.empty())
                tested_.insert(rootObject({i}, place.root));
    for (uint32_t i = 0; i < facts.program->functions.size(); ++i)
        for (const ir::Loop& loop : facts.program->functions[i].loops)
            if (isShort(loop)) tested_.insert(rootObject({i}, loop.variable));
}

ObjectId Interpreter::rootObject(FunctionIndex function, ir::Root root) {
    return root.kind == ir::RootKind::global ? places_.globalObject(root.index)
                                             : places_.variableObject(function, root);
}

ObjectId Interpreter::returnObject(FunctionIndex function) {
    if (returnObjects_.empty()) returnObjects_.resize(facts_.program->functions.size());
    ObjectId& known = returnObjects_[function.index()];
    if (known.valid()) return known;
    Object object;
    object.kind = ObjectKind::variable;
    object.function = function;
    return known = places_.object(object);
}

const Interpreter::Result& Interpreter::resultOf(ContextId context, ContextId asker) {
    if (!results_[context.index()].done && !results_[context.index()].running) {
        if (depth_ < kDeepestCall) {
            analyse(context);
        } else {
            putOff(context);
        }
    }
    Result& result = results_[context.index()];
    (result.done ? result.dependents : result.waiting).add(asker);
    return result;
}

// Has a context analysed again because something it built on has changed.
void Interpreter::ask(ContextId context) {
    Result& result = results_[context.index()];
    if (result.rounds >= std::max(kMostRounds / haste(), 1u)) return;
    result.done = false;
    putOff(context);
}

void Interpreter::putOff(ContextId context) {
    pending_.emplace(rank_[facts_.context(context).function.index()], context);
}

void Interpreter::rankFunctions() {
    Adjacency callees(facts_.program->functions.size());
    for (const auto& [callee, calls] : facts_.pointsTo.callers)
        for (OpId call : calls)
            callees[facts_.ops.function(call).index()].push_back(static_cast<uint32_t>(callee.index()));
    for (std::vector<uint32_t>& called : callees) std::sort(called.begin(), called.end());
    rank_ = stronglyConnectedComponents(callees).of;
}

void Interpreter::run() {
    while (!pending_.empty() || !starts_.empty()) {
        ContextId next;
        if (pending_.empty()) {
            next = starts_.front();
            starts_.erase(starts_.begin());
        } else {
            next = pending_.begin()->second;
            pending_.erase(pending_.begin());
        }
        if (!results_[next.index()].done) analyse(next);
    }
    if (std::exchange(cutShort_, false) && facts_.notes.empty())
        facts_.notes.push_back("some functions are called in too many circumstances to tell all apart");
    facts_.unresolvedCalls = unresolved_.size();
}

ThreadId Interpreter::startThread(ThreadKind kind, FunctionIndex function, const State& entry, OpId spawn,
                                  ContextId spawner) {
    ContextId context = contextFor(function, entry);
    // Threads are told apart by what they are given, not by all that happened to be known when they were.
    std::vector<Known> arguments;
    for (uint32_t i = 0; i < facts_.program->function(function).formals.size(); ++i)
        arguments.push_back(
            contentOf(entry, places_.place(places_.variableObject(function, {ir::RootKind::formal, i}))));
    auto [it, isNew] =
        threadIds_.try_emplace({spawn, function, arguments}, ThreadId{static_cast<uint32_t>(facts_.threads.size())});
    if (isNew) {
        Thread thread;
        thread.kind = kind;
        thread.function = function;
        thread.spawn = spawn;
        facts_.threads.push_back(thread);
    }
    if (facts_.threads[it->second.index()].entries.insert(context).second) starts_.push_back(context);
    if (spawner.valid()) facts_.threads[it->second.index()].spawnedIn.insert(spawner);
    return it->second;
}

LiveThreads Interpreter::liveAtEnd(ThreadId thread) const {
    LiveThreads live;
    for (ContextId entry : facts_.threads[thread.index()].entries)
        for (const State& state : results_[entry.index()].exits) live.insert(state.live.begin(), state.live.end());
    return live;
}

void Interpreter::analyse(ContextId context) {
    ++depth_;
    results_[context.index()].running = true;
    const FunctionIndex index = facts_.contexts[context.index()].function;
    const ir::Function& function = facts_.program->function(index);
    Activation activation{index,   &function, returnedVariable(function),
                          context, 0,         std::vector<BlockStates>(function.blocks.size()),
                          {},      {},        {},
                          {}};
    std::vector<State> exits;
    std::vector<int> visits(function.blocks.size(), 0);
    if (!function.blocks.empty()) {
        State entry = facts_.contexts[context.index()].entry;
        // What a constructor makes is its own until it gives `this` away.
        if (function.role == ir::FunctionRole::constructor)
            entry.fresh.insert(places_.variableObject(index, {ir::RootKind::formal, 0}));
        // Nobody else knows a variable until its address is given away.
        for (uint32_t i = 0; i < function.formals.size(); ++i)
            addFresh(entry, places_.variableObject(index, {ir::RootKind::formal, i}));
        for (uint32_t i = 0; i < function.locals.size(); ++i)
            addFresh(entry, places_.variableObject(index, {ir::RootKind::local, i}));
        flowTo(activation, 0, std::move(entry));
    }
    for (bool again = true; again;) {
        again = false;
        // Blocks are in reverse post-order, so one sweep settles all but loops.
        for (ir::BlockId block = 0; block < function.blocks.size(); ++block) {
            for (size_t i = 0; i < activation.blocks[block].states.size(); ++i) {
                if (!activation.blocks[block].dirty[i]) continue;
                activation.blocks[block].dirty[i] = false;
                if (++visits[block] > kMostVisits) {
                    cutShort_ = true;
                    continue;
                }
                again = true;
                runBlock(activation, block, activation.blocks[block].states[i], exits);
            }
        }
    }
    --depth_;
    Result& result = results_[context.index()];
    result.running = false;
    result.done = true;
    const bool changed = result.exits != exits;
    result.exits = std::move(exits);
    GatheredSet<ContextId> waiting = std::exchange(result.waiting, {});
    if (changed) {
        // A first result is news to those that went on without one, a later one to all.
        if (result.rounds > 0)
            for (ContextId dependent : result.dependents) waiting.add(dependent);
        waiting.settle();
        ++result.rounds;
        for (ContextId context_ : waiting) ask(context_);
    }
    for (ContextId context_ : waiting) results_[context.index()].dependents.add(context_);
}

void Interpreter::addFresh(State& state, ObjectId variable) const {
    if (isAddressed(variable)) state.fresh.insert(variable);
}

void Interpreter::flowTo(Activation& activation, ir::BlockId block, State state) {
    for (const ir::Loop& loop : activation.function->loops)
        if (loop.header == block) enterLoop(activation, loop, state);
    BlockStates& target = activation.blocks[block];
    const std::set<PlaceId>& flags = joinFlags_[activation.index.index()];
    std::vector<size_t> sameRound;
    for (size_t i = 0; i < target.states.size(); ++i)
        if (!inDifferentRounds(activation, block, target.states[i], state)) sameRound.push_back(i);
    const size_t apart = sameRound.size();
    std::erase_if(sameRound, [&](size_t i) { return !sameLocks(target.states[i], state); });
    // Of too many, the likest go on as one.
    if (apart >= kMostStates)
        std::sort(sameRound.begin(), sameRound.end(), [&](size_t a, size_t b) {
            return std::pair(threadDifferences(target.states[a], state, flags), a) <
                   std::pair(threadDifferences(target.states[b], state, flags), b);
        });
    for (size_t i : sameRound) {
        // Two ways that set pointers differently go on apart, as long as there are few.
        if (apart < kMostPointerStates && differentPointers(target.states[i], state)) continue;
        if (apart < kMostThreadStates && differentThreads(target.states[i], state)) continue;
        if (apart < kMostStates && differentReasonsToJoin(target.states[i], state, flags)) continue;
        if (joinStates(target.states[i], state)) target.dirty[i] = true;
        return;
    }
    if (apart >= kMostStates) {
        cutShort_ = true;
        return;
    }
    target.states.push_back(std::move(state));
    target.dirty.push_back(true);
}

void Interpreter::runBlock(Activation& activation, ir::BlockId block, State entry, std::vector<State>& exits) {
    const ir::Block& code = activation.function->blocks[block];
    activation.block = block;
    ++blocksRun_;
    States states{std::move(entry)};
    for (size_t i = 0; i < code.ops.size() && !states.empty(); ++i) {
        const ir::Op& op = code.ops[i];
        const OpId id = facts_.ops.id(activation.index, block, i);
        activation.op = id;
        if (op.kind == ir::OpKind::ret || op.kind == ir::OpKind::exitThread) {
            for (State& state : states) {
                recordEvent(activation, id, op, state);
                exit(activation, id, state, op.kind == ir::OpKind::exitThread);
                if (op.kind == ir::OpKind::exitThread || op.throws) continue;
                returnValue(activation, op, state);
                addExit(exits, std::move(state));
            }
            return;
        }
        States next;
        for (State& state : states) apply(activation, id, op, std::move(state), next);
        // States that have come to hold the same locks go on as one.
        states.clear();
        for (State& state : next) {
            auto same =
                std::find_if(states.begin(), states.end(), [&](const State& other) { return sameLocks(other, state); });
            const bool apart = op.kind == ir::OpKind::acquire || op.kind == ir::OpKind::join ||
                               op.kind == ir::OpKind::call || op.kind == ir::OpKind::spawn;
            if (same == states.end() || (apart && states.size() < kMostStates && same->values != state.values) ||
                (states.size() < kMostThreadStates && differentThreads(*same, state)))
                states.push_back(std::move(state));
            else
                joinStates(*same, state);
        }
    }
    for (const State& state : states) leave(activation, block, state);
}

void Interpreter::returnValue(Activation& activation, const ir::Op& op, State& state) {
    if (op.value.kind == ir::ValueKind::unknown) return;
    const PlaceId returned = places_.place(returnObject(activation.index));
    const Known value = evaluate(activation, state, op.value);
    if (op.value.kind == ir::ValueKind::load) {
        // A returned record's members go with it.
        const Place source = places_.place(resolve(activation, state, op.value.place));
        std::vector<std::pair<PlaceId, Known>> members;
        for (const auto& [place, known] : state.values) {
            const Place& member = places_.place(place);
            if (member.root != source.root || member.steps.size() <= source.steps.size()) continue;
            if (!std::equal(source.steps.begin(), source.steps.end(), member.steps.begin())) continue;
            const auto from = member.steps.begin() + static_cast<std::ptrdiff_t>(source.steps.size());
            members.emplace_back(places_.place(Place{places_.place(returned).root, {from, member.steps.end()}}), known);
        }
        for (auto& [place, known] : members) state.values[place] = known;
        if (!hasStep(op.value.place.steps, ir::StepKind::deref)) {
            SharedMap<PlaceId, PlaceId> carried;
            carryTaken(state, holderOf(activation, state, op.value.place), returned, carried);
            for (const auto& [pointer, origin] : carried) state.taken.emplace(pointer, origin);
        }
    }
    if (value.kind != KnownKind::unknown) state.values[returned] = value;
    enterRegion(state, places_.place(returned).root, regionOf(state, value));
}

bool Interpreter::mustEnter(const Activation& activation, ir::BlockId header) {
    if (activation.repeated.contains(header)) return false;
    for (const ir::Loop& loop : activation.function->loops) {
        if (loop.header != header) continue;
        if (loop.from.kind == ir::ValueKind::constant && loop.to.kind == ir::ValueKind::constant)
            return loop.from.constant < loop.to.constant;
        // No round of a loop that joins means that no thread was started either.
        const ir::Function& function = *activation.function;
        for (ir::BlockId block : bodyOf(activation, loop))
            for (size_t i = 0; i < function.blocks[block].ops.size(); ++i)
                if (joinsThreads(function.blocks[block].ops[i], facts_.ops.id(activation.index, block, i))) return true;
        return false;
    }
    return false;
}

void Interpreter::leave(Activation& activation, ir::BlockId from, const State& state) {
    const ir::Block& code = activation.function->blocks[from];
    std::optional<bool> inRounds;  // whether another round follows, where they are told apart
    for (const ir::Loop& loop : activation.function->loops)
        if (loop.header == from && code.successors.size() == 2)
            if (const auto round = roundOf(activation, loop, state)) inRounds = *round < loop.to.constant;
    for (size_t i = 0; i < code.successors.size(); ++i) {
        if (i == 1 && !inRounds && mustEnter(activation, from)) continue;
        if (inRounds && (i == 0) != *inRounds) continue;
        State next = state;
        if (code.successors.size() == 2 && code.condition.place.valid() && code.condition.labels.empty() &&
            !assume(activation, code.condition, (i == 0) == code.condition.equal, next))
            continue;
        if (code.successors.size() == 2 && code.condition.text.valid() &&
            !decide(activation, code.condition, (i == 0) == code.condition.equal, next))
            continue;
        if (code.condition.place.valid() && (i == 0) == code.condition.equal)
            noThreadIn(activation, code.condition, next);
        if (i == 1)
            if (auto it = activation.joinedInLoop.find(from); it != activation.joinedInLoop.end())
                for (PlaceId handle : it->second) joined(next, handle);
        if (i < code.condition.labels.size() && !select(activation, code.condition, i, next)) continue;
        const ir::BlockId to = code.successors[i];
        // Before another round others may have changed what was tested.
        if (to <= from)
            erase_if(next.decided, [&](const auto& entry) {
                return entry.first.place.valid() && !staysDecided(entry.first, entry.second);
            });
        const bool firstReturn = to <= from && activation.repeated.insert(to).second;
        flowTo(activation, to, std::move(next));
        if (firstReturn) std::fill(activation.blocks[to].dirty.begin(), activation.blocks[to].dirty.end(), true);
    }
}

// How `a == b` or `a != b` comes out for two variables of which enough is known.
std::optional<bool> Interpreter::compare(const Activation& activation, const ir::Condition& condition,
                                         const State& state) {
    if (condition.place.valid() || condition.uses.size() != 2) return std::nullopt;
    const std::string& text = facts_.program->text(condition.text);
    const bool equality = text.find(" == ") != std::string::npos;
    if (!equality && text.find(" != ") == std::string::npos) return std::nullopt;
    Known sides[2];
    for (size_t i = 0; i < 2; ++i) {
        if (!condition.uses[i].steps.empty()) return std::nullopt;
        sides[i] = contentOf(state, resolve(activation, state, condition.uses[i]));
        if (sides[i].kind == KnownKind::load) sides[i] = contentOf(state, sides[i].place);
    }
    const auto is = [&](KnownKind a, KnownKind b) { return sides[0].kind == a && sides[1].kind == b; };
    const bool sameNumber = sides[0].constant == sides[1].constant;
    if (is(KnownKind::constant, KnownKind::constant)) return sameNumber == equality;
    if (sameNumber &&
        (is(KnownKind::constant, KnownKind::notConstant) || is(KnownKind::notConstant, KnownKind::constant)))
        return !equality;
    return std::nullopt;
}

// The same comparison of the same values comes out the same.
bool Interpreter::decide(const Activation& activation, const ir::Condition& condition, bool taken, State& state) {
    if (const auto outcome = compare(activation, condition, state); outcome && *outcome != taken) return false;
    Decision decision{taken, {}, {}, {}};
    for (const ir::Place& use : condition.uses) {
        decision.variables.push_back(places_.variableObject(activation.index, use.root));
        for (const ir::Step& step : use.steps)
            if (step.kind == ir::StepKind::field) decision.fields.push_back(step.value);
    }
    const Comparison comparison{condition.text, {}, 0};
    const auto known = state.decided.find(comparison);
    // Variables of one name in two scopes are two.
    if (known != state.decided.end() && known->second.variables == decision.variables)
        return known->second.taken == taken;
    state.decided[comparison] = decision;
    return true;
}

// Whether a switch can go to a successor: its label is the value, or, for the default, none of the labels is.
bool Interpreter::select(Activation& activation, const ir::Condition& condition, size_t successor, State& state) {
    if (!condition.place.valid()) return true;
    const auto is = [&](int64_t constant, bool equal, State& in) {
        ir::Condition test = condition;
        test.constant = constant;
        return assume(activation, test, equal, in);
    };
    if (condition.labels[successor]) return is(*condition.labels[successor], true, state);
    for (const auto& label : condition.labels)
        if (label && !is(*label, false, state)) return false;
    return true;
}

// Whether a lock is held that keeps others out.
bool Interpreter::locksHeld(const State& state) {
    return std::any_of(state.held.begin(), state.held.end(), [](const HeldLock& held) {
        return held.kind != ir::LockKind::flag && held.mode == ir::LockMode::exclusive && !held.lost;
    });
}

// Likewise, a spinning one or a semaphore as well.
bool Interpreter::excludesOthers(const State& state) {
    return std::any_of(state.held.begin(), state.held.end(),
                       [](const HeldLock& held) { return held.mode == ir::LockMode::exclusive && !held.lost; });
}

bool Interpreter::assume(Activation& activation, const ir::Condition& condition, bool equal, State& state) {
    const PlaceId place = resolve(activation, state, condition.place);
    if (condition.constant == 0 && equal) takeNull(activation, condition.place, state);
    Known known = contentOf(state, place);
    PlaceId decisive = place;
    if (known.kind == KnownKind::load) decisive = known.place;
    // Seen raised: a flag that is not zero, read with acquire order or under a lock.
    if (equal == (condition.constant != 0) && hasCommonName(decisive)) {
        const bool inOrder = state.acquired.contains(decisive) || !state.held.empty();
        (inOrder ? state.observed : state.glimpsed).insert(decisive);
    }
    if (equal == (condition.constant == 0) && excludesOthers(state) && hasCommonName(decisive))
        state.unraised.insert(decisive);
    decisive = place;
    if (known.kind == KnownKind::load) {
        decisive = known.place;
        known = contentOf(state, decisive);
    }
    switch (known.kind) {
        case KnownKind::constant:
            return (known.constant == condition.constant) == equal;
        case KnownKind::notConstant:
            if (known.constant == condition.constant && equal) return false;
            break;
        case KnownKind::address:
            // A caller that is not there may give null.
            if (places_.object(places_.place(known.place).root).kind == ObjectKind::typed) return true;
            [[fallthrough]];
        case KnownKind::function:
            // What points somewhere is not null.
            return condition.constant != 0 || !equal;
        default:
            break;
    }
    const bool variable =
        tracked(state, decisive) && places_.object(places_.place(decisive).root).kind == ObjectKind::variable;
    if (!variable && (!isSteady(decisive) || inThreads_[activation.index.index()]))
        return !decisive_[activation.index.index()] || (decideVariable(place, condition.constant, equal, state) &&
                                                        decideMember(decisive, condition.constant, equal, state));
    if (known.kind == KnownKind::own) return true;
    Known learned;
    learned.kind = equal ? KnownKind::constant : KnownKind::notConstant;
    learned.constant = condition.constant;
    if (known.kind == KnownKind::notConstant && !equal) return true;
    state.values[decisive] = learned;
    return true;
}

bool Interpreter::nonZero(Activation& activation, ir::Root variable, State& state) {
    ir::Condition condition;
    condition.place.root = variable;
    return assume(activation, condition, false, state);
}

void Interpreter::addExit(std::vector<State>& exits, State state) {
    for (State& other : exits) {
        if (!sameLocks(other, state)) continue;
        if (exits.size() < kMostThreadStates && differentThreads(other, state)) continue;
        joinStates(other, state);
        return;
    }
    exits.push_back(std::move(state));
}

}  // namespace raddle::facts
