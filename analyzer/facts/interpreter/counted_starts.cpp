// Threads that a function starts one by one and counts: `w = &all[n]; start(w); ++n`. What the counter says until the
// next thread is started is that thread's own number, as is the element it chooses, whatever function starts the
// others and whenever: the counter never goes back, unless to a constant, when all begins anew.
#include <algorithm>

#include "analyzer/facts/base/loops.h"
#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {
namespace {

constexpr int64_t kFirstTag = int64_t{1} << 34;  // past those of tickets

bool isNamedByFields(const ir::Place& place) {
    return std::all_of(place.steps.begin(), place.steps.end(), [](const ir::Step& step) {
        return step.kind == ir::StepKind::deref || step.kind == ir::StepKind::field;
    });
}

bool incrementsItself(const ir::Op& op) {
    return op.kind == ir::OpKind::store && op.value.kind == ir::ValueKind::sum && op.value.constant == 1 &&
           op.value.place == op.place && op.order == ir::MemoryOrder::plain;
}

// The blocks of `body` that can be reached from one of them without going through `avoided`.
std::set<ir::BlockId> reachableWithin(const ir::Function& function, const std::set<ir::BlockId>& body, ir::BlockId from,
                                      ir::BlockId avoided) {
    std::set<ir::BlockId> reached{from};
    std::vector<ir::BlockId> pending{from};
    while (!pending.empty()) {
        const ir::BlockId block = pending.back();
        pending.pop_back();
        for (ir::BlockId next : function.blocks[block].successors)
            if (next != avoided && body.contains(next) && reached.insert(next).second) pending.push_back(next);
    }
    return reached;
}

// Whether a function sets a counter again that it counts in a block: a ring, whose numbers come again while the threads
// that have them may be running.
bool beginsAnew(const ir::Function& function, ir::BlockId counting, const ir::Place& counter) {
    for (ir::BlockId block = counting; block < function.blocks.size(); ++block)
        for (const ir::Op& op : function.blocks[block].ops)
            if (op.kind == ir::OpKind::store && op.place == counter && op.value.kind == ir::ValueKind::constant)
                return true;
    return false;
}

}  // namespace

bool Interpreter::isCounted(int64_t index) {
    return OwnIndex::tag(index) >= kFirstTag;
}

// What tells one counter from another throughout the program: the member or variable that it is.
std::optional<Interpreter::CounterName> Interpreter::counterName(FunctionIndex function, const ir::Place& place) {
    if (!place.valid() || !isNamedByFields(place)) return std::nullopt;
    if (!place.steps.empty())
        return place.steps.back().kind == ir::StepKind::field
                   ? std::optional(CounterName{ir::RootKind::none, {}, place.steps.back().value})
                   : std::nullopt;
    const bool global = place.root.kind == ir::RootKind::global;
    return CounterName{place.root.kind, global ? FunctionIndex{} : function, place.root.index};
}

// Counters that anything but an increment or a constant is stored to, or whose address is taken.
std::set<Interpreter::CounterName> Interpreter::otherwiseSet() const {
    std::set<CounterName> result;
    for (uint32_t i = 0; i < facts_.ops.size(); ++i) {
        const ir::Op& op = facts_.ops.op({i});
        const FunctionIndex function = facts_.ops.function({i});
        const auto reject = [&](const ir::Place& place) {
            if (const auto name = counterName(function, place)) result.insert(*name);
        };
        if (op.kind == ir::OpKind::rmw || op.kind == ir::OpKind::cas) reject(op.place);
        if (op.kind == ir::OpKind::store && !incrementsItself(op) && op.value.kind != ir::ValueKind::constant)
            reject(op.place);
        if (op.value.kind == ir::ValueKind::address) reject(op.value.place);
        for (const ir::Value& arg : op.args)
            if (arg.kind == ir::ValueKind::address) reject(arg.place);
        if (op.result.kind != ir::RootKind::none) reject({op.result, {}});
    }
    return result;
}

void Interpreter::findCountedStarts() {
    counted_.resize(facts_.program->functions.size());
    std::vector<FunctionIndex> starting;
    for (uint32_t i = 0; i < startsThreads_.size(); ++i)
        if (startsThreads_[i]) starting.push_back({i});
    if (starting.empty()) return;
    const std::set<CounterName> others = otherwiseSet();
    std::map<CounterName, int64_t> tags;
    for (FunctionIndex function : starting)
        for (auto& [place, counted] : countedBy(function)) {
            const CounterName name = *counterName(function, place);
            if (others.contains(name)) continue;
            const auto tag = kFirstTag + static_cast<int64_t>(tags.size());
            counted.tag = tags.try_emplace(name, tag).first->second;
            counted_[function.index()].emplace(place, std::move(counted));
        }
}

// By counter: the starts after or before which, in the same round, it is increased.
std::map<ir::Place, Interpreter::CountedStarts> Interpreter::countedBy(FunctionIndex index) const {
    const ir::Function& function = facts_.program->function(index);
    const std::vector<bool> inLoop = blocksInLoops(function);
    std::map<ir::Place, CountedStarts> result;
    std::vector<std::pair<ir::BlockId, OpId>> starts;
    const auto eachOp = [&](auto visit) {
        for (ir::BlockId block = 0; block < function.blocks.size(); ++block)
            for (size_t i = 0; i < function.blocks[block].ops.size(); ++i)
                visit(block, function.blocks[block].ops[i], facts_.ops.id(index, block, i));
    };
    eachOp([&](ir::BlockId block, const ir::Op& op, OpId id) {
        if (startsThreads(op, id)) starts.emplace_back(block, id);
    });
    eachOp([&](ir::BlockId block, const ir::Op& op, OpId id) {
        if (!incrementsItself(op) || !counterName(index, op.place)) return;
        // What a function counts for itself begins anew each time, so that it is worth something in a loop alone.
        const bool own = op.place.steps.empty() && op.place.root.kind != ir::RootKind::global;
        const bool countsRounds = std::any_of(function.loops.begin(), function.loops.end(), [&](const ir::Loop& loop) {
            return op.place.steps.empty() && loop.variable == op.place.root;
        });
        if (countsRounds || beginsAnew(function, block, op.place)) return;
        for (const auto& [at, start] : starts) {
            if (own && !(inLoop[block] && inLoop[at])) continue;
            const bool before = start < id;
            if (at == block || reachesInOneRound(function, before ? at : block, before ? block : at))
                result[op.place].starts.insert(start);
        }
    });
    return result;
}

// What says how many rounds of a loop there have been when it is done, or was left early: its own counter, if nothing
// else sets that, and counters of starts that are increased once in every round.
std::vector<ir::Place> Interpreter::countersOfRounds(FunctionIndex index, const ir::Loop& loop,
                                                     const std::set<ir::BlockId>& body) const {
    const ir::Function& function = facts_.program->function(index);
    std::map<ir::Place, std::vector<ir::BlockId>> increments;  // in the loop
    std::set<ir::Place> otherwise;
    for (ir::BlockId block = 0; block < function.blocks.size(); ++block)
        for (const ir::Op& op : function.blocks[block].ops) {
            if (op.kind != ir::OpKind::store) continue;
            if (incrementsItself(op) && body.contains(block))
                increments[op.place].push_back(block);
            else if (op.value.kind != ir::ValueKind::constant || op.value != loop.from)
                otherwise.insert(op.place);
        }
    std::vector<ir::Place> result;
    for (const auto& [place, blocks] : increments) {
        const bool own = place.steps.empty() && place.root == loop.variable;
        if (blocks.size() != 1 || otherwise.contains(place) || (!own && !counted_[index.index()].contains(place)))
            continue;
        // Without it, no way leads back.
        const std::set<ir::BlockId> reached = reachableWithin(function, body, loop.header, blocks.front());
        const bool everyRound = std::none_of(reached.begin(), reached.end(), [&](ir::BlockId block) {
            const std::vector<ir::BlockId>& next = function.blocks[block].successors;
            return std::find(next.begin(), next.end(), loop.header) != next.end();
        });
        if (everyRound) result.push_back(place);
    }
    return result;
}

// What a counter of starts says, as long as it is that of the next thread to be started.
std::optional<Known> Interpreter::nextStart(const Activation& activation, const ir::Place& counter) const {
    const auto& counters = counted_[activation.index.index()];
    if (counters.empty()) return std::nullopt;
    const auto counted = counters.find(counter);
    if (counted == counters.end() || activation.op > *counted->second.starts.rbegin()) return std::nullopt;
    return Known{KnownKind::own, OwnIndex::make(counted->second.tag, OwnKind::idle), {}, {}};
}

bool Interpreter::isCountedBy(FunctionIndex function, int64_t index) const {
    const auto& counters = counted_[function.index()];
    return std::any_of(counters.begin(), counters.end(),
                       [&](const auto& counter) { return counter.second.tag == OwnIndex::tag(index); });
}

// False when the function at hand counts by the number, but not at this start.
bool Interpreter::countsStart(const Activation& activation, OpId start, int64_t index) const {
    const auto& counters = counted_[activation.index.index()];
    return std::none_of(counters.begin(), counters.end(), [&](const auto& counter) {
        return counter.second.tag == OwnIndex::tag(index) && !counter.second.starts.contains(start);
    });
}

}  // namespace raddle::facts
