// Places and values: what an ir::Place of a function names in a state, and what is known of its content.
#include <algorithm>

#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {
namespace {

constexpr size_t kMostSteps = 10;  // of a place; longer ones are walks through recursive structures
constexpr size_t kMostLoadSteps = 6;
constexpr size_t kMostBases = 16;  // that a pointer leads to, past which it tells nothing

}  // namespace

// Only what no other thread can change behind the state's back: variables, and objects nobody else knows yet.
bool Interpreter::tracked(const State& state, PlaceId id) const {
    const Place& place = places_.place(id);
    if (hasStep(place.steps, ir::StepKind::deref)) return false;
    const Object& object = places_.object(place.root);
    if (state.fresh.contains(place.root)) return true;
    return object.kind == ObjectKind::variable && (!isAddressed(place.root) || object.callOperator.valid());
}

// Whether a place is in what a thread yet to be started will have for its own, so that only its starter knows it now.
bool Interpreter::isIdleElement(const Place& place) {
    return !hasStep(place.steps, ir::StepKind::deref) &&
           std::any_of(place.steps.begin(), place.steps.end(), [](const ir::Step& step) {
               return isOwnIndex(step) && OwnIndex::kind(step.value) == OwnKind::idle;
           });
}

Known Interpreter::contentOf(const State& state, PlaceId place) const {
    auto it = state.values.find(place);
    return it == state.values.end() ? Known{} : it->second;
}

// The number by which a place is one thread's own, if it is.
std::optional<int64_t> Interpreter::ownIndex(PlaceId id) const {
    const Place& place = places_.place(id);
    for (const ir::Step& step : place.steps)
        if (step.kind == ir::StepKind::indexVariable && step.variable == ir::RootKind::none) return step.value;
    if (auto it = ownedBy_.find(place.root); it != ownedBy_.end()) return OwnIndex::make(it->second, OwnKind::exact);
    return std::nullopt;
}

ir::Step Interpreter::indexStep(const Activation& activation, const State& state, const ir::Step& step) {
    if (step.kind != ir::StepKind::indexVariable || step.variable == ir::RootKind::none) return step;
    if (const auto next = nextStart(activation, {{step.variable, static_cast<uint32_t>(step.value)}, {}}))
        return {ir::StepKind::indexVariable, ir::RootKind::none, next->constant};
    if (step.variable == ir::RootKind::global) return {ir::StepKind::indexAny, {}, 0};
    const ObjectId variable =
        places_.variableObject(activation.index, {step.variable, static_cast<uint32_t>(step.value)});
    const ir::Step symbolic{ir::StepKind::indexVariable, ir::RootKind::local, variable.value};
    const Known known = contentOf(state, places_.place(variable));
    switch (known.kind) {
        case KnownKind::constant:
            return {ir::StepKind::indexConstant, {}, known.constant};
        case KnownKind::own:
            // Two numbers computed from a thread's own differ from each other: they keep their variable's name.
            if (OwnIndex::kind(known.constant) == OwnKind::computed) return symbolic;
            return {ir::StepKind::indexVariable, ir::RootKind::none, known.constant};
        case KnownKind::load:
            if (auto own = ownIndex(known.place)) return {ir::StepKind::indexVariable, ir::RootKind::none, *own};
            if (const Place& from = places_.place(known.place);
                from.steps.empty() && places_.object(from.root).kind == ObjectKind::variable)
                return {ir::StepKind::indexVariable, ir::RootKind::local, from.root.value};
            return symbolic;
        default:
            return symbolic;
    }
}

PlaceId Interpreter::resolve(const Activation& activation, const State& state, const ir::Place& place) {
    return name(activation, state, place).source;
}

PlaceId Interpreter::resolveItself(const Activation& activation, const State& state, const ir::Place& place) {
    const Named named = name(activation, state, place);
    return named.copy.valid() ? named.copy : named.source;
}

Interpreter::Named Interpreter::name(const Activation& activation, const State& state, const ir::Place& place) {
    PlaceId at = places_.place(rootObject(activation.index, place.root)), copy;
    bool dereferenced = false;
    for (const ir::Step& step : place.steps) {
        if (places_.place(at).steps.size() >= kMostSteps) return {at, copy};
        // What p points to and p[0] are one, also when p is the address of an element.
        const bool same = dereferenced && step.kind == ir::StepKind::indexConstant && step.value == 0;
        dereferenced = step.kind == ir::StepKind::deref;
        if (same && !places_.place(at).steps.empty() && isIndex(places_.place(at).steps.back())) continue;
        const Known content = contentOf(state, at);
        if (step.kind == ir::StepKind::deref) {
            copy = {};
            if (content.kind == KnownKind::address)
                at = content.place;
            else if (content.kind == KnownKind::load)
                at = places_.extend(content.place, step);
            else
                at = places_.extend(at, step);
            continue;
        }
        // A record passed or copied by value holds what its source holds until a member of it is assigned.
        const ir::Step next = indexStep(activation, state, step);
        if (content.kind == KnownKind::load) {
            copy = places_.extend(copy.valid() ? copy : at, next);
            at = content.place;
        } else if (copy.valid()) {
            copy = places_.extend(copy, next);
        }
        at = places_.extend(at, next);
    }
    return {at, copy};
}

Known Interpreter::evaluate(const Activation& activation, const State& state, const ir::Value& value) {
    Known known;
    switch (value.kind) {
        case ir::ValueKind::constant:
            known.kind = KnownKind::constant;
            known.constant = value.constant;
            return known;
        case ir::ValueKind::function:
            known.function = facts_.program->find(value.function);
            if (known.function.valid()) known.kind = KnownKind::function;
            return known;
        case ir::ValueKind::address:
            known.kind = KnownKind::address;
            known.place = resolveItself(activation, state, value.place);
            return known;
        case ir::ValueKind::load: {
            if (const auto next = nextStart(activation, value.place)) return *next;
            const PlaceId from = resolve(activation, state, value.place);
            known = contentOf(state, from);
            const bool notNull = known.kind == KnownKind::notConstant && places_.place(from).steps.empty() &&
                                 isPointer(places_.place(from).root);
            if (known.kind != KnownKind::unknown && !notNull) return known;
            known = {};
            if (places_.place(from).steps.size() > kMostLoadSteps) return known;
            known.kind = KnownKind::load;
            known.place = from;
            return known;
        }
        case ir::ValueKind::sum: {
            // Counters that nothing hangs on would only multiply the states.
            if (!value.place.steps.empty() || !tested_.contains(rootObject(activation.index, value.place.root)))
                return known;
            Known content = contentOf(state, resolve(activation, state, value.place));
            if (content.kind == KnownKind::load) content = contentOf(state, content.place);
            if (content.kind != KnownKind::constant && content.kind != KnownKind::notConstant) return known;
            known.kind = content.kind;
            known.constant =
                static_cast<int64_t>(static_cast<uint64_t>(content.constant) + static_cast<uint64_t>(value.constant));
            return known;
        }
        case ir::ValueKind::equals:
        case ir::ValueKind::differs: {
            const PlaceId from = resolve(activation, state, value.place);
            Known content = contentOf(state, from);
            if (content.kind == KnownKind::load) content = contentOf(state, content.place);
            const bool same = content.kind == KnownKind::constant && content.constant == value.constant;
            const bool other = (content.kind == KnownKind::constant && content.constant != value.constant) ||
                               (content.kind == KnownKind::notConstant && content.constant == value.constant) ||
                               (content.kind == KnownKind::address && value.constant == 0 &&
                                places_.object(places_.place(content.place).root).kind != ObjectKind::typed);
            if (!same && !other) return known;
            known.kind = KnownKind::constant;
            known.constant = same == (value.kind == ir::ValueKind::equals);
            return known;
        }
        default:
            return known;
    }
}

// What arithmetic on a thread's own number gives is its own too: disjoint slices are computed that way.
Known Interpreter::computedFrom(const Activation& activation, const State& state, const std::vector<ir::Place>& uses) {
    Known result;
    for (const ir::Place& use : uses) {
        const PlaceId place = resolve(activation, state, use);
        const Known content = contentOf(state, place);
        std::optional<int64_t> own;
        if (content.kind == KnownKind::own)
            own = content.constant;
        else if (content.kind == KnownKind::load)
            own = ownIndex(content.place);
        else if (content.kind == KnownKind::unknown)
            own = ownIndex(place);
        if (!own || OwnIndex::kind(*own) == OwnKind::idle) continue;
        result.kind = KnownKind::own;
        result.constant = OwnIndex::make(OwnIndex::tag(*own), OwnKind::computed);
    }
    return result;
}

void Interpreter::forget(State& state, PlaceId id) const {
    const Place& gone = places_.place(id);
    erase_if(state.values, [&](const auto& value) {
        return isPrefix(gone, places_.place(value.first)) ||
               (value.second.kind == KnownKind::load && isPrefix(gone, places_.place(value.second.place)) &&
                (places_.object(gone.root).kind == ObjectKind::variable || steady_.contains(gone.root)));
    });
}

bool Interpreter::isPointer(ObjectId id) const {
    const Object& object = places_.object(id);
    if (object.kind != ObjectKind::variable) return false;
    const ir::Function& function = facts_.program->function(object.function);
    const auto& table = object.variable.kind == ir::RootKind::formal ? function.formals : function.locals;
    return object.variable.index < table.size() && table[object.variable.index].isPointer;
}

// An element of which it is not known which one it is: the variable that holds it is its best name.
bool Interpreter::isVague(const Known& value) const {
    if (value.kind != KnownKind::load && value.kind != KnownKind::address) return false;
    const Place& place = places_.place(value.place);
    return hasStep(place.steps, ir::StepKind::indexAny) &&
           (hasStep(place.steps, ir::StepKind::deref) || places_.object(place.root).kind == ObjectKind::global);
}

// Whether a place is named by what a variable points to or by its value as an index.
bool Interpreter::mentions(PlaceId id, ObjectId variable) const {
    const Place& place = places_.place(id);
    if (place.root == variable && !place.steps.empty() && place.steps.front().kind == ir::StepKind::deref) return true;
    return std::any_of(place.steps.begin(), place.steps.end(), [&](const ir::Step& step) {
        return step.kind == ir::StepKind::indexVariable && step.variable == ir::RootKind::local &&
               static_cast<uint32_t>(step.value) == variable.value;
    });
}

// A variable gets another value: what was named through it is no longer what it names.
void Interpreter::renamed(State& state, ObjectId variable) {
    bool lost = false;
    for (HeldLock& lock : state.held)
        if (!lock.lost && mentions(lock.lock, variable)) lock.lost = lost = true;
    if (lost) mergeLost(state.held);
    erase_if(state.decided, [&](const auto& entry) {
        return std::find(entry.second.variables.begin(), entry.second.variables.end(), variable) !=
               entry.second.variables.end();
    });
    erase_if(state.values, [&](const auto& value) {
        return (value.second.kind == KnownKind::load || value.second.kind == KnownKind::address) &&
               mentions(value.second.place, variable);
    });
    erase_if(state.regions, [&](const auto& region) { return mentions(region.second, variable); });
    LiveThreads live;
    for (LiveThread thread : state.live) {
        if (thread.handle.valid() && mentions(thread.handle, variable)) {
            Place general = places_.place(thread.handle);
            for (ir::Step& step : general.steps)
                if (step.kind == ir::StepKind::indexVariable && step.variable == ir::RootKind::local)
                    step = {ir::StepKind::indexAny, {}, 0};
            thread.handle = places_.place(general);
        }
        live.insert(thread);
    }
    state.live = std::move(live);
}

void Interpreter::assign(State& state, PlaceId place, const Known& value) {
    const bool isHeap =
        value.kind == KnownKind::address && places_.object(places_.place(value.place).root).kind == ObjectKind::heap;
    const bool isAlike = isHeap && !ownIndex(value.place);  // those that other elements point to have the same name
    if (!tracked(state, place) && (isAlike || !isIdleElement(places_.place(place)))) {
        if (isIdleElement(places_.place(place))) forget(state, place);
        if (!isSteady(place)) return;
        forget(state, place);
        if (value.kind == KnownKind::constant || value.kind == KnownKind::notConstant) state.values[place] = value;
        return;
    }
    const Place target = places_.place(place);
    if (contentOf(state, place) == value && value.kind != KnownKind::unknown) return;
    // A member of a record that stands for another is assigned: the record is its own from here on.
    for (size_t length = 0; length < target.steps.size(); ++length) {
        Place prefix{target.root, {target.steps.begin(), target.steps.begin() + static_cast<std::ptrdiff_t>(length)}};
        if (const PlaceId id = places_.place(prefix); contentOf(state, id).kind == KnownKind::load)
            state.values.erase(id);
    }
    const PlaceId region = regionOf(state, value);
    forget(state, place);
    if (target.steps.empty()) {
        renamed(state, target.root);
        enterRegion(state, target.root, region);
    }
    const bool weak = hasStep(target.steps, ir::StepKind::indexAny);
    if (target.steps.empty() && isPointer(target.root) && isVague(value)) {
        if (value.kind == KnownKind::address) state.values[place] = {KnownKind::notConstant, 0, {}, {}};
        return;
    }
    if (value.kind == KnownKind::unknown || (value.kind == KnownKind::load && value.place == place)) return;
    if (weak && value.kind == KnownKind::constant) return;
    state.values[place] = value;
}

// An address becomes known to other threads: so do the objects reachable from it.
void Interpreter::publish(State& state, const Known& value) {
    if (value.kind != KnownKind::address && value.kind != KnownKind::load) return;
    std::vector<ObjectId> pending{places_.place(value.place).root};
    std::set<ObjectId> seen;
    while (!pending.empty()) {
        const ObjectId object = pending.back();
        pending.pop_back();
        if (!seen.insert(object).second) continue;
        const bool wasFresh = state.fresh.erase(object) > 0,
                   isVariable = places_.object(object).kind == ObjectKind::variable;
        if (!wasFresh && !isVariable) continue;
        for (const auto& [place, known] : state.values) {
            if (places_.place(place).root != object ||
                (known.kind != KnownKind::address && known.kind != KnownKind::load))
                continue;
            pending.push_back(places_.place(known.place).root);
        }
        if (wasFresh && !places_.object(object).callOperator.valid())
            erase_if(state.values, [&](const auto& entry) { return places_.place(entry.first).root == object; });
    }
}

std::set<ObjectId> Interpreter::reachable(const State& state, const std::vector<Known>& from, bool globals) const {
    std::set<ObjectId> seen;
    std::vector<ObjectId> pending;
    const auto visit = [&](const Known& known) {
        if (known.kind != KnownKind::address && known.kind != KnownKind::load) return;
        const ObjectId root = places_.place(known.place).root;
        if (!globals && places_.object(root).kind == ObjectKind::global) return;
        if (seen.insert(root).second) pending.push_back(root);
    };
    for (const Known& known : from) visit(known);
    while (!pending.empty()) {
        const ObjectId object = pending.back();
        pending.pop_back();
        for (const auto& [place, known] : state.values)
            if (places_.place(place).root == object) visit(known);
    }
    return seen;
}

// Where a place can be, in ascending order.
const std::vector<PlaceId>& Interpreter::basesOf(PlaceId id) {
    auto [it, isNew] = bases_.try_emplace(id);
    if (!isNew) return it->second;
    const SharedSet<PlaceId> bases = facts_.pointsTo.resolve(places_, id);
    // A structure that points into itself (`queue->end = &queue->first`) does not point into its like as well: that is
    // only how one function for all of them looks.
    const ObjectId self = places_.place(id).root;
    const auto isOfLike = [&](PlaceId base) {
        const Place& other = places_.place(base);
        return other.root != self && !other.steps.empty() && bases.contains(places_.place(Place{self, other.steps}));
    };
    for (PlaceId base : bases)
        if (!isOfLike(base)) it->second.push_back(base);
    return it->second;
}

// The place with the thread's own number where an index variable has one.
PlaceId Interpreter::withOwnIndices(const State& state, PlaceId id) {
    const auto isVariable = [](const ir::Step& step) {
        return step.kind == ir::StepKind::indexVariable && step.variable == ir::RootKind::local;
    };
    const std::vector<ir::Step>& steps = places_.place(id).steps;
    if (std::none_of(steps.begin(), steps.end(), isVariable)) return id;
    Place place = places_.place(id);
    for (ir::Step& step : place.steps) {
        if (!isVariable(step)) continue;
        const Known known = contentOf(state, places_.place(ObjectId{static_cast<uint32_t>(step.value)}));
        if (known.kind == KnownKind::own) step = {ir::StepKind::indexVariable, ir::RootKind::none, known.constant};
    }
    return places_.place(place);
}

// Where a place can be, whoever knows the objects.
Interpreter::Candidates Interpreter::candidatesOf(PlaceId id) {
    const Place place = places_.place(id);
    Candidates result;
    for (size_t i = 0; i < place.steps.size(); ++i)
        if (place.steps[i].kind == ir::StepKind::deref) result.suffix = i + 1;
    if (result.suffix == 0) {
        result.all.push_back({place.root, id, {}});
        return result;
    }
    const Place pointer{place.root,
                        {place.steps.begin(), place.steps.begin() + static_cast<std::ptrdiff_t>(result.suffix) - 1}};
    const std::vector<PlaceId>* bases = &basesOf(places_.place(
        Place{place.root, {place.steps.begin(), place.steps.begin() + static_cast<std::ptrdiff_t>(result.suffix)}}));
    std::vector<PlaceId> unknown;
    if (bases->empty()) {
        const ObjectKind kind = places_.object(place.root).kind;
        if (kind == ObjectKind::variable) return result;
        Object target;
        target.kind = ObjectKind::target;
        target.pointer = places_.anyInstance(places_.place(pointer));
        unknown.push_back(places_.place(places_.object(target)));
        bases = &unknown;
    }
    if (bases->size() > kMostBases) return result;
    result.choices = static_cast<uint16_t>(bases->size());
    for (PlaceId base : *bases) result.all.push_back({places_.place(base).root, base, {}});
    return result;
}

// The place in memory that a candidate stands for.
PlaceId Interpreter::located(PlaceId id, const Candidates& candidates, Candidate& candidate) {
    if (candidate.location.valid()) return candidate.location;
    PlaceId at = candidate.base;
    if (candidates.suffix == 0) {
        at = places_.anyInstance(at);
    } else {
        const std::vector<ir::Step>& steps = places_.place(id).steps;
        for (size_t i = candidates.suffix; i < steps.size(); ++i) at = places_.extend(at, steps[i]);
    }
    return candidate.location = at;
}

// Where an access is, its derefs followed; objects that are only this thread's to see are left out.
Interpreter::Locations Interpreter::locate(const State& state, PlaceId place) {
    const PlaceId id = withOwnIndices(state, place);
    auto [known, isNew] = candidates_.try_emplace(id);
    Candidates& candidates = known->second;
    if (isNew) candidates = candidatesOf(id);
    const auto shared = [&](ObjectId object) {
        if (state.fresh.contains(object)) return false;
        const Object& info = places_.object(object);
        // Closures are copied to where they run.
        if (info.kind == ObjectKind::variable) return isAddressed(object) && !info.callOperator.valid();
        // Each thread has a thread_local of its own, unless it gives the address away.
        if (info.kind == ObjectKind::global)
            return !facts_.program->globals[info.global].isThreadLocal || isAddressed(object);
        return true;
    };
    Locations result;
    result.choices = candidates.choices;
    for (Candidate& candidate : candidates.all) {
        if (!shared(candidate.root)) continue;
        const PlaceId at = located(id, candidates, candidate);
        // What is the member of none has no container.
        if (candidates.suffix == 0 || !hasStep(places_.place(at).steps, ir::StepKind::container))
            result.places.push_back(at);
    }
    return result;
}

void Interpreter::holdNeeded(FunctionIndex function, State& entry) {
    const link::Program& program = *facts_.program;
    const ir::Function& code = program.function(function);
    if (code.blocks.empty()) return;
    for (const ir::Contract& contract : program.contracts) {
        if (contract.kind != ir::ContractKind::needs || contract.subject != code.key) continue;
        PlaceId place;
        if (contract.formal >= 0 && contract.formal < static_cast<int64_t>(code.formals.size())) {
            const ir::Root formal{ir::RootKind::formal, static_cast<uint32_t>(contract.formal)};
            const PlaceId pointer = places_.place(places_.variableObject(function, formal));
            const Known object = contentOf(entry, pointer);
            place = object.kind == KnownKind::address ? object.place : places_.extend(pointer, {});
            if (contract.member.valid())
                place = places_.extend(place, {ir::StepKind::field, {}, contract.member.value});
        } else if (contract.global.valid()) {
            for (uint32_t i = 0; i < program.globals.size(); ++i)
                if (program.globals[i].key == contract.global) place = places_.place(places_.globalObject(i));
        }
        if (!place.valid()) continue;
        HeldLock lock;
        lock.lock = place;
        lock.mode = contract.shared ? ir::LockMode::shared : ir::LockMode::exclusive;
        ir::BlockId block = 0;
        while (block < code.blocks.size() && code.blocks[block].ops.empty()) ++block;
        if (block == code.blocks.size()) return;
        lock.acquiredAt = lock.takenBy = facts_.ops.id(function, block, 0);
        hold(entry, lock);
    }
}

PlaceId Interpreter::bindTyped(FunctionIndex function, uint32_t formal, State& entry) {
    const std::vector<ir::Variable>& formals = facts_.program->function(function).formals;
    const ir::Variable& variable = formals[formal];
    if (!variable.isPointer || !variable.type.valid()) return {};
    Object object;
    object.kind = ObjectKind::typed;
    object.type = variable.type;
    for (uint32_t i = 0; i < formal; ++i)
        if (formals[i].isPointer && formals[i].type == variable.type) ++object.variable.index;
    const PlaceId place = places_.place(places_.object(object));
    Known known;
    known.kind = KnownKind::address;
    known.place = place;
    entry.values[places_.place(places_.variableObject(function, {ir::RootKind::formal, formal}))] = known;
    return place;
}

}  // namespace raddle::facts
