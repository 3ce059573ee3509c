// What models say of threads, signals, barriers and what runs once.
#include "analyzer/lower/function_lowering.h"

namespace raddle::lower {
namespace {

using models::Effect;
using models::kNone;
using models::kThis;

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
        case Effect::join:
        case Effect::detach: {
            ir::Place handle = model.object == kThis ? view.object : ir::Place{};
            if (model.object >= 0 && model.object < static_cast<int>(view.args.size())) {
                const Rvalue value = rvalue(view.args[model.object]);
                if (value.value.kind == ir::ValueKind::load) handle = value.value.place;
            }
            emit(model.effect == Effect::join ? ir::OpKind::join : ir::OpKind::detach, at).place = handle;
            // std::future::get gives what the thread made.
            return view.expr->getType()->isIntegerType() && model.object != kThis ? succeeds(view) : Rvalue{};
        }
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

FunctionLowering::Rvalue FunctionLowering::emitSpawn(const models::Model& model, const CallView& view) {
    Rvalue result;
    int entry = model.callback;
    if (entry < static_cast<int>(view.args.size()) && context_.typeName(view.args[entry]->getType()) == "std::launch")
        ++entry;
    if (entry >= static_cast<int>(view.args.size())) return result;
    Callable target = callable(view.args[entry], true);
    std::vector<ir::Value> args = target.bound;
    if (wantsStopToken(view.args[entry]) && context_.qualifiedName(view.callee) == "std::jthread::jthread")
        args.emplace_back();
    if (model.argument == models::kAllThatFollow) {
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
    ir::Op& op = emit(ir::OpKind::spawn, view.expr->getExprLoc());
    op.place = handle;
    op.value = target.callee;
    op.args = std::move(args);
    return result;
}

}  // namespace raddle::lower
