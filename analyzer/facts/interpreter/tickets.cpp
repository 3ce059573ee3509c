// Numbers drawn from a counter that several threads increase, atomically or under a lock: each is given out once, so
// what it chooses of an array is the drawer's alone.
#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {
namespace {

constexpr int64_t kFirstTag = int64_t{1} << 33;  // past the tags of loops and of spawns

}  // namespace

Known Interpreter::ticketOf(PlaceId counter) {
    const auto [it, isNew] = counters_.try_emplace(counter, kFirstTag + static_cast<int64_t>(counters_.size()));
    return {KnownKind::own, OwnIndex::make(it->second, OwnKind::ticket), {}, {}};
}

// What an increment gives: the store of `next - 1` follows the change of `next`.
Known Interpreter::drawnFrom(const Activation& activation, OpId id, const ir::Op& op, const State& state) {
    const PlaceId counter = resolve(activation, state, op.value.place);
    if (tracked(state, counter) || !isExact(counter)) return {};
    const ir::Block& block = activation.function->blocks[activation.block];
    const ir::Op* change = nullptr;
    for (size_t i = 0; i < block.ops.size() && facts_.ops.id(activation.index, activation.block, i) != id; ++i)
        if (block.ops[i].place == op.value.place && block.ops[i].kind != ir::OpKind::load) change = &block.ops[i];
    if (!change) return {};
    const bool atomic = change->kind == ir::OpKind::rmw;
    const bool counts = change->kind == ir::OpKind::store && change->value.kind == ir::ValueKind::sum;
    return atomic || (counts && locksHeld(state)) ? ticketOf(counter) : Known{};
}

// `i = next; next++` under one lock: what was read before is drawn when the counter goes on.
void Interpreter::drawBefore(State& state, PlaceId counter) {
    if (tracked(state, counter) || !isExact(counter) || !locksHeld(state)) return;
    const Known ticket = ticketOf(counter);
    state.values.changeEach([&](PlaceId place, Known& known) {
        const Object& object = places_.object(places_.place(place).root);
        if (known.kind == KnownKind::load && known.place == counter && object.kind == ObjectKind::variable &&
            object.variable.kind == ir::RootKind::local && places_.place(place).steps.empty())
            known = ticket;
    });
}

}  // namespace raddle::facts
