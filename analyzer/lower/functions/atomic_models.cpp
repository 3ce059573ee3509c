// Atomics: library functions by their models, and the builtins of GCC and Clang.
#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

using models::Effect;
using models::kThis;

ir::MemoryOrder orderOf(int64_t value) {
    switch (value) {
        case 0:
            return ir::MemoryOrder::relaxed;
        case 1:
        case 2:
            return ir::MemoryOrder::acquire;
        case 3:
            return ir::MemoryOrder::release;
        case 4:
            return ir::MemoryOrder::acqRel;
        default:
            return ir::MemoryOrder::seqCst;
    }
}

// Whether an atomic operation of this name adds a number, gives what was there before, or takes it off.
bool isSum(llvm::StringRef name) {
    return name.contains("add") || name.contains("sub") || name.contains("inc") || name.contains("dec");
}

bool isSum(const clang::FunctionDecl& callee) {
    const clang::OverloadedOperatorKind kind = callee.getOverloadedOperator();
    return kind == clang::OO_PlusPlus || kind == clang::OO_MinusMinus ||
           (callee.getIdentifier() && isSum(callee.getName()));
}

// What a counter held before it was changed by a constant, in terms of what it holds then.
ir::Value before(const ir::Place& counter, const ir::Value& by) {
    ir::Value value;
    if (by.kind != ir::ValueKind::constant || by.constant == 0) return value;
    value.kind = ir::ValueKind::sum;
    value.place = counter;
    value.constant = -by.constant;
    return value;
}

}  // namespace

ir::MemoryOrder FunctionLowering::orderArgument(const CallView& view, int index) {
    if (index < 0 || index >= static_cast<int>(view.args.size())) return ir::MemoryOrder::seqCst;
    const clang::Expr* arg = view.args[index];
    clang::Expr::EvalResult value;
    if (arg->isValueDependent() || !arg->EvaluateAsInt(value, ast_)) return ir::MemoryOrder::seqCst;
    return orderOf(value.Val.getInt().getExtValue());
}

FunctionLowering::Rvalue FunctionLowering::emitRmw(const ir::Place& place, const clang::Expr* expr,
                                                   ir::MemoryOrder order, bool takesFlag) {
    Rvalue result;
    ir::Op& rmw = emit(ir::OpKind::rmw, expr->getExprLoc());
    rmw.place = place;
    rmw.order = order;
    result.uses.push_back(place);
    if (!takesFlag) return result;
    // Setting a flag and seeing it was clear is taking a lock.
    ir::Root old = temporary(expr->getType());
    ir::Op& op = emit(ir::OpKind::acquire, expr->getExprLoc());
    op.place = place;
    op.lockKind = ir::LockKind::flag;
    op.attempt = ir::Attempt::tries;
    op.result = old;
    op.successValue = 0;
    result.value = loadOf({old, {}});
    return result;
}

FunctionLowering::Rvalue FunctionLowering::emitCas(const ir::Place& place, const clang::Expr* expr,
                                                   ir::MemoryOrder order) {
    Rvalue result;
    ir::Root success = temporary(expr->getType());
    ir::Op& cas = emit(ir::OpKind::cas, expr->getExprLoc());
    cas.place = place;
    cas.order = order;
    cas.result = success;
    result.value = loadOf({success, {}});
    result.uses.push_back(place);
    return result;
}

void FunctionLowering::emitAtomicStore(const ir::Place& place, const Rvalue& value, const clang::Expr* expr,
                                       ir::MemoryOrder order) {
    ir::Op& store = emitStore(place, value, expr->getExprLoc());
    store.order = order;
    if (value.value.kind != ir::ValueKind::constant || value.value.constant != 0) return;
    ir::Op& op = emit(ir::OpKind::release, expr->getExprLoc());
    op.place = place;
    op.lockKind = ir::LockKind::flag;
    op.conditional = true;
}

std::optional<FunctionLowering::Rvalue> FunctionLowering::applyAtomicModel(const models::Model& model,
                                                                           const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    Rvalue result;
    if (model.effect == Effect::fence) {
        ir::MemoryOrder order = orderArgument(view, model.other);
        emit(ir::OpKind::fence, at).order = order;
        return result;
    }
    ir::Place object = argumentPlace(view, model.object);
    if (!object.valid()) return result;
    const ir::MemoryOrder order =
        model.order == ir::MemoryOrder::plain ? orderArgument(view, model.other) : model.order;
    const size_t operand = model.object == kThis ? 0 : 1;
    Rvalue given;
    if (operand < view.args.size())
        given = view.args[operand]->isGLValue() ? loadFrom(place(view.args[operand]), view.args[operand]->getType(), at)
                                                : rvalue(view.args[operand]);
    switch (model.effect) {
        case Effect::atomicLoad:
            emit(ir::OpKind::load, at).place = object;
            ops_->back().order = order;
            return Rvalue{loadOf(object), {object}};
        case Effect::atomicStore:
            emitAtomicStore(object, given, view.expr, order);
            result.value = given.value;
            if (view.expr->isGLValue()) result.value = addressOf(object);
            return result;
        case Effect::atomicClear:
            given.value = constantOf(0);
            emitAtomicStore(object, given, view.expr, order);
            return result;
        case Effect::atomicTake: {
            const bool sets = operand >= view.args.size() || identifier(view.callee).contains("test_and_set") ||
                              identifier(view.callee).contains("flag") ||
                              (given.value.kind == ir::ValueKind::constant && given.value.constant != 0);
            return emitRmw(object, view.expr, order, sets);
        }
        case Effect::atomicCas:
            return emitCas(object, view.expr, order);
        default:
            result = emitRmw(object, view.expr, order, false);
            if (isSum(*view.callee))
                result.value = before(object, view.callee->isOverloadedOperator() ? constantOf(1) : given.value);
            return result;
    }
}

std::optional<FunctionLowering::Rvalue> FunctionLowering::lowerSyncBuiltin(const CallView& view) {
    llvm::StringRef name = identifier(view.callee);
    Rvalue result;
    if (name == "__sync_synchronize" || name.ends_with("_atomic_thread_fence")) {  // __c11_…, __…
        const ir::MemoryOrder order = orderArgument(view, 0);
        emit(ir::OpKind::fence, view.expr->getExprLoc()).order = order;
        return result;
    }
    if (!name.starts_with("__sync_") || view.args.empty()) return std::nullopt;
    ir::Place object = argumentPlace(view, 0);
    if (name.starts_with("__sync_lock_release")) {
        emitAtomicStore(object, {constantOf(0), {}}, view.expr, ir::MemoryOrder::release);
        return result;
    }
    if (name.starts_with("__sync_lock_test_and_set")) return emitRmw(object, view.expr, ir::MemoryOrder::acquire, true);
    if (name.starts_with("__sync_bool_compare_and_swap") || name.starts_with("__sync_val_compare_and_swap"))
        return emitCas(object, view.expr, ir::MemoryOrder::seqCst);
    const Rvalue by = isSum(name) && view.args.size() > 1 ? rvalue(view.args[1]) : Rvalue{};
    result = emitRmw(object, view.expr, ir::MemoryOrder::seqCst, false);
    result.value = before(object, by.value);
    return result;
}

FunctionLowering::Rvalue FunctionLowering::lowerAtomicExpr(const clang::AtomicExpr* expr) {
    ir::Place object = pointee(rvalue(expr->getPtr()).value);
    ir::MemoryOrder order = ir::MemoryOrder::seqCst;
    clang::Expr::EvalResult evaluated;
    if (expr->getOp() != clang::AtomicExpr::AO__c11_atomic_init && expr->getOrder()->EvaluateAsInt(evaluated, ast_))
        order = orderOf(evaluated.Val.getInt().getExtValue());
    Rvalue result;
    const llvm::StringRef name = expr->getOpAsString();
    if (name.contains("init")) {
        emitStore(object, rvalue(expr->getVal1()), expr->getExprLoc()).isInit = true;
        return result;
    }
    if (name.contains("compare_exchange")) return emitCas(object, expr, order);
    if (name.contains("exchange")) {
        const Rvalue given = rvalue(expr->getVal1());
        return emitRmw(object, expr, order, given.value.kind == ir::ValueKind::constant && given.value.constant != 0);
    }
    if (name.contains("test_and_set")) return emitRmw(object, expr, order, true);
    if (name.contains("clear")) {
        emitAtomicStore(object, {constantOf(0), {}}, expr, order);
        return result;
    }
    if (name.contains("load")) {
        emit(ir::OpKind::load, expr->getExprLoc()).place = object;
        ops_->back().order = order;
        return Rvalue{loadOf(object), {object}};
    }
    if (name.contains("store")) {
        const clang::Expr* stored = expr->getVal1();
        Rvalue given = rvalue(stored);
        if (name == "__atomic_store") given = {};
        emitAtomicStore(object, given, expr, order);
        return result;
    }
    const Rvalue by = isSum(name) ? rvalue(expr->getVal1()) : Rvalue{};
    result = emitRmw(object, expr, order, false);
    result.value = before(object, by.value);
    return result;
}

}  // namespace raddle::lower
