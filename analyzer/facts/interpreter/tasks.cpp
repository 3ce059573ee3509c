// Tasks: calls that one thread puts, as an object with a function in it, where another takes it and makes the call.
// What is noted here is where such objects are put and where they are called; facts/tasks.h makes threads of them.
#include <algorithm>

#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {
void Interpreter::noteTaskCall(const Activation& activation, OpId id, const ir::Op& op, const State& state) {
    if (state.taken.empty() || !state.held.empty()) return;
    const ir::Place* through = calledThrough(op);
    if (!through || through->root.kind != ir::RootKind::local) return;
    const PlaceId holder = holderOf(activation, state, *through);
    const ObjectId item = rootObject(activation.index, through->root);
    if (!holder.valid() || places_.place(holder).root != item) return;
    Place key = places_.place(holder);
    while (!state.taken.contains(places_.place(key))) {
        if (key.steps.empty()) return;
        key.steps.pop_back();
    }
    const PlaceId from = state.taken.find(places_.place(key))->second;
    TaskCall& call = facts_.taskCalls[id];
    call.op = id;
    call.item = through->root;
    call.contexts.insert(activation.context);
    for (PlaceId base : basesOf(places_.extend(from, {}))) call.objects.insert(places_.place(base).root);
    // What corresponds to the variable itself is the whole of what was copied out.
    Place container = places_.place(from);
    const size_t members = key.steps.size();
    if (container.steps.size() >= members &&
        std::equal(key.steps.begin(), key.steps.end(), container.steps.end() - static_cast<std::ptrdiff_t>(members))) {
        container.steps.resize(container.steps.size() - members);
        call.containers.insert(places_.place(container));
    }
}

void Interpreter::noteTaskPost(const Activation& activation, OpId id, const ir::Op& op, PlaceId place,
                               const Known& value, const State& state) {
    if (state.held.empty() || op.value.kind != ir::ValueKind::load ||
        hasStep(op.value.place.steps, ir::StepKind::deref))
        return;
    std::set<ObjectId> stored;
    if (value.kind == KnownKind::address && state.fresh.contains(places_.place(value.place).root))
        stored.insert(places_.place(value.place).root);
    const PlaceId holder = holderOf(activation, state, op.value.place);
    if (!holder.valid()) return;
    TaskPost post{id, {place}, stored, {}};
    std::set<ObjectId> holders = stored;
    holders.insert(places_.place(holder).root);
    if (value.kind == KnownKind::load) holders.insert(places_.place(value.place).root);  // a copy that its caller made
    for (const auto& [member, known] : state.values) {
        if (!holders.contains(places_.place(member).root)) continue;
        if (known.kind == KnownKind::function) post.functions.insert(known.function);
        if (known.kind != KnownKind::address) continue;
        const ObjectId root = places_.place(known.place).root;
        if (const ir::NameId key = places_.object(root).callOperator; key.valid())
            if (const FunctionIndex function = facts_.program->find(key); function.valid())
                post.functions.insert(function);
        // Of what is kept by value, what it points to.
        if (!stored.contains(places_.place(member).root) && state.fresh.contains(root)) post.objects.insert(root);
    }
    if (post.functions.empty() && post.objects.empty()) return;
    TaskPost& known = facts_.taskPosts[id];
    known.op = id;
    known.places.insert(post.places.begin(), post.places.end());
    known.objects.insert(post.objects.begin(), post.objects.end());
    known.functions.insert(post.functions.begin(), post.functions.end());
}

}  // namespace raddle::facts
