#include "analyzer/facts/tasks.h"

#include <algorithm>
#include <vector>

namespace raddle::facts {
namespace {

template <class Set>
bool meet(const Set& a, const Set& b) {
    return std::any_of(a.begin(), a.end(), [&](const auto& element) { return b.contains(element); });
}

// Whether the post writes the very member that the call goes through, not the item as a whole.
bool putsMember(const Facts& facts, const TaskPost& post, const TaskCall& call) {
    const std::vector<ir::Step>& member = calledThrough(facts.ops.op(call.op))->steps;
    return !member.empty() && std::any_of(post.places.begin(), post.places.end(), [&](PlaceId id) {
        Place place = facts.places.place(id);
        if (place.steps.size() < member.size() || !std::equal(member.rbegin(), member.rend(), place.steps.rbegin()))
            return false;
        place.steps.resize(place.steps.size() - member.size());
        return std::any_of(call.containers.begin(), call.containers.end(),
                           [&](PlaceId container) { return facts.places.place(container) == place; });
    });
}

bool puts(const Facts& facts, const TaskPost& post, const TaskCall& call) {
    return meet(post.objects, call.objects) || meet(post.places, call.containers) || putsMember(facts, post, call);
}

// Whether all that the call can run, on all that it can run it on, is put where it is taken from.
bool allArePut(const Facts& facts, const TaskCall& call, const std::vector<const TaskPost*>& posts) {
    const ir::Op& op = facts.ops.op(call.op);
    const std::set<Target>& targets = facts.pointsTo.targetsOf(call.op);
    if (targets.empty()) return false;
    const auto some = [&](auto&& has) { return std::any_of(posts.begin(), posts.end(), has); };
    if (!op.isVirtual)
        for (const Target& target : targets)
            if (!some([&](const TaskPost* post) { return post->functions.contains(target.function); })) return false;
    return std::all_of(call.objects.begin(), call.objects.end(), [&](ObjectId object) {
        return facts.places.object(object).kind != ObjectKind::heap ||
               some([&](const TaskPost* post) { return post->objects.contains(object) || !post->functions.empty(); });
    });
}

// What the call in the worker says of the variable that has the item, said of what is put.
ir::Value ofPut(const ir::Value& value, ir::Root item, const ir::Place& put) {
    if (value.kind == ir::ValueKind::constant || value.kind == ir::ValueKind::function) return value;
    const bool named =
        (value.kind == ir::ValueKind::load || value.kind == ir::ValueKind::address) && value.place.root == item;
    if (!named) return {};
    ir::Value result = value;
    result.place = put;
    result.place.steps.insert(result.place.steps.end(), value.place.steps.begin(), value.place.steps.end());
    return result;
}

ir::Op startOf(const TaskCall& call, const ir::Op& called, const ir::Op& put) {
    ir::Op start;
    start.kind = ir::OpKind::spawn;
    start.at = put.at;
    start.isVirtual = called.isVirtual;
    start.value = called.isVirtual ? called.value : ofPut(called.value, call.item, put.value.place);
    for (const ir::Value& arg : called.args) start.args.push_back(ofPut(arg, call.item, put.value.place));
    return start;
}

// Where the item's members are put one by one: what is stored beside the function is what it is called with.
ir::Op startOfMembers(const TaskCall& call, const ir::Op& called, const ir::Op& put, const ir::Block& block) {
    ir::Op start;
    start.kind = ir::OpKind::spawn;
    start.at = put.at;
    start.value = put.value;
    ir::Place item = put.place;
    item.steps.resize(item.steps.size() - calledThrough(called)->steps.size());
    for (const ir::Value& arg : called.args) {
        const ir::Place beside = ofPut(arg, call.item, item).place;
        const auto stored = std::find_if(block.ops.begin(), block.ops.end(), [&](const ir::Op& op) {
            return op.kind == ir::OpKind::store && op.place == beside;
        });
        start.args.push_back(arg.kind == ir::ValueKind::load && stored != block.ops.end() ? stored->value
                                                                                          : ofPut(arg, {}, {}));
    }
    return start;
}

// In the worker there is left what it looks at to make the call.
void leaveOut(ir::Op& call) {
    ir::Op look;
    look.kind = ir::OpKind::load;
    look.at = call.at;
    look.place = *calledThrough(call);
    call = std::move(look);
}

TaskStart positionOf(const Facts& facts, OpId id) {
    const link::FunctionIndex function = facts.ops.function(id);
    const ir::BlockId block = facts.ops.block(id);
    return {function, block, id.value - facts.ops.id(function, block, 0).value};
}

}  // namespace

TaskStarts startTasks(link::Program& program, const Facts& facts) {
    struct Start {
        ir::Op op;
        std::set<link::FunctionIndex> executors;
    };
    std::map<TaskStart, std::vector<Start>> starts;
    std::vector<TaskStart> leftOut;
    for (const auto& [id, call] : facts.taskCalls) {
        std::vector<const TaskPost*> posts;
        for (const auto& [op, post] : facts.taskPosts)
            if (puts(facts, post, call)) posts.push_back(&post);
        if (!allArePut(facts, call, posts)) continue;
        std::set<link::FunctionIndex> executors;
        for (ContextId context : call.contexts)
            for (ThreadId thread : facts.context(context).threads) executors.insert(facts.thread(thread).function);
        leftOut.push_back(positionOf(facts, id));
        for (const TaskPost* post : posts) {
            const TaskStart at = positionOf(facts, post->op);
            const ir::Op &called = facts.ops.op(id), &put = facts.ops.op(post->op);
            const ir::Block& block = program.functions[at.function.index()].blocks[at.block];
            starts[at].push_back(
                {putsMember(facts, *post, call) ? startOfMembers(call, called, put, block) : startOf(call, called, put),
                 executors});
        }
    }
    for (const TaskStart& at : leftOut) leaveOut(program.functions[at.function.index()].blocks[at.block].ops[at.op]);
    TaskStarts result;
    std::map<std::pair<link::FunctionIndex, ir::BlockId>, size_t> inserted;
    for (auto& [at, ops] : starts) {
        std::vector<ir::Op>& block = program.functions[at.function.index()].blocks[at.block].ops;
        size_t& shift = inserted[{at.function, at.block}];
        for (Start& start : ops) {
            const size_t index = at.op + shift++;
            block.insert(block.begin() + static_cast<std::ptrdiff_t>(index), std::move(start.op));
            result.emplace(TaskStart{at.function, at.block, index}, std::move(start.executors));
        }
    }
    return result;
}

}  // namespace raddle::facts
