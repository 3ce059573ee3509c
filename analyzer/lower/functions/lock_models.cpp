// What models say of locks, condition variables and guards.
#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

using models::Effect;

}  // namespace

std::optional<FunctionLowering::Rvalue> FunctionLowering::applyLockModel(const models::Model& model,
                                                                         const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    if (model.effect == Effect::lockAll) {
        emitLockAll(view);
        return Rvalue{};
    }
    ir::Place lock;
    if (model.lockName.empty())
        lock = argumentPlace(view, model.object);
    else
        lock.root = {ir::RootKind::global, context_.namedLock(model.lockName)};
    if (!lock.valid()) return Rvalue{};
    if (model.effect == Effect::lockedPointer || model.effect == Effect::lockedCallback) return emitLocked(model, view);
    switch (model.effect) {
        case Effect::acquire:
            return emitAcquire(model, view, lock);
        case Effect::release:
            emit(ir::OpKind::release, at).place = lock;
            return succeeds(view);
        case Effect::initLock:
            emitInitLock(model, view, lock);
            return Rvalue{};
        case Effect::setLockKind:
            emitStore(field(lock, "$kind"), rvalue(view.args[model.other]), at).isInit = true;
            return Rvalue{};
        case Effect::destroyLock:
            emit(ir::OpKind::destroyLock, at).place = lock;
            return Rvalue{};
        default:
            return emitWait(model, view, lock);
    }
}

// std::lock: all or none, in an order that cannot deadlock.
void FunctionLowering::emitLockAll(const CallView& view) {
    for (const clang::Expr* arg : view.args) {
        ir::Place lock = place(arg);
        if (context_.models().findGuard(context_.typeName(arg->getType()))) lock = guardLock(lock);
        ir::Op& op = emit(ir::OpKind::acquire, view.expr->getExprLoc());
        op.place = lock;
        op.lockKind = ir::LockKind::mutex;
        op.grouped = true;
    }
}

// Calls that fail only when misused: what code does about that is not followed.
FunctionLowering::Rvalue FunctionLowering::succeeds(const CallView& view) {
    if (view.expr->getType()->isVoidType()) return {};
    const ir::Root status = temporary(view.expr->getType());
    emitStore({status, {}}, {constantOf(0), {}}, view.expr->getExprLoc());
    return {loadOf({status, {}}), {}};
}

FunctionLowering::Rvalue FunctionLowering::emitAcquire(const models::Model& model, const CallView& view,
                                                       const ir::Place& lock) {
    Rvalue result;
    ir::LockMode mode = model.mode;
    if (model.other >= 0 && model.other < static_cast<int>(view.args.size())) {
        const ir::Value writes = rvalue(view.args[model.other]).value;
        if (writes.kind == ir::ValueKind::constant && writes.constant == 0) mode = ir::LockMode::shared;
    }
    ir::Op& op = emit(ir::OpKind::acquire, view.expr->getExprLoc());
    op.place = lock;
    op.lockKind = model.lockKind;
    op.mode = mode;
    op.attempt = model.attempt;
    if (model.attempt == ir::Attempt::must) return succeeds(view);
    const ir::Root got = temporary(view.expr->getType());
    op.result = got;
    op.successValue = model.success;
    result.value = loadOf({got, {}});
    result.uses.push_back({got, {}});
    return result;
}

void FunctionLowering::emitInitLock(const models::Model& model, const CallView& view, const ir::Place& lock) {
    ir::Value attributes;
    if (model.other >= 0 && model.other < static_cast<int>(view.args.size())) {
        const Rvalue given = rvalue(view.args[model.other]);
        // mtx_init takes the kind itself, pthread_mutex_init attributes that hold it.
        attributes = view.args[model.other]->getType()->isPointerType() && given.value.kind != ir::ValueKind::constant
                         ? loadOf(field(pointee(given.value), "$kind"))
                         : given.value;
        if (attributes.kind == ir::ValueKind::constant && identifier(view.callee) == "mtx_init")
            attributes.constant &= 1;  // mtx_recursive
    }
    ir::Op& op = emit(ir::OpKind::initLock, view.expr->getExprLoc());
    op.place = lock;
    op.lockKind = model.lockKind;
    op.value = attributes;
    if (model.parties >= 0 && model.parties < static_cast<int>(view.args.size())) {
        const ir::Value count = rvalue(view.args[model.parties]).value;
        ops_->back().args = {count};
    }
}

FunctionLowering::Rvalue FunctionLowering::emitWait(const models::Model& model, const CallView& view,
                                                    const ir::Place& condition) {
    Rvalue result;
    ir::Value mutex;
    if (model.other >= 0 && model.other < static_cast<int>(view.args.size())) {
        const clang::Expr* arg = view.args[model.other];
        if (context_.models().findGuard(context_.typeName(arg->getType())))
            mutex = addressOf(guardLock(place(arg)));
        else
            mutex = argumentValue(arg);
    } else if (model.other == models::kThis) {
        mutex = addressOf(view.object);
    }
    const bool predicate = model.callback >= 0 && model.callback < static_cast<int>(view.args.size());
    if (predicate) emitCallback(view, model.callback, {});
    ir::Op& op = emit(ir::OpKind::wait, view.expr->getExprLoc());
    op.place = condition;
    op.args.push_back(mutex);
    op.timed = model.timed;
    op.looped = predicate;
    if (predicate && emitCallback(view, model.callback, {}) && !model.timed) {
        // It has waited until the predicate is true.
        ir::Op& last = ops_->back();
        last.result = temporary(ast_.BoolTy);
        last.looped = true;
    }
    if (!model.timed) return succeeds(view);
    if (!view.expr->getType()->isVoidType()) result.value = loadOf({temporary(view.expr->getType()), {}});
    return result;
}

// An object that is a lock and what it protects at once.
FunctionLowering::Rvalue FunctionLowering::emitLocked(const models::Model& model, const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    const ir::Place inside = field(view.object, "$value");
    ir::Op& op = emit(ir::OpKind::acquire, at);
    op.place = view.object;
    op.lockKind = model.lockKind;
    op.mode = model.mode;
    if (model.effect == Effect::lockedCallback) {
        emitCallback(view, model.callback, {addressOf(inside)});
        emit(ir::OpKind::release, at).place = view.object;
        return {};
    }
    const ir::Place guard = destinationOf(view.expr);
    places_[view.expr] = guard;
    emitStore(field(guard, "$lock"), {addressOf(view.object), {}}, at).isInit = true;
    emitStore(field(guard, "$pointer"), {addressOf(inside), {}}, at).isInit = true;
    return {loadOf(guard), {}};
}

std::optional<FunctionLowering::Rvalue> FunctionLowering::applyGuardModel(const models::Model& model,
                                                                          const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    const auto* method = llvm::cast<clang::CXXMethodDecl>(view.callee);
    const std::string klass = context_.qualifiedName(method->getParent());
    const models::Guard* guard = context_.models().findGuard(klass);
    ir::Place lock = guardLock(view.object);
    ir::Place owns = field(view.object, "$owns");
    Rvalue result;
    switch (model.effect) {
        case Effect::guardLock:
        case Effect::guardTryLock: {
            const bool tries = model.effect == Effect::guardTryLock;
            ir::Root got = tries ? temporary(ast_.BoolTy) : ir::Root{};
            ir::Op& op = emit(ir::OpKind::acquire, at);
            op.place = lock;
            op.mode = guard ? guard->mode : ir::LockMode::exclusive;
            op.lockKind = ir::LockKind::mutex;
            if (!tries) return result;
            op.attempt = model.attempt == ir::Attempt::must ? ir::Attempt::tries : model.attempt;
            op.result = got;
            op.successValue = 1;
            emitStore(owns, {loadOf({got, {}}), {}}, at).isInit = true;
            result.value = loadOf({got, {}});
            return result;
        }
        case Effect::guardUnlock:
            emit(ir::OpKind::release, at).place = lock;
            return result;
        case Effect::guardRelease:
            result.value = loadOf(field(view.object, "$lock"));
            return result;
        default:
            result.value = loadOf(owns);
            return result;
    }
}

}  // namespace raddle::lower
