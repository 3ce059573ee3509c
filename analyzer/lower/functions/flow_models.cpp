// What models say of how execution goes on: assumptions, calls that do not return, calls that run atomically.
#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

using models::Effect;

}  // namespace

// Ends the block being lowered; what follows goes to a new one that nothing leads to yet.
ir::BlockId FunctionLowering::startBlock() {
    const auto fresh = static_cast<ir::BlockId>(out_.blocks.size());
    out_.blocks.emplace_back();
    splitFrom_.emplace(fresh, block_);
    block_ = fresh;
    ops_ = &out_.blocks[fresh].ops;
    return fresh;
}

std::optional<FunctionLowering::Rvalue> FunctionLowering::applyFlowModel(const models::Model& model,
                                                                         const CallView& view) {
    switch (model.effect) {
        case Effect::assume: {
            if (model.object < 0 || model.object >= static_cast<int>(view.args.size())) return Rvalue{};
            const ir::BlockId before = block_;
            ir::Condition holds = condition(view.args[model.object]);
            const ir::BlockId otherwise = startBlock(), rest = startBlock();
            out_.blocks[before].condition = std::move(holds);
            out_.blocks[before].successors = {rest, otherwise};
            return Rvalue{};
        }
        case Effect::stop:
            for (const clang::Expr* arg : view.args)
                if (arg->isPRValue()) rvalue(arg);
            startBlock();
            return Rvalue{};
        default: {  // runAtomically
            const ir::Place lock{{ir::RootKind::global, context_.namedLock(model.lockName)}, {}};
            ir::Op& taken = emit(ir::OpKind::acquire, view.expr->getExprLoc());
            taken.place = lock;
            taken.lockKind = ir::LockKind::mutex;
            ir::Value callee;
            callee.kind = ir::ValueKind::function;
            callee.function = context_.functionKey(view.callee);
            Rvalue result = emitCall(view, callee);
            emit(ir::OpKind::release, view.expr->getExprLoc()).place = lock;
            return result;
        }
    }
}

// Blocks made by splits stand last: puts each behind the one it was split from, so that only loops lead back, and
// leaves out what nothing leads to.
void FunctionLowering::putInOrder() {
    std::vector<std::vector<ir::BlockId>> chains(out_.blocks.size());
    std::vector<bool> reached(out_.blocks.size());
    std::vector<ir::BlockId> todo{0}, order;
    for (ir::BlockId block = 0; block < out_.blocks.size(); ++block) {
        ir::BlockId first = block;
        for (auto it = splitFrom_.find(first); it != splitFrom_.end(); it = splitFrom_.find(first)) first = it->second;
        chains[first].push_back(block);
    }
    while (!todo.empty()) {
        const ir::BlockId block = todo.back();
        todo.pop_back();
        if (reached[block]) continue;
        reached[block] = true;
        const std::vector<ir::BlockId>& next = out_.blocks[block].successors;
        todo.insert(todo.end(), next.begin(), next.end());
    }
    std::vector<ir::BlockId> newIds(out_.blocks.size());
    for (const std::vector<ir::BlockId>& chain : chains)
        for (ir::BlockId block : chain) {
            if (!reached[block]) continue;
            newIds[block] = static_cast<ir::BlockId>(order.size());
            order.push_back(block);
        }
    std::vector<ir::Block> blocks;
    for (ir::BlockId block : order) {
        blocks.push_back(std::move(out_.blocks[block]));
        for (ir::BlockId& successor : blocks.back().successors) successor = newIds[successor];
    }
    out_.blocks = std::move(blocks);
    std::erase_if(out_.loops, [&](const ir::Loop& loop) { return !reached[loop.header]; });
    for (ir::Loop& loop : out_.loops) loop.header = newIds[loop.header];
}

}  // namespace raddle::lower
