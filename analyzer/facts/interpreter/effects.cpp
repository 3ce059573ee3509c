// What ops do to a state: accesses, stores. Everything the checks want to know is recorded here.
#include <algorithm>

#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {
namespace {

constexpr uint32_t kMostOfASpot = 128;  // accesses by one op to one location, past which only locks and threads count

}  // namespace

LockSetId Interpreter::lockSet(const State& state) {
    if (lastLocks_.valid() && facts_.locks(lastLocks_) == state.held) return lastLocks_;
    auto [it, isNew] = lockSetIds_.try_emplace(state.held, LockSetId{static_cast<uint32_t>(facts_.lockSets.size())});
    if (isNew) {
        facts_.lockSets.push_back(state.held);
        std::vector<uint64_t> names;  // and modes, whatever took them
        for (const HeldLock& lock : state.held)
            names.push_back(uint64_t{lock.lock.value} * 4 + static_cast<uint64_t>(lock.mode) * 2 + lock.lost);
        lockClasses_.push_back(
            lockClassIds_.try_emplace(std::move(names), static_cast<uint32_t>(lockClassIds_.size())).first->second);
    }
    return lastLocks_ = it->second;
}

LiveSetId Interpreter::liveSet(const LiveThreads& live) {
    if (lastLive_.first.isSame(live) && lastLive_.second.valid()) return lastLive_.second;
    auto [it, isNew] = liveSetIds_.try_emplace(live, LiveSetId{static_cast<uint32_t>(facts_.liveSets.size())});
    if (isNew) facts_.liveSets.push_back(live);
    lastLive_ = {live, it->second};
    return it->second;
}

OrderId Interpreter::orderOf(const State& state) {
    Order order{state.published, state.observed, state.unraised, state.lastBarrier,
                state.strayJoin, state.awaited,  state.released};
    if (lastOrder_.second.valid() && lastOrder_.first.isSame(order)) return lastOrder_.second;
    auto [it, isNew] = orderIds_.try_emplace(order, OrderId{static_cast<uint32_t>(facts_.orders.size())});
    if (isNew) facts_.orders.push_back(order);
    lastOrder_ = {std::move(order), it->second};
    return it->second;
}

// Whether other functions can know a place by the same name: not what a variable of one of them points to.
bool Interpreter::hasCommonName(PlaceId id) const {
    const Place& place = places_.place(id);
    return places_.object(place.root).kind != ObjectKind::variable || !hasStep(place.steps, ir::StepKind::deref);
}

// A flag or semaphore is raised: who sees it raised comes after everything up to here.
void Interpreter::raise(const Activation& activation, State& state, PlaceId flag) {
    const Object& object = places_.object(places_.place(flag).root);
    if (object.kind == ObjectKind::variable && object.function == activation.index &&
        !isAddressed(places_.place(flag).root))
        return;
    if (hasCommonName(flag)) state.published.insert(flag);
    facts_.raisers[flag].insert(activation.context);
}

void Interpreter::noteFlag(const ir::Op& op, const State& state, PlaceId flag, bool clears) {
    if (op.isInit || places_.object(places_.place(flag).root).kind == ObjectKind::variable) return;
    FlagStores& stores = facts_.flagStores[flag];
    stores.cleared |= clears;
    stores.relaxed |= op.order == ir::MemoryOrder::relaxed && !state.fenced;
    if (!clears) stores.raisedUnder.insert(lockSet(state));
}

// Counts what an op does to one location. Where it has done so in more circumstances than are looked at, only other
// locks and threads are news.
bool Interpreter::isOneOfTooMany(const std::array<uint32_t, 3>& spot, LockSetId locks, LiveSetId live) {
    const uint32_t number = spots_.of(spot);
    if (number == spotCounts_.size()) spotCounts_.push_back(0);
    const size_t known = circumstances_.size();
    const bool isNew = circumstances_.of({number, lockClasses_[locks.index()], live.value}) == known;
    if (spotCounts_[number] >= kMostOfASpot && !isNew) return cutShort_ = true;
    ++spotCounts_[number];
    return false;
}

void Interpreter::recordAccess(const Activation& activation, OpId id, const State& state, AccessKind kind, bool atomic,
                               PlaceId place) {
    if (!atomic && (activation.function->unchecked || (state.muted & (1u << static_cast<unsigned>(kind))))) return;
    const LockSetId locks = lockSet(state);
    if (activation.function->role == ir::FunctionRole::constructor &&
        facts_.ops.op(id).place.root == ir::Root{ir::RootKind::formal, 0} &&
        state.fresh.contains(places_.variableObject(activation.index, {ir::RootKind::formal, 0})))
        return;
    const OrderId order = orderOf(state);
    PlaceId region = regionOf(state, places_.place(place).root);
    const ir::Root root = facts_.ops.op(id).place.root;
    if (!region.valid() && (root.kind == ir::RootKind::local || root.kind == ir::RootKind::formal))
        region = regionOf(state, places_.variableObject(activation.index, root));
    const Locations at = locate(state, place);
    const bool owned = isOwned(activation, state, facts_.ops.op(id).place);
    for (PlaceId location : at.places) {
        const std::array<uint32_t, 8> key{id.value,
                                          activation.context.value,
                                          static_cast<uint32_t>(kind) * 2 + owned,
                                          place.value,
                                          location.value,
                                          locks.value,
                                          order.value,
                                          region.value};
        const uint32_t number = accessIds_.find(key);
        if (number == accessIds_.kFree) {
            const LiveSetId live = liveSet(state.live);
            if (isOneOfTooMany({id.value, static_cast<uint32_t>(kind), location.value}, locks, live)) continue;
            accessIds_.of(key);
            facts_.accesses.push_back({id, activation.context, kind, atomic, place, location, region, locks, live,
                                       order, owned, false, at.choices});
            continue;
        }
        Access& known = facts_.accesses[number];
        if (LiveThreads live = facts_.live(known.live); live.unite(state.live)) known.live = liveSet(live);
    }
}

// A variable that takes over a number (pthread_t) is another name of the handle, an object (std::thread) moves it.
bool Interpreter::copiesHandle(const State& state, PlaceId to) const {
    const Object& object = places_.object(places_.place(to).root);
    if (!tracked(state, to) || !places_.place(to).steps.empty() || object.kind != ObjectKind::variable) return false;
    const ir::Function& function = facts_.program->function(object.function);
    if (object.variable.kind != ir::RootKind::local) return false;
    const ir::NameId type = function.locals[object.variable.index].type;
    return type.valid() && !facts_.program->text(type).starts_with("std::");
}

// Whether the function has a fence that makes relaxed stores after it release.
bool Interpreter::releasesByFence(const Activation& activation) {
    return std::any_of(activation.function->blocks.begin(), activation.function->blocks.end(),
                       [](const ir::Block& block) {
                           return std::any_of(block.ops.begin(), block.ops.end(), [](const ir::Op& op) {
                               return op.kind == ir::OpKind::fence && op.order != ir::MemoryOrder::relaxed &&
                                      op.order != ir::MemoryOrder::acquire;
                           });
                       });
}

void Interpreter::store(Activation& activation, OpId id, const ir::Op& op, State& state) {
    const PlaceId place = resolveItself(activation, state, op.place);
    if (op.place.root == activation.returned) state.returnedAt = id;
    if (op.place.root.kind == ir::RootKind::local && !state.held.empty())
        facts_.storedUnder[id].emplace(activation.context, lockSet(state));
    // A function's static variable is initialised once, under a lock of the compiler's.
    const ObjectId root = places_.place(place).root;
    const Object& object = places_.object(root);
    const bool once =
        op.isInit && object.kind == ObjectKind::global && facts_.program->globals[object.global].isFunctionStatic;
    const bool ownVariable = object.kind == ObjectKind::variable && places_.place(place).steps.empty() && op.isInit;
    if (!once && !ownVariable)
        recordAccess(activation, id, state, AccessKind::write, op.order != ir::MemoryOrder::plain, place);

    Known value = evaluate(activation, state, op.value);
    if (op.value.kind == ir::ValueKind::sum && value.kind == KnownKind::unknown)
        value = drawnFrom(activation, id, op, state);
    if (value.kind == KnownKind::unknown) value = computedFrom(activation, state, op.uses);
    const bool counts = op.value.kind == ir::ValueKind::sum && op.value.constant != 0;
    if (counts && resolve(activation, state, op.value.place) == place) drawBefore(state, place);
    const bool releases = op.order == ir::MemoryOrder::release || op.order == ir::MemoryOrder::acqRel ||
                          op.order == ir::MemoryOrder::seqCst || (state.fenced && op.order == ir::MemoryOrder::relaxed);
    const bool clears = value.kind == KnownKind::constant && value.constant == 0;
    const bool lowers = clears || takesAway(activation, op, state, place);
    noteFlag(op, state, place, lowers);
    if ((releases || !state.held.empty()) && !lowers && !op.isInit) {
        raise(activation, state, place);
        if (state.published.contains(place)) state.observed.insert(place);
    }
    // Who sees a plain flag raised has held the lock that it is raised under, after this section of it.
    if (op.order != ir::MemoryOrder::plain || !excludesOthers(state)) state.unraised.erase(place);
    nameByElement(activation, state, op.isInit && isInSomeElement(places_.place(place)), place, value);
    const bool shares = !tracked(state, place);
    const bool fresh = value.kind == KnownKind::address && state.fresh.contains(places_.place(value.place).root);
    if (shares) {
        noteTaskPost(activation, id, op, place, value, state);
        linkInto(state, value, place);
        publish(state, value);
        // Who finds the object by an atomic that releases nothing need not see it made.
        if (fresh && op.order == ir::MemoryOrder::relaxed && !releasesByFence(activation))
            recordAccess(activation, id, state, AccessKind::write, false, value.place);
    }
    // A thread object that moves takes its thread along.
    if (op.value.kind == ir::ValueKind::load) {
        const PlaceId from = resolve(activation, state, op.value.place);
        LiveThreads live;
        for (LiveThread thread : state.live) {
            if (thread.handle == from && !copiesHandle(state, place)) {
                thread.handle = handlePlace(activation, state, place);
                if (thread.thread.valid()) facts_.handles[thread.handle].insert(thread.thread);
                value = {};  // the new place is the handle now, not another name of the old one
            }
            live.insert(thread);
        }
        state.live = std::move(live);
    }
    // A name too long to go by still tells what structure it leads through.
    Known through;
    if (value.kind == KnownKind::unknown && op.value.kind == ir::ValueKind::load) {
        through.kind = KnownKind::load;
        through.place = resolve(activation, state, op.value.place);
    }
    const PlaceId region = regionOf(state, through);
    moveHolder(activation, op, place, value, shares, fresh, state);
    // Elements move when a container changes.
    if (const Place& stored = places_.place(place);
        !stored.steps.empty() && stored.steps.back() == ir::Step{ir::StepKind::field, ir::RootKind::none, container_})
        forget(state, places_.place(Place{stored.root, {stored.steps.begin(), stored.steps.end() - 1}}));
    assign(state, place, value);
    if (shares) decideStored(activation, place, value, state);
    if (region.valid() && places_.place(place).steps.empty() && tracked(state, place))
        enterRegion(state, places_.place(place).root, region);
}

void Interpreter::exit(Activation& activation, OpId id, const State& state, bool endsThread) {
    Exit exit;
    exit.context = activation.context;
    exit.op = id;
    exit.returnedAt = state.returnedAt;
    exit.endsThread = endsThread;
    const std::vector<HeldLock>& before = facts_.context(activation.context).entry.held;
    const auto contains = [](const std::vector<HeldLock>& locks, const HeldLock& lock) {
        return std::any_of(locks.begin(), locks.end(), [&](const HeldLock& other) { return other.lock == lock.lock; });
    };
    for (const HeldLock& lock : state.held)
        if (!contains(before, lock)) exit.gained.push_back(lock);
    for (const HeldLock& lock : before)
        if (!contains(state.held, lock)) exit.lostLocks.push_back(lock.lock);
    if (!exit.gained.empty() || !exit.lostLocks.empty()) changesLocks_.insert(activation.index);
    std::vector<size_t>& others = exitsOf_[exit.context];
    for (size_t index : others) {
        const Exit& known = facts_.exits[index];
        if (known.op != exit.op || known.gained != exit.gained || known.lostLocks != exit.lostLocks) continue;
        LiveThreads live = facts_.live(known.live);
        live.unite(state.live);
        facts_.exits[index].live = liveSet(live);
        return;
    }
    exit.live = liveSet(state.live);
    others.push_back(facts_.exits.size());
    facts_.exits.push_back(std::move(exit));
}

void Interpreter::allocate(OpId id, PlaceId to, State& state) {
    const ObjectId made = heapObject(places_, facts_.ops, id);
    erase_if(state.values, [&](const auto& value) { return places_.place(value.first).root == made; });
    state.fresh.insert(made);
    Known address;
    address.kind = KnownKind::address;
    address.place = places_.place(made);
    if (!tracked(state, to)) publish(state, address);
    assign(state, to, address);
}

// A semaphore is taken like a lock, and raised and seen raised like a flag.
void Interpreter::changeSemaphore(Activation& activation, OpId id, ir::Op op, State state, States& out) {
    if (op.kind == ir::OpKind::await) {
        state.observed.insert(resolve(activation, state, op.place));
        op.attempt = ir::Attempt::must;
        acquire(activation, id, op, std::move(state), out);
        return;
    }
    op.conditional = true;
    release(activation, id, op, state);
    raise(activation, state, resolve(activation, state, op.place));
    out.push_back(std::move(state));
}

void Interpreter::setPermits(const Activation& activation, const ir::Op& op, const State& state) {
    if (op.args.empty()) return;
    const Known count = evaluate(activation, state, op.args[0]);
    if (count.kind != KnownKind::constant) return;
    int64_t& known = facts_.permits[resolve(activation, state, op.place)];
    known = std::max(known, count.constant);
}

std::optional<std::pair<bool, int64_t>> Interpreter::signalName(const ir::Place& place) {
    if (!place.steps.empty() && place.steps.back().kind == ir::StepKind::field)
        return std::pair(true, place.steps.back().value);
    if (place.steps.empty() && place.root.kind == ir::RootKind::global)
        return std::pair(false, static_cast<int64_t>(place.root.index));
    return std::nullopt;
}

PlaceId Interpreter::origin(const Activation& activation, const State& state, const ir::Place& place) {
    const PlaceId at = resolve(activation, state, place);
    const Known content = contentOf(state, at);
    return content.kind == KnownKind::load ? content.place : at;
}

// What a descriptor's variable refers to, if that is known to be one thing.
PlaceId Interpreter::channelOf(const Activation& activation, const State& state, const ir::Place& place) {
    ir::Place target = place;
    target.steps.push_back({});
    const PlaceId at = resolve(activation, state, target);
    if (std::none_of(places_.place(at).steps.begin(), places_.place(at).steps.end(),
                     [](const ir::Step& step) { return step.kind == ir::StepKind::deref; }))
        return at;
    const auto known = facts_.pointsTo.resolve(places_, at);
    if (known.size() == 1) return *known.begin();
    // An address of several that one global holds is still one address; of several channels any may be meant.
    const Place& through = places_.place(at);
    const bool held = through.steps.size() > 1 && through.steps[through.steps.size() - 2].kind == ir::StepKind::field;
    return !known.empty() && !held && places_.object(through.root).kind == ObjectKind::global ? at : PlaceId{};
}

// A promise or latch is raised and seen raised like a flag; a condition is not: who waits may have missed it.
void Interpreter::changeFuture(const Activation& activation, const ir::Op& op, State& state) {
    if (op.conditional) {
        const PlaceId channel = channelOf(activation, state, op.place);
        if (!channel.valid()) return;
        if (op.kind == ir::OpKind::await)
            state.observed.insert(channel);
        else
            raise(activation, state, channel);
        return;
    }
    if (op.kind == ir::OpKind::await) {
        if (!op.timed) state.observed.insert(origin(activation, state, op.place));
        return;
    }
    const auto name = signalName(op.place);
    if (!name || !conditions_.contains(*name)) raise(activation, state, origin(activation, state, op.place));
}

void Interpreter::apply(Activation& activation, OpId id, const ir::Op& op, State state, States& out) {
    if ((op.kind == ir::OpKind::load || op.kind == ir::OpKind::store) && op.order == ir::MemoryOrder::plain &&
        state.fenced && !tracked(state, resolve(activation, state, op.place)))
        state.fenced = false;
    recordEvent(activation, id, op, state);
    forgetDecided(op, state);
    switch (op.kind) {
        case ir::OpKind::load:
            recordAccess(activation, id, state, AccessKind::read, op.order != ir::MemoryOrder::plain,
                         resolveItself(activation, state, op.place));
            // What was seen is what was loaded last, by that load's order or under the lock it was stored under.
            if (op.order == ir::MemoryOrder::acquire || op.order == ir::MemoryOrder::seqCst || locksHeld(state))
                state.acquired.insert(resolve(activation, state, op.place));
            else
                state.acquired.erase(resolve(activation, state, op.place));
            break;
        case ir::OpKind::store:
            store(activation, id, op, state);
            break;
        case ir::OpKind::rmw:
        case ir::OpKind::cas: {
            const PlaceId place = resolveItself(activation, state, op.place);
            recordAccess(activation, id, state, AccessKind::write, true, place);
            facts_.flagStores[place].cleared = true;  // it may
            state.unraised.erase(place);
            assign(state, place, {});
            break;
        }
        case ir::OpKind::alloc:
            allocate(id, resolveItself(activation, state, op.place), state);
            break;
        case ir::OpKind::acquire:
            acquire(activation, id, op, std::move(state), out);
            return;
        case ir::OpKind::release:
            release(activation, id, op, state);
            break;
        case ir::OpKind::wait:
            state.unraised.clear();
            endSection(state);
            if (!op.args.empty() && op.args[0].kind == ir::ValueKind::address)
                uncover(state, lockPlace(resolve(activation, state, op.args[0].place)));
            break;
        case ir::OpKind::await:
        case ir::OpKind::signal:
            if (op.lockKind == ir::LockKind::flag) {
                changeSemaphore(activation, id, op, std::move(state), out);
                return;
            }
            changeFuture(activation, op, state);
            break;
        case ir::OpKind::barrier:
            recordAccess(activation, id, state, AccessKind::read, true, resolve(activation, state, op.place));
            state.lastBarrier = {id};
            passBarrier(activation, op, state);
            break;
        case ir::OpKind::fence:
            if (op.order != ir::MemoryOrder::acquire) state.fenced = true;
            if (op.order != ir::MemoryOrder::release)
                state.observed.insert(state.glimpsed.begin(), state.glimpsed.end());
            break;
        case ir::OpKind::free:
        case ir::OpKind::destroyLock:
            recordAccess(activation, id, state, AccessKind::write, false, resolveItself(activation, state, op.place));
            break;
        case ir::OpKind::mute:
        case ir::OpKind::unmute: {
            const AccessKind kind = op.mode == ir::LockMode::shared ? AccessKind::read : AccessKind::write;
            const auto bit = static_cast<uint8_t>(1u << static_cast<unsigned>(kind));
            state.muted = static_cast<uint8_t>(op.kind == ir::OpKind::mute ? state.muted | bit : state.muted & ~bit);
            break;
        }
        case ir::OpKind::benign:
            for (PlaceId location : locate(state, resolve(activation, state, op.place)).places)
                facts_.benign.insert(location);
            break;
        case ir::OpKind::initLock: {
            if (op.lockKind == ir::LockKind::flag) {
                setPermits(activation, op, state);
                break;
            }
            recordAccess(activation, id, state, AccessKind::write, false, resolve(activation, state, op.place));
            if (!op.args.empty()) {
                setParties(resolve(activation, state, op.place), evaluate(activation, state, op.args[0]));
                break;
            }
            const Known kind = evaluate(activation, state, op.value);
            // Recursive, or an error when taken again; the other kinds hang.
            if (kind.kind == KnownKind::constant && (kind.constant == 1 || kind.constant == 2))
                facts_.recursiveLocks.insert(lockPlace(resolve(activation, state, op.place)));
            break;
        }
        case ir::OpKind::spawn:
            if (op.result.kind != ir::RootKind::none) {
                // It can fail, which its result tells.
                const PlaceId result = places_.place(places_.variableObject(activation.index, op.result));
                State failed = state;
                assign(failed, result, {KnownKind::notConstant, 0, {}, {}});
                spawn(activation, id, op, state);
                assign(state, result, {KnownKind::constant, 0, {}, {}});
                out.push_back(std::move(state));
                out.push_back(std::move(failed));
                return;
            }
            spawn(activation, id, op, state);
            break;
        case ir::OpKind::detach:
            detach(activation, op, state);
            break;
        case ir::OpKind::join:
            if (op.attempt != ir::Attempt::must) out.push_back(failed(activation, op, state));
            join(activation, op, state);
            break;
        case ir::OpKind::call:
        case ir::OpKind::once:
            call(activation, id, op, std::move(state), out);
            return;
        default:
            break;
    }
    out.push_back(std::move(state));
}

}  // namespace raddle::facts
