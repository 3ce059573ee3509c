// Joins: what names a thread that is joined, one by one or all that a loop has started, here or in a callee.
#include <algorithm>

#include "analyzer/facts/base/loops.h"
#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {

// What a handle is called so that spawn and join find the same: in a counting loop by the loop's range.
PlaceId Interpreter::handlePlace(const Activation& activation, const State& state, PlaceId id) {
    Place place = places_.place(id);
    for (ir::Step& step : place.steps) {
        if (step.kind != ir::StepKind::indexVariable || step.variable == ir::RootKind::global) continue;
        for (const ir::Loop& loop : activation.function->loops) {
            if (!bodyOf(activation, loop).contains(activation.block)) continue;
            if (loop.variable.kind == ir::RootKind::none || loop.variable.kind == ir::RootKind::global) continue;
            const ObjectId counter = places_.variableObject(activation.index, loop.variable);
            const Known content = contentOf(state, places_.place(counter));
            const bool named = step.variable == ir::RootKind::local
                                   ? counter.value == static_cast<uint32_t>(step.value)
                                   : content.kind == KnownKind::own && content.constant == step.value;
            if (!named) continue;
            const Known from = evaluate(activation, state, loop.from), to = evaluate(activation, state, loop.to);
            if (from.kind == KnownKind::unknown || to.kind == KnownKind::unknown) continue;
            const auto counted = loop.to.kind == ir::ValueKind::load
                                     ? countedRanges_.find({from, resolve(activation, state, loop.to.place)})
                                     : countedRanges_.end();
            int64_t range = 0;
            if (counted != countedRanges_.end())
                range = counted->second;
            else
                range = ranges_.try_emplace({from, to}, static_cast<int64_t>(ranges_.size())).first->second;
            if (startingLoop(activation, loop))
                for (const ir::Place& rounds : countersOfRounds(activation.index, loop, bodyOf(activation, loop)))
                    countedRanges_.try_emplace({from, resolve(activation, state, rounds)}, range);
            step = {ir::StepKind::indexVariable, ir::RootKind::global, range};
            break;
        }
    }
    return places_.place(place);
}

void Interpreter::join(Activation& activation, const ir::Op& op, State& state) {
    if (!op.args.empty())
        if (const Known to = evaluate(activation, state, op.args.front()); to.kind == KnownKind::address)
            assign(state, to.place, {});
    if (!op.place.valid()) {
        state.strayJoin = true;
        return;
    }
    PlaceId at = resolve(activation, state, op.place);
    const Known content = contentOf(state, at);
    if (content.kind == KnownKind::load) at = content.place;
    // The handle may be a future whose promise somebody keeps. One that is only destroyed may have been moved from.
    if (!op.conditional) state.observed.insert(at);
    joinAt(activation, at, op.conditional, state);
}

// Joins the thread whose handle is `at`, or (`whole`, a container that is destroyed) all whose handles are.
void Interpreter::joinAt(Activation& activation, PlaceId at, bool whole, State& state) {
    const PlaceId handle = handlePlace(activation, state, at);
    if (const PlaceId kept = byElement(handle); kept != handle) joined(state, kept);
    const Place& place = places_.place(handle);
    // Joining element by element: all are joined when the loop is done.
    const bool ranged = std::any_of(place.steps.begin(), place.steps.end(), [](const ir::Step& step) {
        return step.kind == ir::StepKind::indexAny ||
               (step.kind == ir::StepKind::indexVariable && step.variable == ir::RootKind::global);
    });
    const bool known = std::any_of(state.live.begin(), state.live.end(),
                                   [&](const LiveThread& live) { return live.handle == handle; });
    if (!known && !state.live.empty()) state.strayJoin = true;
    if (!ranged || whole) joined(state, handle);
    if (whole || (!ranged && known) || (ranged && joinElement(activation, at, handle, state))) return;
    // Which element it is, or what the pointer leads to, a caller may know.
    if (isInSomeElement(places_.place(at)) || places_.object(place.root).kind == ObjectKind::variable)
        state.joinedElements.insert(at);
}

// Whether a loop goes over the elements of which one is joined.
bool Interpreter::joinElement(Activation& activation, PlaceId at, PlaceId handle, State& state) {
    bool inLoop = false;
    for (const ir::Loop& loop : activation.function->loops) {
        if (!bodyOf(activation, loop).contains(activation.block)) continue;
        bool matches = false;
        if (loop.from.kind == ir::ValueKind::address) {
            matches = loop.from == loop.to &&
                      isPrefix(places_.place(resolve(activation, state, loop.from.place)), places_.place(at));
        } else {
            const ObjectId variable = places_.variableObject(activation.index, loop.variable);
            const Known counter = contentOf(state, places_.place(variable));
            for (const ir::Step& step : places_.place(at).steps) {
                if (step.kind != ir::StepKind::indexVariable) continue;
                matches =
                    matches ||
                    (step.variable == ir::RootKind::local && static_cast<uint32_t>(step.value) == variable.value) ||
                    (step.variable == ir::RootKind::none && counter.kind == KnownKind::own &&
                     counter.constant == step.value);
            }
        }
        if (!matches) continue;
        inLoop = true;
        activation.joinedInLoop[loop.header].insert(handle);
        // In this round the counter is the number of a thread that has ended.
        if (loop.variable.kind == ir::RootKind::none || loop.from.kind == ir::ValueKind::address) continue;
        const PlaceId number = places_.place(places_.variableObject(activation.index, loop.variable));
        for (const LiveThread& ended : state.live)
            if (ended.thread.valid() && ended.handle == handle)
                for (int64_t tag : facts_.thread(ended.thread).tags)
                    state.values[number] = {KnownKind::own, OwnIndex::make(tag, OwnKind::idle), {}, {}};
    }
    return inLoop;
}

// Callees that take what they start or join as arguments: their caller knows which element of its loop that is.
void Interpreter::joinedBy(Activation& activation, const Target& target, const std::vector<Known>& args,
                           const State& before, const State& end, State& after) {
    const auto here = [&](PlaceId id) {
        const Place& place = places_.place(id);
        const Object& root = places_.object(place.root);
        const bool isFormal = root.kind == ObjectKind::variable && root.function == target.function &&
                              root.variable.kind == ir::RootKind::formal && root.variable.index < args.size() &&
                              !place.steps.empty() && place.steps.front().kind == ir::StepKind::deref;
        if (!isFormal) return id;
        const Known& arg = args[root.variable.index];
        if (arg.kind != KnownKind::address && arg.kind != KnownKind::load) return id;
        Place mine = places_.place(arg.place);
        mine.steps.insert(mine.steps.end(), place.steps.begin() + (arg.kind == KnownKind::address), place.steps.end());
        return places_.place(mine);
    };
    if (mayStartThreads(target.function)) {
        LiveThreads live;
        for (LiveThread thread : after.live) {
            if (thread.handle.valid() && !before.live.contains(thread))
                thread.handle = byElement(handlePlace(activation, after, here(thread.handle)));
            live.insert(thread);
        }
        after.live = std::move(live);
    }
    if (end.joinedElements.empty()) return;
    if (!before.strayJoin) after.strayJoin = false;
    for (PlaceId element : end.joinedElements) joinAt(activation, here(element), false, after);
}

// A loop keeps each object that it makes in an element of its own, `all[i] = made`, or one behind the other in a
// container, `all.push_back(made)`: a handle in the object is then that of the element, by which another loop finds it.
void Interpreter::nameByElement(const Activation& activation, State& state, bool appends, PlaceId element,
                                const Known& value) {
    if (value.kind == KnownKind::load && appends) {
        // Of a record, such as a pointer that owns what it points to, the members.
        const Place record = places_.place(value.place), copy = places_.place(element);
        std::vector<std::pair<PlaceId, Known>> members;
        for (const auto& [place, known] : state.values) {
            const Place& member = places_.place(place);
            if (known.kind != KnownKind::address || !isPrefix(record, member)) continue;
            Place kept = copy;
            kept.steps.insert(kept.steps.end(), member.steps.begin() + static_cast<std::ptrdiff_t>(record.steps.size()),
                              member.steps.end());
            members.emplace_back(places_.place(kept), known);
        }
        for (const auto& [kept, known] : members) nameByElement(activation, state, appends, kept, known);
        return;
    }
    if (value.kind != KnownKind::address) return;
    const Place object = places_.place(value.place);
    if (!object.steps.empty() || places_.object(object.root).kind != ObjectKind::heap) return;
    const PlaceId name = handlePlace(activation, state, element);
    const std::vector<ir::Step>& steps = places_.place(name).steps;
    if (std::none_of(steps.begin(), steps.end(), [&](const ir::Step& step) {
            return (step.kind == ir::StepKind::indexVariable && step.variable == ir::RootKind::global) ||
                   (appends && step.kind == ir::StepKind::indexAny);
        }))
        return;
    if (elements_.try_emplace(object.root, name).first->second != name) return;
    LiveThreads live;
    for (LiveThread thread : state.live) {
        if (thread.handle.valid()) thread.handle = byElement(thread.handle);
        live.insert(thread);
    }
    state.live = std::move(live);
}

PlaceId Interpreter::byElement(PlaceId handle) {
    const Place in = places_.place(handle);
    const auto element = elements_.find(in.root);
    if (element == elements_.end()) return handle;
    Place place = places_.place(element->second);
    place.steps.push_back({});
    place.steps.insert(place.steps.end(), in.steps.begin(), in.steps.end());
    return places_.place(place);
}

// Nobody can join the thread from here on.
void Interpreter::detach(const Activation& activation, const ir::Op& op, State& state) {
    if (!op.place.valid()) return;
    const PlaceId handle = handlePlace(activation, state, origin(activation, state, op.place));
    LiveThreads live;
    for (LiveThread thread : state.live) {
        if (thread.handle == handle && isExact(handle)) thread.handle = {};
        live.insert(thread);
    }
    state.live = std::move(live);
}

bool Interpreter::isExact(PlaceId place) const {
    return !isInSomeElement(places_.place(place));
}

void Interpreter::noThreadIn(const Activation& activation, const ir::Condition& condition, State& state) {
    if (condition.constant != 0) return;
    const Place place = places_.place(origin(activation, state, condition.place));
    if (place.steps.empty() || place.steps.back() != ir::Step{ir::StepKind::field, ir::RootKind::none, joinable_})
        return;
    const PlaceId object = places_.place(Place{place.root, {place.steps.begin(), place.steps.end() - 1}});
    if (isExact(object)) joined(state, handlePlace(activation, state, object));
}

void Interpreter::joined(State& state, PlaceId handle) {
    LiveThreads live;
    for (LiveThread thread : state.live) {
        if (thread.ended || thread.handle != handle) {
            live.insert(thread);
            continue;
        }
        if (!thread.thread.valid()) continue;
        Thread& info = facts_.threads[thread.thread.index()];
        info.joined = true;
        if (mayStartThreads(info.function)) live.insert({thread.thread, {}, true});
    }
    state.live = std::move(live);
}

}  // namespace raddle::facts
