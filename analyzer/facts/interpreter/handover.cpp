// Hand-over: who takes an object out of where others can find it, under a lock, has it alone until it is given on. A
// pointer got from shared memory in a critical section that overwrites the place it was got from (a list's head, a
// slot, an element that its container drops) is taken; storing it to shared memory gives it on. As the transfer of
// ownership in Boyland, "Checking interference with fractional permissions" (SAS 2003) and the queues of Pratikakis et
// al.; here inferred, and believed: another pointer to the object may have stayed behind.
#include <algorithm>
#include <set>
#include <string_view>

#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {
namespace {

const std::set<std::string_view> kNumbers = {
    "bool", "char",          "signed char", "unsigned char",      "short", "unsigned short", "int",    "unsigned int",
    "long", "unsigned long", "long long",   "unsigned long long", "float", "double",         "size_t", "ssize_t"};

constexpr size_t kMostSteps = 10;  // of what is followed through copies

// Whether a store changes by its own value the place that an element's index has been read from.
bool movesIndex(const ir::Function& function, const ir::Op& op) {
    if (op.value.kind == ir::ValueKind::constant ||
        std::find(op.uses.begin(), op.uses.end(), op.place) == op.uses.end())
        return false;
    for (const ir::Block& block : function.blocks)
        for (size_t i = 0; i + 1 < block.ops.size(); ++i) {
            const ir::Op &index = block.ops[i], &element = block.ops[i + 1];
            if (index.kind == ir::OpKind::load && index.place == op.place && element.kind == ir::OpKind::load &&
                hasStep(element.place.steps, ir::StepKind::indexAny))
                return true;
        }
    return false;
}

}  // namespace

// The variable, or member of one, that a place names or is reached through; invalid when it is reached through more
// than one pointer.
PlaceId Interpreter::holderOf(const Activation& activation, const State& state, const ir::Place& place) {
    PlaceId at = places_.place(rootObject(activation.index, place.root));
    if (places_.object(places_.place(at).root).kind != ObjectKind::variable) return {};
    for (size_t i = 0; i < place.steps.size(); ++i) {
        if (place.steps[i].kind != ir::StepKind::deref) {
            if (isIndex(place.steps[i])) return {};
            at = places_.extend(at, place.steps[i]);
            continue;
        }
        const Known content = contentOf(state, at);
        if (content.kind == KnownKind::address &&
            places_.object(places_.place(content.place).root).kind == ObjectKind::variable) {
            at = content.place;
            continue;
        }
        const bool further = std::any_of(place.steps.begin() + static_cast<std::ptrdiff_t>(i) + 1, place.steps.end(),
                                         [](const ir::Step& step) { return step.kind == ir::StepKind::deref; });
        return further ? PlaceId{} : at;
    }
    return at;
}

// From where the pointer, or the record that it is a member of, was taken; invalid when it was not.
PlaceId Interpreter::takenFrom(const State& state, PlaceId pointer) {
    if (!pointer.valid() || state.taken.empty()) return {};
    Place holder = places_.place(pointer);
    for (;; holder.steps.pop_back()) {
        if (const auto known = state.taken.find(places_.place(holder)); known != state.taken.end())
            return known->second;
        if (holder.steps.empty()) return {};
    }
}

// What a copy of `source` has taken: the pointer, or the pointers in it.
void Interpreter::carryTaken(const State& state, PlaceId source, PlaceId to, SharedMap<PlaceId, PlaceId>& into) {
    if (state.taken.empty() || !source.valid()) return;
    if (const PlaceId origin = takenFrom(state, source); origin.valid()) into.emplace(to, origin);
    const Place from = places_.place(source);
    for (const auto& [pointer, origin] : SharedMap<PlaceId, PlaceId>(state.taken)) {
        const Place member = places_.place(pointer);
        if (member.steps.size() <= from.steps.size() || !isPrefix(from, member)) continue;
        Place copy = places_.place(to);
        if (copy.steps.size() + member.steps.size() - from.steps.size() > kMostSteps) continue;
        copy.steps.insert(copy.steps.end(), member.steps.begin() + static_cast<std::ptrdiff_t>(from.steps.size()),
                          member.steps.end());
        into.emplace(places_.place(copy), origin);
    }
}

bool Interpreter::isOwned(const Activation& activation, const State& state, const ir::Place& place) {
    return !state.taken.empty() && hasStep(place.steps, ir::StepKind::deref) &&
           takenFrom(state, holderOf(activation, state, place)).valid();
}

// Objects that a pointer may lead to change hands under the locks held.
void Interpreter::noteHandOver(const State& state, const Known& pointer, bool takes, bool scatters) {
    const auto note = [&](ObjectId object) {
        HandOver& known = facts_.handOvers[object];
        known.taken |= takes;
        known.scattered |= scatters;
        for (const HeldLock& lock : state.held)
            if (!lock.lost && lock.mode == ir::LockMode::exclusive) known.locks.insert(lock.lock);
    };
    if (pointer.kind == KnownKind::address) note(places_.place(pointer.place).root);
    if (pointer.kind != KnownKind::load || !pointer.place.valid()) return;
    for (PlaceId base : basesOf(places_.extend(pointer.place, {}))) note(places_.place(base).root);
}

// A shared place is stored to: what was got from it under the lock is not there any more.
void Interpreter::takeFrom(const Activation& activation, const ir::Op& op, State& state, PlaceId place,
                           const Known& stored) {
    if (state.peeked.empty() || state.held.empty()) return;
    const Place to = places_.place(place);
    // A container that changes is taken to drop the element that was looked at, unless it gets one.
    const bool changesContainer =
        !to.steps.empty() && to.steps.back() == ir::Step{ir::StepKind::field, ir::RootKind::none, container_};
    Place container = to;
    if (changesContainer) container.steps.pop_back();
    const bool names = stored.kind == KnownKind::load || stored.kind == KnownKind::address;
    const bool vague = hasStep(to.steps, ir::StepKind::indexAny);
    const bool moves = movesIndex(*activation.function, op);
    for (const auto& [pointer, origin] : SharedMap<PlaceId, PlaceId>(state.peeked)) {
        if (!origin.valid()) continue;
        const Place& from = places_.place(origin);
        const bool overwritten =
            origin == place && !(vague && names) && !(stored.kind == KnownKind::load && stored.place == origin);
        const bool dropped = changesContainer && from.steps.size() > container.steps.size() &&
                             isPrefix(container, from) && isIndex(from.steps[container.steps.size()]);
        // The ring's index moves on from the element.
        const bool passed = moves && isInSomeElement(from);
        if (!overwritten && !dropped && !passed) continue;
        state.taken.emplace(pointer, origin);
    }
    if (!vague || !names) return;
    // An element comes in: the change was no removal.
    erase_if(state.taken, [&](const auto& taken) {
        return taken.second.valid() && state.peeked.contains(taken.first) && isPrefix(to, places_.place(taken.second));
    });
}

// A critical section ends: what is still taken is not linked in again.
void Interpreter::endSection(State& state) {
    for (const auto& [pointer, origin] : state.peeked)
        if (origin.valid() && takenFrom(state, pointer).valid())
            noteHandOver(state, {KnownKind::load, 0, origin, {}}, true, false);
    state.peeked.clear();
}

// A pointer found null gives nobody anything: taken from nowhere, so that where ways meet the other way decides.
void Interpreter::takeNull(const Activation& activation, const ir::Place& pointer, State& state) {
    if (state.peeked.empty() || hasStep(pointer.steps, ir::StepKind::deref)) return;
    const auto peeked = state.peeked.find(holderOf(activation, state, pointer));
    if (peeked != state.peeked.end()) state.taken.emplace(peeked->first, PlaceId{});
}

// Whether a store leaves less where it stores to than was there: it counts down, or moves the head of a list on to what
// comes after the object that was got from it. What is there then was there before: nobody waits for this store.
bool Interpreter::takesAway(const Activation& activation, const ir::Op& op, const State& state, PlaceId place) {
    if (op.value.kind == ir::ValueKind::sum)
        return op.value.constant < 0 && resolve(activation, state, op.value.place) == place;
    if (op.value.kind != ir::ValueKind::load || state.peeked.empty() ||
        !hasStep(op.value.place.steps, ir::StepKind::deref))
        return false;
    const auto got = state.peeked.find(holderOf(activation, state, op.value.place));
    return got != state.peeked.end() && got->second == place;
}

// A pointer, or a copy of an object with pointers in it, gets to where others can find it.
void Interpreter::giveOn(State& state, PlaceId holder) {
    const Place given = places_.place(holder);
    std::vector<PlaceId> pointers;
    for (const auto& [pointer, origin] : state.taken)
        if (isPrefix(given, places_.place(pointer))) pointers.push_back(pointer);
    for (PlaceId pointer : pointers) {
        const auto known = state.taken.find(pointer);
        if (known == state.taken.end()) continue;
        const Known content = contentOf(state, pointer);
        const PlaceId origin = known->second;
        erase_if(state.taken, [&](const auto& taken) {
            return taken.first == pointer ||
                   (content.kind == KnownKind::unknown ? taken.second == origin
                                                       : contentOf(state, taken.first) == content);
        });
    }
    if (pointers.empty())
        erase_if(state.taken, [&](const auto& taken) { return isPrefix(places_.place(taken.first), given); });
}

// What a store does to hand-over: `shares` tells that others know the place stored to, `fresh` that nobody has known
// what it stores the address of.
void Interpreter::moveHolder(const Activation& activation, const ir::Op& op, PlaceId place, const Known& value,
                             bool shares, bool fresh, State& state) {
    const bool copies = op.value.kind == ir::ValueKind::load;
    if (state.taken.empty() && state.peeked.empty() && state.held.empty()) return;
    const PlaceId source = copies ? holderOf(activation, state, op.value.place) : PlaceId{};
    const bool isPointerItself = source.valid() && !hasStep(op.value.place.steps, ir::StepKind::deref);
    SharedMap<PlaceId, PlaceId> carried;
    const PlaceId to = holderOf(activation, state, op.place);
    if (!to.valid() || hasStep(op.place.steps, ir::StepKind::deref)) {
        if (!shares) return;
        if (!state.held.empty() && value.kind != KnownKind::constant) {
            if (isPointerItself) carryTaken(state, source, source, carried);
            const bool known = fresh || !carried.empty() || !isPointerItself || state.peeked.contains(source);
            const bool named = value.kind == KnownKind::address || value.kind == KnownKind::load;
            noteHandOver(state, named ? value : Known{KnownKind::load, 0, source, {}}, false, !known);
        }
        if (isPointerItself) giveOn(state, source);
        takeFrom(activation, op, state, place, value);
        // Further links to it in the same critical section are part of one step.
        if (isPointerItself && !state.held.empty()) state.peeked.emplace(source, place);
        return;
    }
    PlaceId from = copies ? resolve(activation, state, op.value.place) : PlaceId{};
    bool peeks = copies && !isPointerItself && !state.held.empty() && !tracked(state, from) &&
                 !isOwned(activation, state, op.value.place);
    if (const auto known = state.peeked.find(source); isPointerItself && known != state.peeked.end()) {
        from = known->second;
        peeks = true;
    }
    if (isPointerItself) carryTaken(state, source, to, carried);
    const Place variable = places_.place(to);
    const auto isPart = [&](const auto& entry) { return isPrefix(variable, places_.place(entry.first)); };
    erase_if(state.taken, isPart);
    erase_if(state.peeked, isPart);
    for (const auto& [pointer, origin] : carried) state.taken.emplace(pointer, origin);
    if (peeks && (isPointer(variable.root) || !variable.steps.empty() || isRecord(variable.root)))
        state.peeked.emplace(to, from);
}

// Whether a variable is an object with members, of which some may be pointers.
bool Interpreter::isRecord(ObjectId id) const {
    const Object& object = places_.object(id);
    const ir::Function& function = facts_.program->function(object.function);
    const auto& table = object.variable.kind == ir::RootKind::formal ? function.formals : function.locals;
    if (object.variable.index >= table.size() || !table[object.variable.index].type.valid()) return false;
    return !kNumbers.contains(facts_.program->text(table[object.variable.index].type));
}

// A callee has for its own what it is given taken.
void Interpreter::handArguments(const Activation& activation, const ir::Op& op, const Target& target,
                                const State& state, State& entry) {
    if (state.taken.empty()) return;
    // What a function is called with in many ways already is not worth another.
    if (const ContextUse use = contextUse(target.function); use.known >= use.most / 4) return;
    const uint32_t shift = target.closure.valid() ? 1 : 0;
    SharedMap<PlaceId, PlaceId> taken;
    for (uint32_t i = 0; i < op.args.size(); ++i) {
        if (op.args[i].kind != ir::ValueKind::load || hasStep(op.args[i].place.steps, ir::StepKind::deref)) continue;
        const ir::Root formal{ir::RootKind::formal, i + shift};
        carryTaken(state, holderOf(activation, state, op.args[i].place),
                   places_.place(places_.variableObject(target.function, formal)), taken);
    }
    // It is all the same to the callee where from.
    for (const auto& [pointer, origin] : taken) entry.taken.emplace(pointer, origin.valid() ? pointer : origin);
}

// What a callee has given on is not its caller's any more; what it returns taken is.
void Interpreter::takeBack(const Activation& activation, const ir::Op& op, const Target& target, const State& state,
                           const State& end, State& after) {
    after.taken = state.taken;
    after.peeked = state.peeked;
    const uint32_t shift = target.closure.valid() ? 1 : 0;
    for (uint32_t i = 0; i < op.args.size() && !state.taken.empty(); ++i) {
        if (op.args[i].kind != ir::ValueKind::load || hasStep(op.args[i].place.steps, ir::StepKind::deref)) continue;
        const PlaceId pointer = holderOf(activation, state, op.args[i].place);
        const ir::Root formal{ir::RootKind::formal, i + shift};
        SharedMap<PlaceId, PlaceId> given;
        carryTaken(state, pointer, places_.place(places_.variableObject(target.function, formal)), given);
        const auto isKept = [&](const auto& taken) { return end.taken.contains(taken.first); };
        if (!std::all_of(given.begin(), given.end(), isKept)) giveOn(after, pointer);
    }
    if (op.result.kind == ir::RootKind::none) return;
    const ObjectId receiver = places_.variableObject(activation.index, op.result);
    const auto isReceiver = [&](const auto& entry) { return places_.place(entry.first).root == receiver; };
    erase_if(after.taken, isReceiver);
    erase_if(after.peeked, isReceiver);
    const ObjectId returned = returnObject(target.function);
    for (const auto& [pointer, origin] : end.taken) {
        if (places_.place(pointer).root != returned) continue;
        const PlaceId got = places_.place(Place{receiver, places_.place(pointer).steps});
        after.taken.emplace(got, origin);
        // Where the caller has the lock, the critical section goes on.
        if (!state.held.empty()) after.peeked.emplace(got, origin);
    }
}

}  // namespace raddle::facts
