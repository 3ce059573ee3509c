// Calls: plain ones, which model speaks of a library function, and defaults for the rest of the libraries.
#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

using models::Effect;
using models::kThis;

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
    } else if (llvm::isa<clang::CXXOperatorCallExpr>(call) &&
               llvm::isa_and_nonnull<clang::CXXMethodDecl>(view.callee) &&
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
    const models::FileCall* file = models::findFileCall(name);
    if (file) beginFileCall(*file, view);
    result = lowerCallee(view, name);
    if (file) endFileCall(*file, view, result);
    return result;
}

// What the called function is, by a model or as a function of the program.
FunctionLowering::Rvalue FunctionLowering::lowerCallee(const CallView& view, const std::string& name) {
    const models::Model* model = context_.models().find(name);
    // A conversion operator is named after its type; that of an atomic loads.
    if (!model && llvm::isa<clang::CXXConversionDecl>(view.callee)) {
        const auto* method = llvm::cast<clang::CXXMethodDecl>(view.callee);
        const std::string klass = context_.qualifiedName(method->getParent());
        if (klass == "std::__atomic_base" || klass == "std::atomic" || klass == "std::__atomic_float")
            model = context_.models().find("std::atomic::load");
        if (klass == "std::reference_wrapper") model = context_.models().find("std::reference_wrapper::get");
    }
    if (model)
        if (auto lowered = applyModel(*model, view)) return *lowered;
    if (name == "std::bind" || name == "boost::bind") return bindCall(view);
    if (isTrivialAssignment(view)) return assignRecord(view);
    if (context_.isInSystemHeader(view.callee->getLocation())) {
        if (view.hasObject) return emitSystemMethod(view);
        if (ast_.getLangOpts().CPlusPlus && !view.callee->isExternC()) return emitOpaque(view);
    }
    ir::Value callee;
    callee.kind = ir::ValueKind::function;
    callee.function = context_.functionKey(view.callee);
    return emitCall(view, callee);
}

// The assignment that the compiler writes for a plain struct is a store like any other.
bool FunctionLowering::isTrivialAssignment(const CallView& view) const {
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(view.callee);
    return method && view.hasObject && view.args.size() == 1 && method->isTrivial() &&
           (method->isCopyAssignmentOperator() || method->isMoveAssignmentOperator());
}

FunctionLowering::Rvalue FunctionLowering::assignRecord(const CallView& view) {
    const clang::Expr* from = view.args[0];
    if (!context_.isSynchronisation(from->getType()))
        emitStore(view.object, loadFrom(place(from), from->getType(), from->getExprLoc()), view.expr->getExprLoc());
    return {addressOf(view.object), {}};
}

ir::Value FunctionLowering::argumentValue(const clang::Expr* expr) {
    if (expr->isGLValue()) return addressOf(place(expr));
    return rvalue(expr).value;
}

// Who is given a std::unique_ptr by value has what it points to: the temporary that is left points to nothing.
void FunctionLowering::giveAway(const clang::Expr* arg) {
    if (!arg->isPRValue() || context_.typeName(arg->getType()) != "std::unique_ptr") return;
    const ir::Value given = rvalue(arg).value;
    if (given.kind == ir::ValueKind::load)
        emitStore(field(given.place, "$pointer"), {constantOf(0), {}}, arg->getExprLoc());
}

// Whether the class of the object decides what runs.
bool FunctionLowering::isDispatched(const CallView& view) {
    const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(view.callee);
    const auto* call = llvm::dyn_cast<clang::CallExpr>(view.expr);
    if (!method || !method->isVirtual() || !call) return false;
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(call->getCallee()->IgnoreParens());
    return !(member && member->hasQualifier());
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
        ir::Place at =
            view.expr->getType()->isRecordType() && view.expr->isPRValue() ? destinationOf(view.expr) : ir::Place{};
        if (at.valid() && at.steps.empty() && at.root.kind == ir::RootKind::local)
            target = at.root;
        else
            target = temporary(type);
        if (view.expr->isPRValue() && view.expr->getType()->isRecordType())
            places_[view.expr] = at.valid() ? at : ir::Place{target, {}};
        result.value = loadOf({target, {}});
        result.uses.push_back({target, {}});
    }
    const bool dispatches = isDispatched(view);
    if (dispatches) emitAccess(ir::OpKind::load, field(view.object, "$class"), view.expr->getExprLoc());
    const bool isOpaque = view.callee && context_.isInSystemHeader(view.callee->getLocation());
    if (isOpaque) accessByPrototype(view);
    ir::Op& op = emit(ir::OpKind::call, view.expr->getExprLoc());
    op.value = callee;
    op.isVirtual = dispatches;
    op.args = std::move(args);
    op.uses = std::move(uses);
    op.result = target;
    op.opaque = isOpaque;
    for (const clang::Expr* arg : view.args) giveAway(arg);
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
        const clang::CXXRecordDecl* record = arg->getType()->getAsCXXRecordDecl();
        if (record && record->isLambda()) emitCallback(view, static_cast<int>(i), {});  // an algorithm's
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
    } else if (view.expr->isGLValue() && !view.args.empty() && view.args[0]->isGLValue() &&
               place(view.args[0]).valid()) {
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
    // What an iterator's arithmetic gives is of the same container.
    if (ast_.hasSameUnqualifiedType(view.expr->getType(), type) && method->isOverloadedOperator() &&
        method->getOverloadedOperator() != clang::OO_Equal) {
        if (view.expr->isGLValue())
            result.value = addressOf(view.object);
        else
            emitStore(places_[view.expr], {loadOf(view.object), {}}, view.expr->getExprLoc()).isInit = true;
        return result;
    }
    if (method->getOverloadedOperator() == clang::OO_Subscript &&
        context_.qualifiedName(method->getParent()).find("iterator") != std::string::npos) {
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
            emitStore(field(view.object, "$callable"),
                      {stored.bound.empty() || stored.isBound ? stored.callee : stored.bound.front(), {}},
                      view.expr->getExprLoc())
                .isInit = true;
        } else if (!assignParts(view, type) && source.valid()) {
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

// What a thread or a bound call gets of an argument: a copy, unless it is wrapped in std::ref.
ir::Value FunctionLowering::copiedArgument(const clang::Expr* expr) {
    const clang::Expr* bare = expr->IgnoreUnlessSpelledInSource();
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(bare); call && call->getDirectCallee()) {
        const std::string name = context_.qualifiedName(call->getDirectCallee());
        if ((name == "std::ref" || name == "std::cref") && call->getNumArgs() == 1)
            return addressOf(place(call->getArg(0)));
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
        if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(bare);
            made && made->getNumArgs() == 1 && isa<clang::LambdaExpr>(made->getArg(0)->IgnoreUnlessSpelledInSource()))
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

// What std::bind returns runs what it was given, with the arguments it was given before those of its caller.
FunctionLowering::Rvalue FunctionLowering::bindCall(const CallView& view) {
    Rvalue result;
    if (view.args.empty()) return result;
    Callable bound = callable(view.args[0], true);
    bound.isBound = true;
    for (size_t i = 1; i < view.args.size(); ++i) {
        const std::string type = context_.typeName(view.args[i]->getType());
        if (!type.starts_with("std::_Placeholder")) bound.bound.push_back(copiedArgument(view.args[i]));
    }
    boundCalls_[view.expr] = std::move(bound);
    if (view.expr->isPRValue() && view.expr->getType()->isRecordType())
        result.value = loadOf(places_[view.expr] = destinationOf(view.expr));
    return result;
}

bool FunctionLowering::emitCallback(const CallView& view, int index, const std::vector<ir::Value>& args) {
    if (index < 0 || index >= static_cast<int>(view.args.size())) return false;
    Callable target = callable(view.args[index], false);
    if (target.callee.kind == ir::ValueKind::unknown) return false;
    ir::Op& op = emit(ir::OpKind::call, view.args[index]->getExprLoc());
    op.value = target.callee;
    op.args = target.bound;
    op.args.insert(op.args.end(), args.begin(), args.end());
    return true;
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
            // Whether a thread is joinable is asked of its handle.
            if (view.hasObject && view.expr->getType()->isBooleanType()) result.uses.push_back(view.object);
            if (view.expr->getType()->isRecordType() && view.expr->isPRValue()) {
                places_[view.expr] = destinationOf(view.expr);
                // get_future() and the like refer to what their object does.
                if (view.hasObject)
                    emitStore(places_[view.expr], {loadOf(view.object), {}}, view.expr->getExprLoc()).isInit = true;
                result.value = loadOf(places_[view.expr]);
            } else if (view.expr->isPRValue() && !view.expr->getType()->isVoidType()) {
                const ir::Place made{temporary(view.expr->getType()), {}};
                emitStore(made, result, view.expr->getExprLoc()).isInit = true;
                result.value = loadOf(made);
                result.uses = {made};
            }
            return result;
        }
        case Effect::block: {
            ir::Value callee;
            callee.kind = ir::ValueKind::function;
            callee.function = context_.isInSystemHeader(view.callee->getLocation())
                                  ? context_.name(context_.qualifiedName(view.callee))
                                  : context_.functionKey(view.callee);
            const Rvalue result = emitCall(view, callee);
            // A time limit of 0 asks without waiting.
            const ir::Op& call = ops_->back();
            const bool atOnce = model.other >= 0 && model.other < static_cast<int>(call.args.size()) &&
                                call.args[model.other].kind == ir::ValueKind::constant &&
                                call.args[model.other].constant == 0;
            ops_->back().blocks = call.kind == ir::OpKind::call && !atOnce;
            return result;
        }
        case Effect::acquire:
        case Effect::release:
        case Effect::initLock:
        case Effect::setLockKind:
        case Effect::destroyLock:
        case Effect::wait:
        case Effect::lockAll:
        case Effect::lockedPointer:
        case Effect::lockedCallback:
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
        case Effect::joinable:
        case Effect::barrier:
        case Effect::once:
        case Effect::exitThread:
        case Effect::callback:
        case Effect::mute:
        case Effect::unmute:
        case Effect::benign:
            return applyThreadModel(model, view);
        case Effect::atomicLoad:
        case Effect::atomicStore:
        case Effect::atomicRmw:
        case Effect::atomicTake:
        case Effect::atomicClear:
        case Effect::atomicCas:
        case Effect::fence:
            return applyAtomicModel(model, view);
        case Effect::assume:
        case Effect::stop:
        case Effect::runAtomically:
            return applyFlowModel(model, view);
        default:
            return applyMemoryModel(model, view);
    }
}

}  // namespace raddle::lower
