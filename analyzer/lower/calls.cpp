// Calls: plain ones, what models say of library functions, and defaults for the rest of the libraries.
#include "analyzer/lower/function_lowering.h"

namespace raddle::lower {
namespace {

using models::Effect;
using models::kNone;
using models::kThis;

ir::MemoryOrder orderOf(int64_t value) {
    switch (value) {
        case 0: return ir::MemoryOrder::relaxed;
        case 1:
        case 2: return ir::MemoryOrder::acquire;
        case 3: return ir::MemoryOrder::release;
        case 4: return ir::MemoryOrder::acqRel;
        default: return ir::MemoryOrder::seqCst;
    }
}

// Operators and conversions have no identifier.
llvm::StringRef identifier(const clang::NamedDecl* decl) {
    return decl->getDeclName().isIdentifier() ? decl->getName() : llvm::StringRef();
}

}  // namespace

FunctionLowering::CallView FunctionLowering::viewOf(const clang::CallExpr* call) {
    CallView view;
    view.expr = call;
    view.callee = call->getDirectCallee();
    unsigned first = 0;
    if (const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(call)) {
        const clang::Expr* object = member->getImplicitObjectArgument();
        if (object) {
            view.hasObject = true;
            view.object = object->getType()->isPointerType() ? pointee(rvalue(object).value) : place(object);
        }
    } else if (llvm::isa<clang::CXXOperatorCallExpr>(call) && llvm::isa_and_nonnull<clang::CXXMethodDecl>(view.callee) &&
               llvm::cast<clang::CXXMethodDecl>(view.callee)->isInstance()) {
        view.hasObject = true;
        view.object = place(call->getArg(0));
        first = 1;
    }
    for (unsigned i = first; i < call->getNumArgs(); ++i) view.args.push_back(call->getArg(i));
    return view;
}

FunctionLowering::Rvalue FunctionLowering::lowerCall(const clang::CallExpr* call) {
    CallView view = viewOf(call);
    Rvalue result;
    if (!view.callee) {
        const clang::Expr* callee = call->getCallee();
        if (llvm::isa<clang::CXXPseudoDestructorExpr>(callee->IgnoreParens())) return result;
        return emitCall(view, rvalue(callee).value);
    }
    if (view.callee->getBuiltinID() || identifier(view.callee).starts_with("__sync_"))
        if (auto lowered = lowerSyncBuiltin(view)) return *lowered;
    const std::string name = context_.qualifiedName(view.callee);
    const models::Model* model = models::findModel(name);
    // A conversion operator is named after its type; that of an atomic loads.
    if (!model && llvm::isa<clang::CXXConversionDecl>(view.callee)) {
        const auto* method = llvm::cast<clang::CXXMethodDecl>(view.callee);
        const std::string klass = context_.qualifiedName(method->getParent());
        if (klass == "std::__atomic_base" || klass == "std::atomic" || klass == "std::__atomic_float")
            model = models::findModel("std::atomic::load");
        if (klass == "std::reference_wrapper") model = models::findModel("std::reference_wrapper::get");
    }
    if (model)
        if (auto lowered = applyModel(*model, view)) return *lowered;
    if (context_.isInSystemHeader(view.callee->getLocation())) {
        if (view.hasObject) return emitSystemMethod(view);
        if (ast_.getLangOpts().CPlusPlus && !view.callee->isExternC()) return emitOpaque(view);
    }
    ir::Value callee;
    callee.kind = ir::ValueKind::function;
    callee.function = context_.functionKey(view.callee);
    return emitCall(view, callee);
}

ir::Value FunctionLowering::argumentValue(const clang::Expr* expr) {
    if (expr->isGLValue()) return addressOf(place(expr));
    return rvalue(expr).value;
}

FunctionLowering::Rvalue FunctionLowering::emitCall(const CallView& view, const ir::Value& callee) {
    std::vector<ir::Value> args;
    if (view.hasObject) args.push_back(addressOf(view.object));
    std::vector<ir::Place> uses;
    for (const clang::Expr* arg : view.args) {
        args.push_back(argumentValue(arg));
        if (arg->isPRValue()) {
            const Rvalue value = rvalue(arg);
            uses.insert(uses.end(), value.uses.begin(), value.uses.end());
        }
    }
    Rvalue result;
    const auto* call = llvm::dyn_cast<clang::CallExpr>(view.expr);
    const clang::QualType type = call ? call->getCallReturnType(ast_) : ast_.VoidTy;
    ir::Root target;
    if (!type->isVoidType()) {
        ir::Place at = view.expr->getType()->isRecordType() && view.expr->isPRValue() ? destinationOf(view.expr) : ir::Place{};
        if (at.valid() && at.steps.empty() && at.root.kind == ir::RootKind::local) target = at.root;
        else target = temporary(type);
        if (view.expr->isPRValue() && view.expr->getType()->isRecordType()) places_[view.expr] = at.valid() ? at : ir::Place{target, {}};
        result.value = loadOf({target, {}});
        result.uses.push_back({target, {}});
    }
    ir::Op& op = emit(ir::OpKind::call, view.expr->getExprLoc());
    op.value = callee;
    op.args = std::move(args);
    op.uses = std::move(uses);
    op.result = target;
    if (const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(view.callee); method && method->isVirtual() && call) {
        const auto* member = llvm::dyn_cast<clang::MemberExpr>(call->getCallee()->IgnoreParens());
        op.isVirtual = !(member && member->hasQualifier());
    }
    // An object returned by value goes to where its destination is, when that is more than a local.
    if (auto it = places_.find(view.expr); it != places_.end() && it->second != ir::Place{target, {}})
        emitStore(it->second, {loadOf({target, {}}), {}}, view.expr->getExprLoc()).isInit = true;
    return result;
}

// A function of the C++ library without a model reads what it takes by const reference and writes what it takes
// by reference.
FunctionLowering::Rvalue FunctionLowering::emitOpaque(const CallView& view) {
    Rvalue result;
    for (unsigned i = 0; i < view.args.size(); ++i) {
        const clang::Expr* arg = view.args[i];
        if (arg->isPRValue()) {
            const Rvalue value = rvalue(arg);
            result.uses.insert(result.uses.end(), value.uses.begin(), value.uses.end());
            continue;
        }
        ir::Place at = place(arg);
        if (at.valid()) result.uses.push_back(at);
        if (!tracked(at, arg->getType()) || context_.isSynchronisation(arg->getType())) continue;
        if (at.root.kind == ir::RootKind::global && view.callee) {
            const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(arg->IgnoreParenImpCasts());
            if (ref && context_.isInSystemHeader(ref->getDecl()->getLocation())) continue;  // std::cout
        }
        bool writes = false;
        if (view.callee && i < view.callee->getNumParams()) {
            const clang::QualType type = view.callee->getParamDecl(i)->getType();
            writes = type->isLValueReferenceType() && !type.getNonReferenceType().isConstQualified();
        }
        emitAccess(writes ? ir::OpKind::store : ir::OpKind::load, at, arg->getExprLoc());
    }
    if (view.expr->getType()->isRecordType() && view.expr->isPRValue()) {
        ir::Place at = destinationOf(view.expr);
        places_[view.expr] = at;
        result.value = loadOf(at);
    } else if (view.expr->isGLValue() && !view.args.empty() && view.args[0]->isGLValue() && place(view.args[0]).valid()) {
        result.value = addressOf(place(view.args[0]));  // streams and the like return their first argument
    }
    return result;
}

// A method of a library class without a model reads the object when const, else writes it.
FunctionLowering::Rvalue FunctionLowering::emitSystemMethod(const CallView& view) {
    const auto* method = llvm::cast<clang::CXXMethodDecl>(view.callee);
    const clang::QualType type = ast_.getRecordType(method->getParent());
    if (tracked(view.object, type) && !context_.isSynchronisation(type) &&
        !(view.object.root.kind == ir::RootKind::global && view.object.steps.empty() &&
          context_.qualifiedName(method->getParent()).find("stream") != std::string::npos)) {
        const ir::Place state = field(view.object, "$state");
        emitAccess(ir::OpKind::load, state, view.expr->getExprLoc());
        // An iterator that moves on still walks the same container.
        const bool moves = method->getOverloadedOperator() == clang::OO_PlusPlus ||
                           method->getOverloadedOperator() == clang::OO_MinusMinus;
        if (!method->isConst() && !moves) emitAccess(ir::OpKind::store, state, view.expr->getExprLoc());
    }
    Rvalue result = emitOpaque(view);
    if (method->getOverloadedOperator() == clang::OO_Star || method->getOverloadedOperator() == clang::OO_Arrow) {
        result.value = loadOf(field(view.object, "$iterator"));
        return result;
    }
    const bool assigns = method->getOverloadedOperator() == clang::OO_Equal && view.args.size() == 1;
    if (assigns) {
        const clang::Expr* from = view.args[0];
        ir::Place source = from->isGLValue() || from->getType()->isRecordType() ? place(from) : ir::Place{};
        const std::string klass = context_.qualifiedName(method->getParent());
        if (klass == "std::function") {
            Callable stored = callable(from, true);
            emitStore(field(view.object, "$callable"), {stored.bound.empty() ? stored.callee : stored.bound.front(), {}},
                      view.expr->getExprLoc()).isInit = true;
        } else if (source.valid()) {
            emitStore(view.object, {loadOf(source), {source}}, view.expr->getExprLoc()).isInit = true;
        }
        result.value = addressOf(view.object);
    }
    if (tracked(view.object, type)) result.uses.push_back(field(view.object, "$state"));
    return result;
}

ir::Place FunctionLowering::argumentPlace(const CallView& view, int index) {
    if (index == kThis) return view.object;
    if (index < 0 || index >= static_cast<int>(view.args.size())) return {};
    const clang::Expr* arg = view.args[index];
    if (arg->isGLValue()) return place(arg);
    return pointee(rvalue(arg).value);
}

ir::MemoryOrder FunctionLowering::orderArgument(const CallView& view, int index) {
    if (index < 0 || index >= static_cast<int>(view.args.size())) return ir::MemoryOrder::seqCst;
    const clang::Expr* arg = view.args[index];
    clang::Expr::EvalResult value;
    if (arg->isValueDependent() || !arg->EvaluateAsInt(value, ast_)) return ir::MemoryOrder::seqCst;
    return orderOf(value.Val.getInt().getExtValue());
}

// What a thread or a bound call gets of an argument: a copy, unless it is wrapped in std::ref.
ir::Value FunctionLowering::copiedArgument(const clang::Expr* expr) {
    const clang::Expr* bare = expr->IgnoreUnlessSpelledInSource();
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(bare); call && call->getDirectCallee()) {
        const std::string name = context_.qualifiedName(call->getDirectCallee());
        if ((name == "std::ref" || name == "std::cref") && call->getNumArgs() == 1) return addressOf(place(call->getArg(0)));
    }
    if (expr->isPRValue()) return rvalue(expr).value;
    ir::Place from = place(expr);
    if (expr->getType()->isArrayType()) {
        from.steps.push_back({ir::StepKind::indexConstant, {}, 0});
        return addressOf(from);
    }
    if (expr->getType()->isFunctionType()) return rvalue(expr).value;
    if (!expr->getType()->isRecordType() || llvm::isa<clang::MaterializeTemporaryExpr>(expr->IgnoreParens()))
        return loadFrom(from, expr->getType(), expr->getExprLoc()).value;
    ir::Place copy{temporary(expr->getType()), {}};
    emitStore(copy, loadFrom(from, expr->getType(), expr->getExprLoc()), expr->getExprLoc()).isInit = true;
    return loadOf(copy);
}

FunctionLowering::Callable FunctionLowering::callable(const clang::Expr* expr, bool copied) {
    Callable result;
    const clang::Expr* bare = expr;
    for (;;) {
        const clang::Expr* before = bare;
        bare = bare->IgnoreParens();
        if (const auto* made = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(bare)) bare = made->getSubExpr();
        if (const auto* full = llvm::dyn_cast<clang::FullExpr>(bare)) bare = full->getSubExpr();
        if (const auto* bind = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(bare)) bare = bind->getSubExpr();
        if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(bare); made && made->getNumArgs() == 1 && isa<clang::LambdaExpr>(made->getArg(0)->IgnoreUnlessSpelledInSource()))
            bare = made->getArg(0);
        if (bare == before) break;
    }
    if (auto it = boundCalls_.find(bare); it != boundCalls_.end()) return it->second;
    const clang::QualType type = bare->getType();
    const std::string klass = context_.typeName(type);
    if (klass == "std::function" || klass == "std::packaged_task") {
        result.callee = loadOf(field(place(bare), "$callable"));
        return result;
    }
    if (type->isRecordType()) {
        ir::NameId key = context_.callOperator(type);
        if (!key.valid()) return result;
        result.callee.kind = ir::ValueKind::function;
        result.callee.function = key;
        ir::Value object = copied ? copiedArgument(bare) : loadOf(place(bare));
        result.bound.push_back(object.kind == ir::ValueKind::load ? addressOf(object.place) : object);
        return result;
    }
    result.callee = bare->isGLValue() && !type->isFunctionType() ? loadOf(place(bare)) : rvalue(bare).value;
    return result;
}

void FunctionLowering::emitCallback(const CallView& view, int index, const std::vector<ir::Value>& args) {
    if (index < 0 || index >= static_cast<int>(view.args.size())) return;
    Callable target = callable(view.args[index], false);
    if (target.callee.kind == ir::ValueKind::unknown) return;
    ir::Op& op = emit(ir::OpKind::call, view.args[index]->getExprLoc());
    op.value = target.callee;
    op.args = target.bound;
    op.args.insert(op.args.end(), args.begin(), args.end());
}

std::optional<FunctionLowering::Rvalue> FunctionLowering::applyModel(const models::Model& model, const CallView& view) {
    switch (model.effect) {
        case Effect::pure: {
            Rvalue result;
            for (const clang::Expr* arg : view.args) {
                if (!arg->isPRValue()) continue;
                const Rvalue value = rvalue(arg);
                result.uses.insert(result.uses.end(), value.uses.begin(), value.uses.end());
            }
            if (view.expr->getType()->isRecordType() && view.expr->isPRValue()) {
                places_[view.expr] = destinationOf(view.expr);
                // get_future() and the like refer to what their object does.
                if (view.hasObject) emitStore(places_[view.expr], {loadOf(view.object), {}}, view.expr->getExprLoc()).isInit = true;
                result.value = loadOf(places_[view.expr]);
            }
            return result;
        }
        case Effect::acquire:
        case Effect::release:
        case Effect::initLock:
        case Effect::setLockKind:
        case Effect::destroyLock:
        case Effect::wait:
        case Effect::lockAll:
            return applyLockModel(model, view);
        case Effect::guardLock:
        case Effect::guardTryLock:
        case Effect::guardUnlock:
        case Effect::guardRelease:
        case Effect::guardOwns:
            return applyGuardModel(model, view);
        case Effect::signal:
        case Effect::await:
        case Effect::spawn:
        case Effect::join:
        case Effect::detach:
        case Effect::barrier:
        case Effect::once:
        case Effect::exitThread:
        case Effect::callback:
            return applyThreadModel(model, view);
        case Effect::atomicLoad:
        case Effect::atomicStore:
        case Effect::atomicRmw:
        case Effect::atomicTake:
        case Effect::atomicClear:
        case Effect::atomicCas:
        case Effect::fence:
            return applyAtomicModel(model, view);
        default:
            return applyMemoryModel(model, view);
    }
}

std::optional<FunctionLowering::Rvalue> FunctionLowering::applyLockModel(const models::Model& model, const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    Rvalue result;
    if (model.effect == Effect::lockAll) {
        for (const clang::Expr* arg : view.args) {
            ir::Place lock = place(arg);
            if (models::findGuard(context_.typeName(arg->getType()))) lock = guardLock(lock);
            ir::Op& op = emit(ir::OpKind::acquire, at);
            op.place = lock;
            op.lockKind = ir::LockKind::mutex;
            op.grouped = true;
        }
        return result;
    }
    ir::Place lock = argumentPlace(view, model.object);
    if (!lock.valid()) return result;
    switch (model.effect) {
        case Effect::acquire: {
            ir::Op& op = emit(ir::OpKind::acquire, at);
            op.place = lock;
            op.lockKind = model.lockKind;
            op.mode = model.mode;
            op.attempt = model.attempt;
            // A blocking lock fails only for misuse; what it returns says nothing.
            if (model.attempt == ir::Attempt::must) return result;
            const ir::Root got = temporary(view.expr->getType());
            op.result = got;
            op.successValue = model.success;
            result.value = loadOf({got, {}});
            result.uses.push_back({got, {}});
            return result;
        }
        case Effect::release:
            emit(ir::OpKind::release, at).place = lock;
            return result;
        case Effect::initLock: {
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
            ir::Op& op = emit(ir::OpKind::initLock, at);
            op.place = lock;
            op.lockKind = model.lockKind;
            op.value = attributes;
            return result;
        }
        case Effect::setLockKind:
            emitStore(field(lock, "$kind"), rvalue(view.args[model.other]), at).isInit = true;
            return result;
        case Effect::destroyLock:
            emit(ir::OpKind::destroyLock, at).place = lock;
            return result;
        default:
            break;
    }
    // wait
    ir::Value mutex;
    if (model.other >= 0 && model.other < static_cast<int>(view.args.size())) {
        const clang::Expr* arg = view.args[model.other];
        if (models::findGuard(context_.typeName(arg->getType()))) mutex = addressOf(guardLock(place(arg)));
        else mutex = argumentValue(arg);
    }
    const bool predicate = model.callback >= 0 && model.callback < static_cast<int>(view.args.size());
    ir::Root timedOut = temporary(view.expr->getType());
    if (predicate) emitCallback(view, model.callback, {});
    ir::Op& op = emit(ir::OpKind::wait, at);
    op.place = lock;
    op.args.push_back(mutex);
    op.timed = model.timed;
    op.looped = predicate;
    if (predicate) emitCallback(view, model.callback, {});
    if (!view.expr->getType()->isVoidType()) result.value = loadOf({timedOut, {}});
    return result;
}

std::optional<FunctionLowering::Rvalue> FunctionLowering::applyGuardModel(const models::Model& model, const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    const auto* method = llvm::cast<clang::CXXMethodDecl>(view.callee);
    const std::string klass = context_.qualifiedName(method->getParent());
    const models::Guard* guard = models::findGuard(klass);
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

// std::jthread passes a stop token of its own to a function that takes one first.
bool FunctionLowering::wantsStopToken(const clang::Expr* entry) const {
    const clang::FunctionProtoType* prototype = nullptr;
    clang::QualType type = entry->getType();
    if (const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl(); record && record->isLambda() && record->getLambdaCallOperator())
        prototype = record->getLambdaCallOperator()->getType()->getAs<clang::FunctionProtoType>();
    else
        prototype = (type->isPointerType() ? type->getPointeeType() : type)->getAs<clang::FunctionProtoType>();
    return prototype && prototype->getNumParams() > 0 && context_.typeName(prototype->getParamType(0)) == "std::stop_token";
}

std::optional<FunctionLowering::Rvalue> FunctionLowering::applyThreadModel(const models::Model& model, const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    Rvalue result;
    switch (model.effect) {
        case Effect::signal: {
            ir::Place object = argumentPlace(view, model.object);
            ir::Op& op = emit(ir::OpKind::signal, at);
            op.place = object;
            op.broadcast = model.broadcast;
            op.lockKind = model.lockKind;
            return result;
        }
        case Effect::await: {
            ir::Place object = argumentPlace(view, model.object);
            ir::Op& op = emit(ir::OpKind::await, at);
            op.place = object;
            op.timed = model.timed;
            op.lockKind = model.lockKind;
            return result;
        }
        case Effect::barrier: {
            ir::Place object = argumentPlace(view, model.object);
            emit(ir::OpKind::barrier, at).place = object;
            return result;
        }
        case Effect::join:
        case Effect::detach: {
            ir::Place handle = model.object == kThis ? view.object : ir::Place{};
            if (model.object >= 0 && model.object < static_cast<int>(view.args.size())) {
                const Rvalue value = rvalue(view.args[model.object]);
                if (value.value.kind == ir::ValueKind::load) handle = value.value.place;
            }
            emit(model.effect == Effect::join ? ir::OpKind::join : ir::OpKind::detach, at).place = handle;
            return result;
        }
        case Effect::exitThread:
            emit(ir::OpKind::exitThread, at);
            return result;
        case Effect::callback:
            emitCallback(view, model.callback, {});
            return result;
        case Effect::once: {
            ir::Place flag = argumentPlace(view, model.object);
            Callable target = callable(view.args[model.callback], false);
            std::vector<ir::Value> args = target.bound;
            for (size_t i = model.callback + 1; i < view.args.size(); ++i) args.push_back(copiedArgument(view.args[i]));
            ir::Op& op = emit(ir::OpKind::once, at);
            op.place = flag;
            op.value = target.callee;
            op.args = std::move(args);
            return result;
        }
        default:
            break;
    }
    // spawn
    int entry = model.callback;
    if (entry < static_cast<int>(view.args.size()) && context_.typeName(view.args[entry]->getType()) == "std::launch") ++entry;
    if (entry >= static_cast<int>(view.args.size())) return result;
    Callable target = callable(view.args[entry], true);
    std::vector<ir::Value> args = target.bound;
    if (wantsStopToken(view.args[entry]) && context_.qualifiedName(view.callee) == "std::jthread::jthread") args.emplace_back();
    for (size_t i = entry + 1; i < view.args.size(); ++i) args.push_back(copiedArgument(view.args[i]));
    ir::Place handle;
    if (model.object == kThis) handle = view.object;
    else if (model.object >= 0) handle = argumentPlace(view, model.object);
    else handle = view.expr->getType()->isRecordType() ? destinationOf(view.expr) : ir::Place{temporary(view.expr->getType()), {}};
    if (model.object == kNone) {
        if (view.expr->getType()->isRecordType()) places_[view.expr] = handle;
        result.value = loadOf(handle);
    }
    ir::Op& op = emit(ir::OpKind::spawn, at);
    op.place = handle;
    op.value = target.callee;
    op.args = std::move(args);
    return result;
}

FunctionLowering::Rvalue FunctionLowering::emitRmw(const ir::Place& place, const clang::Expr* expr, ir::MemoryOrder order, bool takesFlag) {
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

FunctionLowering::Rvalue FunctionLowering::emitCas(const ir::Place& place, const clang::Expr* expr, ir::MemoryOrder order) {
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

void FunctionLowering::emitAtomicStore(const ir::Place& place, const Rvalue& value, const clang::Expr* expr, ir::MemoryOrder order) {
    ir::Op& store = emitStore(place, value, expr->getExprLoc());
    store.order = order;
    if (value.value.kind != ir::ValueKind::constant || value.value.constant != 0) return;
    ir::Op& op = emit(ir::OpKind::release, expr->getExprLoc());
    op.place = place;
    op.lockKind = ir::LockKind::flag;
    op.conditional = true;
}

std::optional<FunctionLowering::Rvalue> FunctionLowering::applyAtomicModel(const models::Model& model, const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    Rvalue result;
    if (model.effect == Effect::fence) {
        ir::MemoryOrder order = orderArgument(view, model.other);
        emit(ir::OpKind::fence, at).order = order;
        return result;
    }
    ir::Place object = argumentPlace(view, model.object);
    if (!object.valid()) return result;
    const ir::MemoryOrder order = orderArgument(view, model.other);
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
            const bool sets = operand >= view.args.size() || identifier(view.callee).contains("test_and_set") || identifier(view.callee).contains("flag") ||
                              (given.value.kind == ir::ValueKind::constant && given.value.constant != 0);
            return emitRmw(object, view.expr, order, sets);
        }
        case Effect::atomicCas:
            return emitCas(object, view.expr, order);
        default:
            return emitRmw(object, view.expr, order, false);
    }
}

std::optional<FunctionLowering::Rvalue> FunctionLowering::lowerSyncBuiltin(const CallView& view) {
    llvm::StringRef name = identifier(view.callee);
    Rvalue result;
    if (name == "__sync_synchronize") {
        emit(ir::OpKind::fence, view.expr->getExprLoc()).order = ir::MemoryOrder::seqCst;
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
    return emitRmw(object, view.expr, ir::MemoryOrder::seqCst, false);
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
    return emitRmw(object, expr, order, false);
}

std::optional<FunctionLowering::Rvalue> FunctionLowering::applyMemoryModel(const models::Model& model, const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    Rvalue result;
    for (const clang::Expr* arg : view.args) {
        if (!arg->isPRValue()) continue;
        const Rvalue value = rvalue(arg);
        result.uses.insert(result.uses.end(), value.uses.begin(), value.uses.end());
    }
    const clang::QualType objectType = view.hasObject && llvm::isa<clang::CXXMethodDecl>(view.callee)
                                           ? ast_.getRecordType(llvm::cast<clang::CXXMethodDecl>(view.callee)->getParent())
                                           : view.expr->getType();
    switch (model.effect) {
        case Effect::allocate: {
            ir::Root pointer = temporary(view.expr->getType());
            emit(ir::OpKind::alloc, at).place = {pointer, {}};
            result.value = loadOf({pointer, {}});
            return result;
        }
        case Effect::deallocate: {
            ir::Place object = argumentPlace(view, model.object);
            emitAccess(ir::OpKind::free, object, at);
            return result;
        }
        case Effect::forward: {
            if (model.object == kThis) {
                result.value = addressOf(view.object);
                if (view.expr->isGLValue()) places_[view.expr] = view.object;
                return result;
            }
            const clang::Expr* arg = view.args[model.object];
            if (arg->isPRValue()) return rvalue(arg);
            ir::Place object = place(arg);
            result.value = addressOf(object);
            if (view.expr->isPRValue() && view.expr->getType()->isRecordType()) {
                ir::Place wrapper = destinationOf(view.expr);
                places_[view.expr] = wrapper;
                emitStore(wrapper, result, at).isInit = true;
                result.value = loadOf(wrapper);
            }
            return result;
        }
        case Effect::copyMemory: {
            ir::Place to = argumentPlace(view, model.object), from = argumentPlace(view, model.other);
            if (tracked(from, ast_.CharTy)) emitAccess(ir::OpKind::load, from, at);
            if (to.valid()) emitStore(to, {loadOf(from), {}}, at);
            return rvalue(view.args[model.object]);
        }
        case Effect::writeMemory: {
            ir::Place to = argumentPlace(view, model.object);
            if (tracked(to, ast_.CharTy)) emitStore(to, {}, at);
            return result;
        }
        case Effect::readMemory: {
            ir::Place from = argumentPlace(view, model.object);
            if (tracked(from, ast_.CharTy)) emitAccess(ir::OpKind::load, from, at);
            if (from.valid()) result.uses.push_back(from);
            return result;
        }
        case Effect::pointerGet: {
            ir::Place held = field(view.object, "$pointer");
            if (tracked(view.object, objectType)) emitAccess(ir::OpKind::load, held, at);
            result.value = loadOf(held);
            result.uses.push_back(held);
            if (view.expr->getType()->isRecordType() && view.expr->isPRValue()) {  // weak_ptr::lock
                places_[view.expr] = destinationOf(view.expr);
                emitStore(places_[view.expr], {loadOf(view.object), {}}, at).isInit = true;
            }
            return result;
        }
        case Effect::pointerReset: {
            Rvalue value;
            value.value = constantOf(0);
            if (!view.args.empty() && view.args[0]->isPRValue()) value = rvalue(view.args[0]);
            emitStore(field(view.object, "$pointer"), value, at);
            return result;
        }
        case Effect::makePointer: {
            ir::Place object = destinationOf(view.expr);
            places_[view.expr] = object;
            ir::Root pointer = temporary(ast_.VoidPtrTy);
            emit(ir::OpKind::alloc, at).place = {pointer, {}};
            emitStore(field(object, "$pointer"), {loadOf({pointer, {}}), {}}, at).isInit = true;
            for (const clang::Expr* arg : view.args)
                if (arg->isGLValue()) loadFrom(place(arg), arg->getType(), arg->getExprLoc());
            result.value = loadOf(object);
            return result;
        }
        case Effect::callStored: {
            if (tracked(view.object, objectType)) emitAccess(ir::OpKind::load, view.object, at);
            return emitCall({view.expr, nullptr, {}, false, view.args}, loadOf(field(view.object, "$callable")));
        }
        case Effect::element:
        case Effect::elementWrite: {
            ir::Place object = view.hasObject ? view.object : argumentPlace(view, 0);
            if (tracked(object, objectType)) {
                emitAccess(ir::OpKind::load, field(object, "$state"), at);
                if (model.effect == Effect::elementWrite) emitAccess(ir::OpKind::store, field(object, "$state"), at);
            }
            ir::Place element = anyElement(object);
            if (view.expr->isPRValue() && view.expr->getType()->isRecordType()) {
                places_[view.expr] = destinationOf(view.expr);
                emitStore(field(places_[view.expr], "$iterator"), {addressOf(element), {field(object, "$state")}}, at).isInit = true;
                result.value = loadOf(places_[view.expr]);
            } else {
                result.value = addressOf(element);
            }
            result.uses.push_back(field(object, "$state"));
            return result;
        }
        case Effect::insert: {
            if (tracked(view.object, objectType)) {
                emitAccess(ir::OpKind::load, field(view.object, "$state"), at);
                emitAccess(ir::OpKind::store, field(view.object, "$state"), at);
            }
            ir::Place element = anyElement(view.object);
            const auto* container = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(llvm::cast<clang::CXXMethodDecl>(view.callee)->getParent());
            if (container && identifier(view.callee).starts_with("emplace") && container->getTemplateArgs().size() &&
                container->getTemplateArgs()[0].getKind() == clang::TemplateArgument::Type) {
                // emplace of a thread starts it.
                const std::string type = context_.typeName(container->getTemplateArgs()[0].getAsType());
                if ((type == "std::thread" || type == "std::jthread") && !view.args.empty()) {
                    CallView made = view;
                    made.object = element;
                    if (context_.typeName(view.args[0]->getType()) != type) {
                        applyThreadModel(*models::findModel("std::thread::thread"), made);
                        return result;
                    }
                }
            }
            for (const clang::Expr* arg : view.args) {
                if (arg->getType()->isRecordType() || arg->isPRValue()) {
                    Rvalue value = arg->isGLValue() ? loadFrom(place(arg), arg->getType(), at) : rvalue(arg);
                    const std::string type = context_.typeName(arg->getType());
                    if (value.value.kind != ir::ValueKind::unknown && value.value.kind != ir::ValueKind::constant)
                        emitStore(element, value, at).isInit = true;
                } else {
                    Rvalue value = loadFrom(place(arg), arg->getType(), at);
                    emitStore(element, value, at).isInit = true;
                }
            }
            return result;
        }
        default:
            return std::nullopt;
    }
}

}  // namespace raddle::lower
