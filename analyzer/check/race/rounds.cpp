#include "analyzer/check/race/rounds.h"

#include <algorithm>

#include "analyzer/check/base/paths.h"
#include "analyzer/check/base/story.h"

namespace raddle::check {

using namespace facts;

namespace {

bool waits(const ir::Op& op) {
    return op.kind == ir::OpKind::wait || op.kind == ir::OpKind::await || op.kind == ir::OpKind::join ||
           op.kind == ir::OpKind::barrier || (op.kind == ir::OpKind::call && op.blocks);
}

}  // namespace

Rounds::Rounds(const Facts& facts) : facts_(facts), waits_(facts.program->functions.size()) {
    std::vector<FunctionIndex> pending;
    const auto mark = [&](FunctionIndex function) {
        if (waits_[function.index()]) return;
        waits_[function.index()] = true;
        pending.push_back(function);
    };
    for (uint32_t i = 0; i < facts.ops.size(); ++i)
        if (waits(facts.ops.op({i}))) mark(facts.ops.function({i}));
    while (!pending.empty()) {
        const auto callers = facts.pointsTo.callers.find(pending.back());
        pending.pop_back();
        if (callers == facts.pointsTo.callers.end()) continue;
        for (OpId call : callers->second)
            if (facts.ops.op(call).kind != ir::OpKind::spawn) mark(facts.ops.function(call));
    }
    for (const Event& event : facts.events) {
        if (facts.ops.op(event.op).kind != ir::OpKind::join) continue;
        const bool inMemory = !event.place.valid() ||
                              facts.places.object(facts.places.place(event.place).root).kind != ObjectKind::variable ||
                              hasStep(facts.places.place(event.place).steps, ir::StepKind::deref);
        const std::set<ThreadId>& threads = facts.context(event.context).threads;
        if (inMemory) joiners_.insert(threads.begin(), threads.end());
    }
}

// The calls from the thread's entry, the op last.
std::vector<OpId> Rounds::wayTo(ThreadId thread, ContextId context, OpId op) const {
    auto [known, isNew] = ways_.try_emplace({thread.value, context.value});
    if (isNew)
        for (const auto& [caller, called] : pathTo(facts_, thread, context)) known->second.push_back(caller.op);
    std::vector<OpId> way = known->second;
    way.push_back(op);
    return way;
}

// To the start of the thread, or of the one of the creator's that it was started through.
std::vector<OpId> Rounds::wayToStart(ThreadId creator, ThreadId started) const {
    auto [known, isNew] = starts_.try_emplace({creator.value, started.value});
    if (isNew) known->second = findWayToStart(creator, started);
    return known->second;
}

std::vector<OpId> Rounds::findWayToStart(ThreadId creator, ThreadId started) const {
    for (ThreadId ancestor : facts_.thread(started).ancestors) {
        const Thread& thread = facts_.thread(ancestor);
        if (ancestor == creator || !thread.parents.contains(creator) || !thread.spawn.valid()) continue;
        for (ContextId context : thread.spawnedIn)
            if (facts_.context(context).threads.contains(creator)) return wayTo(creator, context, thread.spawn);
    }
    return {};
}

template <typename Accept>
bool Rounds::anyWait(FunctionIndex function, Accept accept) const {
    const ir::Function& code = facts_.program->function(function);
    for (ir::BlockId block = 0; block < code.blocks.size(); ++block)
        for (size_t i = 0; i < code.blocks[block].ops.size(); ++i) {
            const ir::Op& op = code.blocks[block].ops[i];
            const OpId id = facts_.ops.id(function, block, i);
            bool waiting = waits(op);
            if (op.kind == ir::OpKind::call)
                for (const Target& target : facts_.pointsTo.targetsOf(id))
                    waiting = waiting || waits_[target.function.index()];
            if (waiting && accept(id)) return true;
        }
    return false;
}

bool Rounds::setsUp(const Access& access, ThreadId creator, ThreadId started) const {
    if (creator == started) return false;
    auto [known, isNew] =
        setUps_.try_emplace({access.op.value, access.context.value, creator.value, started.value}, false);
    if (isNew) known->second = comesAround(access, creator, started);
    return known->second;
}

bool Rounds::comesAround(const Access& access, ThreadId creator, ThreadId started) const {
    const std::vector<OpId> start = wayToStart(creator, started);
    if (start.empty()) return false;
    const std::vector<OpId> way = wayTo(creator, access.context, access.op);
    size_t parting = 0;
    while (parting + 1 < std::min(way.size(), start.size()) && way[parting] == start[parting]) ++parting;
    if (way[parting] == start[parting] || !alwaysBefore(facts_, way[parting], start[parting])) return false;
    // The innermost function on the common way whose loop leads round.
    size_t loop = parting + 1;
    while (loop > 0 && !mayFollow(facts_, start[loop - 1], way[loop - 1])) --loop;
    if (loop == 0) return false;
    --loop;
    for (size_t i = loop; i < start.size(); ++i) {
        const bool round = i == loop;
        if (anyWait(facts_.ops.function(start[i]), [&](OpId op) {
                return op != start[i] && mayFollow(facts_, start[i], op) && (!round || mayFollow(facts_, op, way[i]));
            }))
            return true;
    }
    return false;
}

// Whether something is waited for after the calls on the way to a start, from some depth on.
bool Rounds::waitsAfter(const std::vector<OpId>& start, size_t from) const {
    for (size_t i = from; i < start.size(); ++i)
        if (anyWait(facts_.ops.function(start[i]),
                    [&](OpId op) { return op != start[i] && mayFollow(facts_, start[i], op); }))
            return true;
    return false;
}

bool Rounds::startedApart(ThreadId a, ThreadId b) const {
    if (a == b) return false;
    for (ThreadId creator : facts_.thread(a).parents) {
        if (!facts_.thread(b).parents.contains(creator)) continue;
        const std::vector<OpId> first = wayToStart(creator, a), second = wayToStart(creator, b);
        size_t parting = 0;
        while (parting < std::min(first.size(), second.size()) && first[parting] == second[parting]) ++parting;
        // One call through a pointer can lead to two functions.
        if (parting >= std::min(first.size(), second.size()) ||
            facts_.ops.function(first[parting]) != facts_.ops.function(second[parting]))
            continue;
        if (!inOneRound(facts_, first[parting], second[parting]) &&
            !inOneRound(facts_, second[parting], first[parting]) && waitsAfter(first, parting + 1) &&
            waitsAfter(second, parting + 1))
            return true;
    }
    return false;
}

}  // namespace raddle::check
