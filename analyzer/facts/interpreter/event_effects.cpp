// Events: what checks beyond those of accesses and acquisitions ask for.
#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {
namespace {

bool isEvent(const Facts& facts, const ir::Op& op, const State& state) {
    switch (op.kind) {
        case ir::OpKind::free:
        case ir::OpKind::initLock:
        case ir::OpKind::destroyLock:
        case ir::OpKind::wait:
        case ir::OpKind::signal:
        case ir::OpKind::await:
        case ir::OpKind::join:
        case ir::OpKind::detach:
        case ir::OpKind::barrier:
            return true;
        case ir::OpKind::ret:
        case ir::OpKind::exitThread:
            return !state.live.empty();
        case ir::OpKind::call:
            return op.value.kind == ir::ValueKind::function && !facts.program->find(op.value.function).valid();
        default:
            return false;
    }
}

}  // namespace

PlaceId Interpreter::eventPlace(const Activation& activation, const ir::Op& op, const State& state) {
    if (!op.place.valid()) return {};
    switch (op.kind) {
        case ir::OpKind::join:
        case ir::OpKind::detach:
            return handlePlace(activation, state, origin(activation, state, op.place));
        case ir::OpKind::signal:
        case ir::OpKind::await:
        case ir::OpKind::barrier:
        case ir::OpKind::wait:
        case ir::OpKind::initLock:
        case ir::OpKind::destroyLock:
            return lockPlace(origin(activation, state, op.place));
        default:
            return resolve(activation, state, op.place);
    }
}

void Interpreter::recordEvent(const Activation& activation, OpId id, const ir::Op& op, const State& state) {
    if (!isEvent(facts_, op, state)) return;
    Event event{id, activation.context, eventPlace(activation, op, state), {}, lockSet(state), liveSet(state.live)};
    if (op.kind == ir::OpKind::wait && !op.args.empty()) {
        const Known lock = evaluate(activation, state, op.args.front());
        if (lock.kind == KnownKind::address) event.lock = lockPlace(lock.place);
        if (lock.kind == KnownKind::load) event.lock = lockPlace(places_.extend(lock.place, ir::Step{}));
    }
    const std::array<uint32_t, 5> key{id.value, activation.context.value, event.place.value, event.lock.value,
                                      event.held.value};
    auto [it, isNew] = eventIds_.try_emplace(key, facts_.events.size());
    if (isNew) {
        facts_.events.push_back(event);
        return;
    }
    Event& known = facts_.events[it->second];
    if (LiveThreads live = facts_.live(known.live); live.unite(state.live)) known.live = liveSet(live);
}

}  // namespace raddle::facts
