// Globals that only main's thread writes and nobody takes the address of: what main knows of them stays true until main
// writes them again, so that conditions over them that start and join threads go together.
#include <algorithm>

#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {

bool Interpreter::writesPlace(const ir::Op& op) {
    return op.kind == ir::OpKind::store || op.kind == ir::OpKind::rmw || op.kind == ir::OpKind::cas ||
           op.kind == ir::OpKind::alloc || op.kind == ir::OpKind::acquire;
}

void Interpreter::findSteadyGlobals() {
    const link::Program& program = *facts_.program;
    inThreads_.assign(program.functions.size(), program.mains.empty());
    steadyWrites_.assign(program.functions.size(), {});
    if (program.mains.empty()) return;
    std::vector<FunctionIndex> pending;
    const auto mark = [&](FunctionIndex function) {
        if (!function.valid() || inThreads_[function.index()]) return;
        inThreads_[function.index()] = true;
        pending.push_back(function);
    };
    std::vector<std::vector<FunctionIndex>> callees(program.functions.size());
    for (uint32_t i = 0; i < facts_.ops.size(); ++i) {
        const ir::Op& op = facts_.ops.op({i});
        if (op.kind != ir::OpKind::call && op.kind != ir::OpKind::once && op.kind != ir::OpKind::spawn) continue;
        const std::set<Target>& targets = facts_.pointsTo.targetsOf({i});
        for (const Target& target : targets) {
            if (op.kind == ir::OpKind::spawn)
                mark(target.function);
            else
                callees[facts_.ops.function({i}).index()].push_back(target.function);
        }
        // What a library is given it may run in a thread of its own.
        if (!targets.empty()) continue;
        for (const ir::Value& arg : op.args)
            if (arg.kind == ir::ValueKind::function) mark(program.find(arg.function));
    }
    while (!pending.empty()) {
        const FunctionIndex function = pending.back();
        pending.pop_back();
        for (FunctionIndex callee : callees[function.index()]) mark(callee);
    }
    std::set<ObjectId> elsewhere;
    for (uint32_t i = 0; i < facts_.ops.size(); ++i) {
        const ir::Op& op = facts_.ops.op({i});
        if (!writesPlace(op) || op.place.root.kind != ir::RootKind::global) continue;
        const ObjectId object = places_.globalObject(op.place.root.index);
        const bool whole = op.place.steps.empty() && op.order == ir::MemoryOrder::plain;
        const bool own = whole && !inThreads_[facts_.ops.function({i}).index()] && !isAddressed(object);
        (own ? steady_ : elsewhere).insert(object);
    }
    for (ObjectId object : elsewhere) steady_.erase(object);
    addSteadyWrites();
}

void Interpreter::addSteadyWrites() {
    for (uint32_t i = 0; i < facts_.ops.size(); ++i) {
        const ir::Op& op = facts_.ops.op({i});
        if (!writesPlace(op) || op.place.root.kind != ir::RootKind::global) continue;
        const ObjectId object = places_.globalObject(op.place.root.index);
        if (steady_.contains(object)) steadyWrites_[facts_.ops.function({i}).index()].insert(object);
    }
    addOfCallees(steadyWrites_);
}

void Interpreter::forgetWritten(FunctionIndex callee, State& state) const {
    for (ObjectId object : steadyWrites_[rank_[callee.index()]]) forget(state, places_.place(object));
}

}  // namespace raddle::facts
