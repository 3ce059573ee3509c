// What a thread finds of its creator's when it starts: locks held, objects in the making.
// Locks that a thread's creator holds across its start: as long as it holds them, the new thread runs under them, and
// what the creator does before it releases them comes before everything the new thread does once it has taken them.
#include <algorithm>

#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {

void Interpreter::startUnder(ThreadId thread, const State& state) {
    std::set<PlaceId> held;
    for (const HeldLock& lock : state.held)
        if (coversThreads(lock)) held.insert(lock.lock);
    Thread& info = facts_.threads[thread.index()];
    info.releasedAtSpawn.insert(state.released.begin(), state.released.end());
    if (startedUnder_.insert(thread).second)
        info.startedUnder = held;
    else
        std::erase_if(info.startedUnder, [&](PlaceId lock) { return !held.contains(lock); });
}

// The lock is released, if only for a while: threads started under it that may be running are so no longer.
void Interpreter::uncover(State& state, PlaceId lock) {
    bool uncovers = false;
    for (const LiveThread& live : state.live) {
        if (live.thread.valid() && !facts_.thread(live.thread).startedUnder.contains(lock)) continue;
        uncovers = true;
        if (live.thread.valid()) state.released.insert({facts_.thread(live.thread).spawn, lock});
    }
    if (uncovers) facts_.coverReleases.insert({lock, liveSet(state.live), orderOf(state)});
}

// Computes which functions start threads and which join some, themselves or by what they call.
void Interpreter::findStartingFunctions() {
    const auto those = [&](ir::OpKind kind) {
        std::vector<bool> found(facts_.program->functions.size());
        std::vector<FunctionIndex> pending;
        const auto add = [&](FunctionIndex function) {
            if (found[function.index()]) return;
            found[function.index()] = true;
            pending.push_back(function);
        };
        for (uint32_t i = 0; i < facts_.ops.size(); ++i)
            if (facts_.ops.op({i}).kind == kind) add(facts_.ops.function({i}));
        while (!pending.empty()) {
            const FunctionIndex function = pending.back();
            pending.pop_back();
            if (auto callers = facts_.pointsTo.callers.find(function); callers != facts_.pointsTo.callers.end())
                for (OpId call : callers->second) add(facts_.ops.function(call));
        }
        return found;
    };
    startsThreads_ = those(ir::OpKind::spawn);
    joinsThreads_ = those(ir::OpKind::join);
}

bool Interpreter::doesOrCalls(const ir::Op& op, OpId id, ir::OpKind kind, const std::vector<bool>& functions) const {
    if (op.kind != ir::OpKind::call) return op.kind == kind;
    const std::set<Target>& targets = facts_.pointsTo.targetsOf(id);
    return std::any_of(targets.begin(), targets.end(),
                       [&](const Target& target) { return functions[target.function.index()]; });
}

// The `this` of each constructor at work on an object that `args` lead to: its own until a thread gets it.
std::vector<ObjectId> Interpreter::underConstruction(const State& state, const std::vector<Known>& args) {
    const std::set<ObjectId> known = reachable(state, args, true);
    std::vector<ObjectId> found;
    for (ObjectId object : state.fresh) {
        const Object& self = places_.object(object);
        if (self.kind != ObjectKind::variable || self.variable != ir::Root{ir::RootKind::formal, 0} ||
            facts_.program->function(self.function).role != ir::FunctionRole::constructor)
            continue;
        const Known made = contentOf(state, places_.place(object));
        if (made.kind == KnownKind::address && known.contains(places_.place(made.place).root)) found.push_back(object);
    }
    return found;
}

void Interpreter::addUnderConstruction(const State& state, const std::vector<Known>& args, std::set<ObjectId>& roots) {
    const std::vector<ObjectId> found = underConstruction(state, args);
    roots.insert(found.begin(), found.end());
}

}  // namespace raddle::facts
