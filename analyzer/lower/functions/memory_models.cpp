// What models say of memory: allocation, copies, smart pointers, stored functions, containers.
#include "analyzer/lower/functions/function_lowering.h"

#include <algorithm>
#include <iterator>

namespace raddle::lower {
namespace {

using models::Effect;
using models::kThis;

}  // namespace

std::optional<FunctionLowering::Rvalue> FunctionLowering::applyMemoryModel(const models::Model& model,
                                                                           const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    Rvalue result;
    for (const clang::Expr* arg : view.args) {
        if (!arg->isPRValue()) continue;
        const Rvalue value = rvalue(arg);
        result.uses.insert(result.uses.end(), value.uses.begin(), value.uses.end());
    }
    switch (model.effect) {
        case Effect::allocate: {
            if (model.object >= 0) {  // through an argument
                const ir::Place to = argumentPlace(view, model.object);
                if (to.valid()) emit(ir::OpKind::alloc, at).place = to;
                return succeeds(view);
            }
            ir::Root pointer = temporary(view.expr->getType());
            emit(ir::OpKind::alloc, at).place = {pointer, {}};
            result.value = loadOf({pointer, {}});
            return result;
        }
        case Effect::deallocate:
            emitAccess(ir::OpKind::free, argumentPlace(view, model.object), at);
            return result;
        case Effect::reallocate: {
            // The object goes on under its name; whoever uses it meanwhile may use what has been freed.
            const ir::Place moved = argumentPlace(view, model.object);
            if (tracked(moved, ast_.CharTy)) emitStore(range(moved), {}, at);
            return emitForward(model, view, std::move(result));
        }
        case Effect::forward:
            return emitForward(model, view, std::move(result));
        case Effect::copyMemory: {
            ir::Place to = argumentPlace(view, model.object), from = argumentPlace(view, model.other);
            if (tracked(from, ast_.CharTy)) emitAccess(ir::OpKind::load, range(from), at);
            if (to.valid()) emitStore(range(to), {loadOf(from), {}}, at);
            return rvalue(view.args[model.object]);
        }
        case Effect::writeMemory: {
            ir::Place to = argumentPlace(view, model.object);
            if (tracked(to, ast_.CharTy)) emitStore(range(to), {}, at);
            return result;
        }
        case Effect::readMemory: {
            ir::Place from = argumentPlace(view, model.object);
            if (tracked(from, ast_.CharTy)) emitAccess(ir::OpKind::load, range(from), at);
            if (from.valid()) result.uses.push_back(from);
            if (model.other == models::kNone) return result;
            from = argumentPlace(view, model.other);
            if (tracked(from, ast_.CharTy)) emitAccess(ir::OpKind::load, range(from), at);
            return result;
        }
        default:
            return applyObjectModel(model, view, std::move(result));
    }
}

// What smart pointers, stored functions and containers do. `result` has what the arguments were computed from.
std::optional<FunctionLowering::Rvalue> FunctionLowering::applyObjectModel(const models::Model& model,
                                                                           const CallView& view, Rvalue result) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    switch (model.effect) {
        case Effect::pointerGet:
            return emitPointerGet(view, std::move(result));
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
            const auto* owner = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(
                view.expr->getType()->getAsCXXRecordDecl());
            const bool made = owner && owner->getTemplateArgs().size() > 0 &&
                              owner->getTemplateArgs()[0].getKind() == clang::TemplateArgument::Type &&
                              emplace(view, {pointer, {ir::Step{}}}, owner->getTemplateArgs()[0].getAsType());
            emitStore(field(object, "$pointer"), {loadOf({pointer, {}}), {}}, at).isInit = true;
            for (const clang::Expr* arg : view.args)
                if (!made && arg->isGLValue()) loadFrom(place(arg), arg->getType(), arg->getExprLoc());
            result.value = loadOf(object);
            return result;
        }
        case Effect::pointerToThis:
            return pointerTo(addressOf(view.object), view);
        case Effect::pointerCast:
            if (view.args.empty()) return std::nullopt;
            return pointerTo(loadOf(field(place(view.args[0]), "$pointer")), view);
        case Effect::part:
            return emitGet(view);
        case Effect::makeParts:
            places_[view.expr] = destinationOf(view.expr);
            makeParts(places_[view.expr], view.expr->getType(), view);
            return Rvalue{loadOf(places_[view.expr]), {}};
        case Effect::swapContents: {
            const ir::Place one = argumentPlace(view, model.object);
            const auto other = static_cast<size_t>(model.other);
            if (other >= view.args.size()) return std::nullopt;
            emitSwap(one, place(view.args[other]), view.args[other]->getType(), at);
            return result;
        }
        case Effect::exchange:
            if (view.args.size() < 2) return std::nullopt;
            return emitExchange(view);
        case Effect::callStored:
            if (tracked(view.object, objectType(view))) emitAccess(ir::OpKind::load, view.object, at);
            return emitCall({view.expr, nullptr, {}, false, view.args}, loadOf(field(view.object, "$callable")));
        case Effect::element:
        case Effect::elementWrite:
            return emitElement(view, model.effect == Effect::elementWrite, std::move(result));
        case Effect::insert:
            emitInsert(view);
            return result;
        default:
            return std::nullopt;
    }
}

// The class whose method is called, else the type of what the call returns.
clang::QualType FunctionLowering::objectType(const CallView& view) const {
    if (view.hasObject)
        if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(view.callee))
            return ast_.getRecordType(method->getParent());
    return view.expr->getType();
}

// std::move, std::forward, std::ref and the like give back what they are given.
FunctionLowering::Rvalue FunctionLowering::emitForward(const models::Model& model, const CallView& view,
                                                       Rvalue result) {
    if (model.object == kThis) {
        result.value = addressOf(view.object);
        if (view.expr->isGLValue()) places_[view.expr] = view.object;
        return result;
    }
    const clang::Expr* arg = view.args[model.object];
    if (arg->isPRValue()) return rvalue(arg);
    result.value = addressOf(place(arg));
    if (view.expr->isPRValue() && view.expr->getType()->isRecordType()) {
        ir::Place wrapper = destinationOf(view.expr);
        places_[view.expr] = wrapper;
        emitStore(wrapper, result, view.expr->getExprLoc()).isInit = true;
        result.value = loadOf(wrapper);
    }
    return result;
}

FunctionLowering::Rvalue FunctionLowering::emitPointerGet(const CallView& view, Rvalue result) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    ir::Place held = field(view.object, "$pointer");
    if (tracked(view.object, objectType(view))) emitAccess(ir::OpKind::load, held, at);
    result.value = loadOf(held);
    result.uses.push_back(held);
    if (view.expr->getType()->isRecordType() && view.expr->isPRValue()) {  // weak_ptr::lock
        places_[view.expr] = destinationOf(view.expr);
        emitStore(places_[view.expr], {loadOf(view.object), {}}, at).isInit = true;
    }
    return result;
}

// A smart pointer that a call returns.
FunctionLowering::Rvalue FunctionLowering::pointerTo(const ir::Value& pointer, const CallView& view) {
    const ir::Place made = destinationOf(view.expr);
    places_[view.expr] = made;
    emitStore(field(made, "$pointer"), {pointer, {}}, view.expr->getExprLoc()).isInit = true;
    return {loadOf(made), {}};
}

// Whether a call gives the element of a sequence by its number. Threads and locks in
// containers are joined and taken by loops over all.
bool FunctionLowering::isNumbered(const CallView& view) const {
    static constexpr llvm::StringRef kSequences[] = {"std::vector", "std::array", "std::deque", "std::span",
                                                     "std::basic_string"};
    const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(view.callee);
    if (!method || !view.hasObject || view.args.size() != 1 || !view.expr->isGLValue() ||
        !view.args[0]->getType()->isIntegerType() || holdsThreads(view.expr->getType()))
        return false;
    const std::string name = context_.qualifiedName(method->getParent());
    return std::find(std::begin(kSequences), std::end(kSequences), name) != std::end(kSequences);
}

// Whether an object of the type can be what a thread is joined by, or holds locks.
bool FunctionLowering::holdsThreads(clang::QualType type, int depth) const {
    if (type->isPointerType()) return true;
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    if (!record) return context_.isSynchronisation(type);
    if (context_.isAtomic(type)) return false;
    if (context_.isInSystemHeader(record->getLocation()) || !record->hasDefinition() || depth > 2) return true;
    return record->getNumBases() > 0 ||
           std::any_of(record->field_begin(), record->field_end(),
                       [&](const clang::FieldDecl* field) { return holdsThreads(field->getType(), depth + 1); });
}

// An element of a container, as a reference or an iterator.
FunctionLowering::Rvalue FunctionLowering::emitElement(const CallView& view, bool writes, Rvalue result) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    ir::Place object = view.hasObject ? view.object : argumentPlace(view, 0);
    if (tracked(object, objectType(view))) {
        emitAccess(ir::OpKind::load, field(object, "$state"), at);
        if (writes) emitAccess(ir::OpKind::store, field(object, "$state"), at);
    }
    ir::Place element = anyElement(object);
    if (isNumbered(view)) element.steps.back() = indexStep(view.args[0]);
    if (givesMapped(view)) element = field(element, "std::pair::second");
    if (view.expr->isPRValue() && view.expr->getType()->isRecordType()) {
        places_[view.expr] = destinationOf(view.expr);
        emitStore(field(places_[view.expr], "$iterator"), {addressOf(element), {field(object, "$state")}}, at).isInit =
            true;
        result.value = loadOf(places_[view.expr]);
    } else {
        result.value = addressOf(element);
    }
    result.uses.push_back(field(object, "$state"));
    return result;
}

// Whether an expression is all of a statement, so that nobody looks at its value.
bool FunctionLowering::isStatement(const clang::Stmt* within, const clang::Expr* expr) {
    const bool holdsStatements = !llvm::isa<clang::Expr, clang::DeclStmt, clang::ReturnStmt>(within);
    for (const clang::Stmt* child : within->children()) {
        if (!child) continue;
        const auto* alone = llvm::dyn_cast<clang::Expr>(child);
        if (holdsStatements && alone && stripWrappers(alone) == stripWrappers(expr)) return true;
        if (!alone && isStatement(child, expr)) return true;
    }
    return false;
}

void FunctionLowering::emitInsert(const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    if (tracked(view.object, objectType(view))) {
        emitAccess(ir::OpKind::load, field(view.object, "$state"), at);
        ir::Op& store = emit(ir::OpKind::store, at);
        store.place = field(view.object, "$state");
        // What tells whether it has inserted leaves alone what is there, and who asks knows.
        store.conditional =
            context_.typeName(view.expr->getType()) == "std::pair" && !isStatement(decl_->getBody(), view.expr);
    }
    const ir::Place element = anyElement(view.object);
    if (const clang::QualType type = emplacedType(view); !type.isNull()) {
        // What a library makes is put in whole; a thread is started where it stays.
        const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
        const bool whole =
            record && context_.isInSystemHeader(record->getLocation()) && !context_.typeName(type).ends_with("thread");
        const ir::Place made = whole ? ir::Place{temporary(type), {}} : element;
        if (emplace(view, made, type)) {
            if (whole) emitStore(element, {loadOf(made), {made}}, at).isInit = true;
            return;
        }
    }
    fill(view.object, objectType(view), view);
}

}  // namespace raddle::lower
