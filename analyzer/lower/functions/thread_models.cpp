// What models say of threads, signals, barriers and what runs once.
#include <set>

#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

using models::Effect;
using models::kNone;
using models::kThis;

// A class's own or inherited method; null when it has none of this name.
const clang::CXXMethodDecl* findMethod(const clang::CXXRecordDecl* record, std::string_view name) {
    if (!record || !record->hasDefinition()) return nullptr;
    for (const clang::CXXMethodDecl* method : record->methods())
        if (identifier(method) == llvm::StringRef(name)) return method;
    for (const clang::CXXBaseSpecifier& base : record->bases())
        if (const auto* found = findMethod(base.getType()->getAsCXXRecordDecl(), name)) return found;
    return nullptr;
}

}  // namespace

// std::jthread passes a stop token of its own to a function that takes one first.
bool FunctionLowering::wantsStopToken(const clang::Expr* entry) const {
    const clang::FunctionProtoType* prototype = nullptr;
    clang::QualType type = entry->getType();
    if (const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
        record && record->isLambda() && record->getLambdaCallOperator())
        prototype = record->getLambdaCallOperator()->getType()->getAs<clang::FunctionProtoType>();
    else
        prototype = (type->isPointerType() ? type->getPointeeType() : type)->getAs<clang::FunctionProtoType>();
    return prototype && prototype->getNumParams() > 0 &&
           context_.typeName(prototype->getParamType(0)) == "std::stop_token";
}

std::optional<FunctionLowering::Rvalue> FunctionLowering::applyThreadModel(const models::Model& model,
                                                                           const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    switch (model.effect) {
        case Effect::signal: {
            ir::Place object = argumentPlace(view, model.object);
            ir::Op& op = emit(ir::OpKind::signal, at);
            op.place = object;
            op.broadcast = model.broadcast;
            op.lockKind = model.lockKind;
            return Rvalue{};
        }
        case Effect::await: {
            ir::Place object = argumentPlace(view, model.object);
            ir::Op& op = emit(ir::OpKind::await, at);
            op.place = object;
            op.timed = model.timed;
            op.lockKind = model.lockKind;
            return Rvalue{};
        }
        case Effect::barrier: {
            ir::Place object = argumentPlace(view, model.object);
            emit(ir::OpKind::barrier, at).place = object;
            return Rvalue{};
        }
        case Effect::joinable:
            return Rvalue{loadOf(field(view.object, "$joinable")), {view.object}};
        case Effect::join:
        case Effect::detach: {
            ir::Place handle = model.object == kThis ? view.object : ir::Place{};
            if (model.object >= 0 && model.object < static_cast<int>(view.args.size())) {
                const Rvalue value = rvalue(view.args[model.object]);
                const clang::QualType type = view.args[model.object]->getType();
                // Some libraries are given the handle, others its address.
                if (value.value.kind == ir::ValueKind::address ||
                    (type->isPointerType() && type->getPointeeType()->isScalarType()))
                    handle = pointee(value.value);
                else if (value.value.kind == ir::ValueKind::load)
                    handle = value.value.place;
            }
            ir::Value out;
            if (model.other >= 0 && model.other < static_cast<int>(view.args.size()))
                out = rvalue(view.args[model.other]).value;
            const ir::Root got = model.attempt == ir::Attempt::must ? ir::Root{} : temporary(view.expr->getType());
            ir::Op& op = emit(model.effect == Effect::join ? ir::OpKind::join : ir::OpKind::detach, at);
            op.place = handle;
            if (out.kind == ir::ValueKind::address || out.kind == ir::ValueKind::load) op.args.push_back(out);
            op.attempt = model.attempt;
            op.result = got;
            if (model.attempt != ir::Attempt::must) return Rvalue{loadOf({got, {}}), {{got, {}}}};
            // std::future::get gives what the thread made.
            return view.expr->getType()->isIntegerType() && model.object != kThis ? succeeds(view) : Rvalue{};
        }
        case Effect::mute:
        case Effect::unmute:
            emit(model.effect == Effect::mute ? ir::OpKind::mute : ir::OpKind::unmute, at).mode = model.mode;
            return Rvalue{};
        case Effect::benign:
            emitAccess(ir::OpKind::benign, argumentPlace(view, model.object), at);
            return Rvalue{};
        case Effect::exitThread:
            emit(ir::OpKind::exitThread, at);
            return Rvalue{};
        case Effect::callback:
            emitCallback(view, model.callback, {});
            return Rvalue{};
        case Effect::once:
            emitOnce(model, view);
            return Rvalue{};
        default:
            return emitSpawn(model, view);
    }
}

void FunctionLowering::emitOnce(const models::Model& model, const CallView& view) {
    ir::Place flag = argumentPlace(view, model.object);
    Callable target = callable(view.args[model.callback], false);
    std::vector<ir::Value> args = target.bound;
    for (size_t i = model.callback + 1; i < view.args.size(); ++i) args.push_back(copiedArgument(view.args[i]));
    ir::Op& op = emit(ir::OpKind::once, view.expr->getExprLoc());
    op.place = flag;
    op.value = target.callee;
    op.args = std::move(args);
}

// The method that runs in a thread which a method of the same object, or a call with the object, starts.
std::optional<FunctionLowering::Callable> FunctionLowering::startedMethod(const models::Model& model,
                                                                          const CallView& view) {
    const clang::Expr* object = nullptr;
    if (model.callback == kThis) {
        if (const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(view.expr))
            object = call->getImplicitObjectArgument();
    } else if (model.callback < static_cast<int>(view.args.size())) {
        object = view.args[model.callback];
    }
    if (!object) return std::nullopt;
    clang::QualType type = object->IgnoreParenImpCasts()->getType();
    if (type->isPointerType()) type = type->getPointeeType();
    const clang::CXXMethodDecl* method = findMethod(type->getAsCXXRecordDecl(), model.method);
    if (!method) return std::nullopt;
    Callable target;
    target.callee.kind = ir::ValueKind::function;
    target.callee.function = context_.functionKey(method);
    const ir::Place place = model.callback == kThis ? view.object : argumentPlace(view, model.callback);
    target.bound.push_back(addressOf(place));
    target.isVirtual = method->isVirtual() && !place.steps.empty() && place.steps.back().kind == ir::StepKind::deref;
    return target;
}

FunctionLowering::Rvalue FunctionLowering::emitSpawn(const models::Model& model, const CallView& view) {
    Rvalue result;
    std::optional<Callable> target;
    int entry = model.callback;
    if (!model.method.empty()) target = startedMethod(model, view);
    if (!target) {
        // Where to run it may come first.
        if (entry >= 0 && entry + 1 < static_cast<int>(view.args.size())) {
            const clang::QualType type = view.args[entry]->getType();
            const std::string name = context_.typeName(type->isPointerType() ? type->getPointeeType() : type);
            if (name == "std::launch" || name == "QThreadPool") ++entry;
        }
        if (entry < 0 || entry >= static_cast<int>(view.args.size())) return result;
        target = callable(view.args[entry], true);
    }
    std::vector<ir::Value> args = target->bound;
    if (entry >= 0 && wantsStopToken(view.args[entry]) &&
        (!view.callee || context_.qualifiedName(view.callee) == "std::jthread::jthread"))
        args.emplace_back();
    if (!model.method.empty() && !target->bound.empty()) {
        // It has what it needs in the object.
    } else if (model.argument == models::kAllThatFollow) {
        for (size_t i = entry + 1; i < view.args.size(); ++i) args.push_back(copiedArgument(view.args[i]));
    } else if (model.argument >= 0 && model.argument < static_cast<int>(view.args.size())) {
        args.resize(args.size() + model.position);
        args.push_back(copiedArgument(view.args[model.argument]));
    }
    ir::Place handle;
    if (model.object == kThis)
        handle = view.object;
    else if (model.object >= 0)
        handle = argumentPlace(view, model.object);
    else
        handle = view.expr->getType()->isRecordType() ? destinationOf(view.expr)
                                                      : ir::Place{temporary(view.expr->getType()), {}};
    if (model.object == kNone) {
        if (view.expr->getType()->isRecordType()) places_[view.expr] = handle;
        result.value = loadOf(handle);
    }
    for (int i = 0; i < (model.many ? 2 : 1); ++i) {  // two stand for several
        ir::Op& op = emit(ir::OpKind::spawn, view.expr->getExprLoc());
        op.place = handle;
        op.value = target->callee;
        op.args = args;
        op.isVirtual = target->isVirtual;
        if (model.object >= 0 && view.expr->getType()->isIntegerType()) {
            op.result = temporary(view.expr->getType());
            result.value = loadOf({op.result, {}});
            result.uses.push_back({op.result, {}});
        }
    }
    return result;
}

// Of a call whose result nobody looks at it is taken that it does what it is for.
void FunctionLowering::dropUnreadResults() {
    std::set<ir::Root> read;
    const auto reads = [&](const ir::Place& place) { read.insert(place.root); };
    for (const ir::Block& block : out_.blocks) {
        reads(block.condition.place);
        for (const ir::Place& use : block.condition.uses) reads(use);
        for (const ir::Op& op : block.ops) {
            reads(op.place);
            reads(op.value.place);
            for (const ir::Place& use : op.uses) reads(use);
            for (const ir::Value& arg : op.args) reads(arg.place);
        }
    }
    for (ir::Block& block : out_.blocks)
        for (ir::Op& op : block.ops)
            if (op.kind == ir::OpKind::spawn && !read.contains(op.result)) op.result = {};
}

}  // namespace raddle::lower
