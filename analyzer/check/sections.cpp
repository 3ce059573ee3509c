#include "analyzer/check/sections.h"

#include "analyzer/check/exclusion.h"

namespace raddle::check {

using namespace facts;

Sections::Sections(const Facts& facts) : facts_(facts) {
    for (size_t i = 0; i < facts.accesses.size(); ++i) {
        byOp_[facts.accesses[i].op].push_back(i);
        if (facts.accesses[i].kind == AccessKind::write) writes_[facts.accesses[i].location].push_back(i);
    }
}

const Dependences& Sections::dependencesOf(FunctionIndex function) {
    auto [it, isNew] = dependences_.try_emplace(function);
    if (isNew) it->second = dependences(facts_, function);
    return it->second;
}

const std::vector<size_t>& Sections::accesses(OpId op) const {
    static const std::vector<size_t> none;
    auto it = byOp_.find(op);
    return it == byOp_.end() ? none : it->second;
}

bool Sections::contested(const Access& access) const {
    auto writes = writes_.find(access.location);
    if (writes == writes_.end()) return false;
    for (size_t index : writes->second) {
        const Access& write = facts_.accesses[index];
        for (ThreadId a : facts_.context(access.context).threads)
            for (ThreadId b : facts_.context(write.context).threads)
                if (mayRunInParallel(facts_, a, access.live, b, write.live) &&
                    !threadLocal(facts_, facts_.places.place(access.location).root, a, b) && mayOverlap(facts_, access.location, write.location, a == b))
                    return true;
    }
    return false;
}

void Sections::addOwn(OpId op, std::vector<Touch>& out) const {
    for (size_t index : accesses(op)) {
        const Access& access = facts_.accesses[index];
        for (const HeldLock& held : facts_.locks(access.locks)) {
            if (held.kind == ir::LockKind::flag || held.lost) continue;
            out.push_back({access.location, held.lock, held.acquiredAt, op, access.context, access.kind == AccessKind::write});
        }
    }
}

void Sections::addCallee(OpId call, FunctionIndex callee, std::vector<Touch>& out) {
    const ir::Function& function = facts_.program->function(callee);
    const Dependences& inside = dependencesOf(callee);
    const auto inCallee = [&](const HeldLock& held) { return facts_.ops.function(held.acquiredAt) == callee; };
    const auto heldAtEntry = [&](ContextId context, PlaceId lock) {
        for (const HeldLock& held : facts_.context(context).entry.held)
            if (held.lock == lock) return true;
        return false;
    };
    const auto add = [&](OpId op, bool write) {
        for (size_t index : accesses(op)) {
            const Access& access = facts_.accesses[index];
            bool fromHere = false;
            for (const Caller& caller : facts_.context(access.context).callers) fromHere = fromHere || caller.op == call;
            if (!fromHere || (access.kind == AccessKind::write) != write) continue;
            for (const HeldLock& held : facts_.locks(access.locks))
                if (held.kind != ir::LockKind::flag && !held.lost && inCallee(held) && !heldAtEntry(access.context, held.lock))
                    out.push_back({access.location, held.lock, call, op, access.context, write});
        }
    };
    for (ir::BlockId block = 0; block < function.blocks.size(); ++block)
        for (size_t i = 0; i < function.blocks[block].ops.size(); ++i) {
            const ir::Op& op = function.blocks[block].ops[i];
            if (op.kind != ir::OpKind::store) continue;
            const OpId id = facts_.ops.id(callee, block, i);
            auto data = inside.data.find(id);
            auto control = inside.control.find(id);
            const bool returns = op.place.root.kind == ir::RootKind::local && op.place.steps.empty() &&
                                 facts_.program->text(function.locals[op.place.root.index].name) == "%return";
            if (returns) {
                if (data != inside.data.end())
                    for (OpId read : data->second) add(read, false);
                continue;
            }
            const bool decidesItself = control != inside.control.end() && !control->second.empty();
            if (!decidesItself) add(id, true);
        }
}

std::vector<Touch> Sections::touches(OpId op) {
    std::vector<Touch> out;
    if (facts_.ops.op(op).kind != ir::OpKind::call) {
        addOwn(op, out);
        return out;
    }
    for (const Target& target : facts_.pointsTo.targetsOf(op)) addCallee(op, target.function, out);
    return out;
}

}  // namespace raddle::check
