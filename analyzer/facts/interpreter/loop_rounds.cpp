// Counting loops: most stand for all their rounds at once; short ones over elements known apart go round by round.
#include <algorithm>

#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {
namespace {

constexpr int64_t kMostRounds = 8;

}  // namespace

// Whether a loop counts over few constants.
bool Interpreter::isShort(const ir::Loop& loop) {
    return loop.from.kind == ir::ValueKind::constant && loop.to.kind == ir::ValueKind::constant &&
           (loop.variable.kind == ir::RootKind::local || loop.variable.kind == ir::RootKind::formal) &&
           loop.to.constant > loop.from.constant && loop.to.constant - loop.from.constant <= kMostRounds;
}

void Interpreter::enterLoop(Activation& activation, const ir::Loop& loop, State& state) {
    if ((loop.variable.kind != ir::RootKind::local && loop.variable.kind != ir::RootKind::formal) ||
        loop.from.kind == ir::ValueKind::address)
        return;
    if (worthRounds(activation, loop, state)) activation.roundByRound.insert(loop.header);
    if (roundOf(activation, loop, state)) return;
    // The variable stands for all its values from the start.
    const PlaceId counter = places_.place(places_.variableObject(activation.index, loop.variable));
    const Known first = contentOf(state, counter);
    forget(state, counter);
    renamed(state, places_.place(counter).root);
    // One that goes from a thread's own number to another, `for (i = lo; i < hi; ++i)`, has the thread's own slice.
    if (first.kind == KnownKind::own && OwnIndex::kind(first.constant) != OwnKind::idle &&
        isBoundedByOwn(activation, loop, state))
        state.values[counter] = {
            KnownKind::own, OwnIndex::make(OwnIndex::tag(first.constant), OwnKind::computed), {}, {}};
    // In a loop that starts threads it is the number of one that is yet to be started.
    if (auto tag = startingLoop(activation, loop)) {
        const int64_t next = OwnIndex::make(*tag, OwnKind::idle);
        // What was put into the element before is that of another round.
        erase_if(state.values, [&](const auto& value) {
            const std::vector<ir::Step>& steps = places_.place(value.first).steps;
            return std::any_of(steps.begin(), steps.end(),
                               [&](const ir::Step& step) { return isOwnIndex(step) && step.value == next; });
        });
        state.values[counter] = {KnownKind::own, next, {}, {}};
    }
}

// Whether what a loop's counter is compared with is a thread's own number, or computed from one.
bool Interpreter::isBoundedByOwn(const Activation& activation, const ir::Loop& loop, const State& state) {
    std::vector<ir::Place> bounds = activation.function->blocks[loop.header].condition.uses;
    std::erase(bounds, ir::Place{loop.variable, {}});
    return computedFrom(activation, state, bounds).kind == KnownKind::own;
}

// The number of the round that a state is in, of a loop whose rounds are told apart.
std::optional<int64_t> Interpreter::roundOf(const Activation& activation, const ir::Loop& loop,
                                            const State& state) const {
    if (!activation.roundByRound.contains(loop.header)) return std::nullopt;
    const Known counter = contentOf(state, places_.place(places_.variableObject(activation.index, loop.variable)));
    if (counter.kind != KnownKind::constant || counter.constant < loop.from.constant ||
        counter.constant > loop.to.constant)
        return std::nullopt;
    return counter.constant;
}

// Whether a loop about to begin goes over an array of which it is known what its elements point to.
bool Interpreter::worthRounds(const Activation& activation, const ir::Loop& loop, const State& state) {
    if (!isShort(loop)) return false;
    const PlaceId counter = places_.place(places_.variableObject(activation.index, loop.variable));
    if (contentOf(state, counter) != Known{KnownKind::constant, loop.from.constant, {}, {}}) return false;
    const auto knownElement = [&](const ir::Place& place) {
        for (size_t i = 0; i < place.steps.size(); ++i) {
            const ir::Step& step = place.steps[i];
            if (step.kind != ir::StepKind::indexVariable || step.variable != loop.variable.kind ||
                step.value != static_cast<int64_t>(loop.variable.index))
                continue;
            const ir::Place element{place.root,
                                    {place.steps.begin(), place.steps.begin() + static_cast<std::ptrdiff_t>(i) + 1}};
            const KnownKind content = contentOf(state, resolve(activation, state, element)).kind;
            if (content == KnownKind::address || content == KnownKind::function) return true;
        }
        return false;
    };
    for (ir::BlockId block : bodyOf(activation, loop))
        for (const ir::Op& op : activation.function->blocks[block].ops)
            if (knownElement(op.place) || knownElement(op.value.place) ||
                std::any_of(op.args.begin(), op.args.end(),
                            [&](const ir::Value& arg) { return knownElement(arg.place); }))
                return true;
    return false;
}

// Whether two states on the way to a block are in different rounds of a loop that the block is part of.
bool Interpreter::inDifferentRounds(const Activation& activation, ir::BlockId block, const State& a, const State& b) {
    if (activation.roundByRound.empty()) return false;
    return std::any_of(activation.function->loops.begin(), activation.function->loops.end(), [&](const ir::Loop& loop) {
        const auto roundA = roundOf(activation, loop, a), roundB = roundOf(activation, loop, b);
        return roundA != roundB && bodyOf(activation, loop).contains(block);
    });
}

}  // namespace raddle::facts
