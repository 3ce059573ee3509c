// Objects of the standard library that are made of parts: what a pair, tuple or variant is made of, the part that
// std::get gives, objects that change places.
#include <algorithm>

#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

bool isTuple(const std::string& type) {
    return type == "std::pair" || type == "std::tuple";
}

const clang::ClassTemplateSpecializationDecl* specialization(clang::QualType type) {
    return llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(
        type.getNonReferenceType()->getAsCXXRecordDecl());
}

// The types that a list of template arguments names, those of a pack one by one.
std::vector<clang::QualType> typesIn(llvm::ArrayRef<clang::TemplateArgument> arguments) {
    std::vector<clang::QualType> types;
    for (const clang::TemplateArgument& argument : arguments) {
        if (argument.getKind() == clang::TemplateArgument::Pack) {
            const std::vector<clang::QualType> inner = typesIn(argument.pack_elements());
            types.insert(types.end(), inner.begin(), inner.end());
        } else if (argument.getKind() == clang::TemplateArgument::Type) {
            types.push_back(argument.getAsType());
        }
    }
    return types;
}

}  // namespace

// The parts of a pair or tuple, in order; a reference stands for what it refers to.
std::vector<FunctionLowering::Part> FunctionLowering::partsOf(const ir::Place& object, clang::QualType type) const {
    std::vector<Part> parts;
    const auto* special = specialization(type);
    const std::string name = context_.typeName(type);
    if (!special || !object.valid() || !isTuple(name)) return parts;
    for (const clang::QualType part : typesIn(special->getTemplateArgs().asArray())) {
        const std::string number = name == "std::tuple" ? std::to_string(parts.size())
                                   : parts.empty()      ? "first"
                                                        : "second";
        ir::Place at = field(object, (name + "::" + number).c_str());
        if (part->isReferenceType()) at.steps.push_back({});
        parts.push_back({at, part});
    }
    return parts;
}

// Makes a part, or an element of a container, of an argument.
void FunctionLowering::makePart(const Part& part, const clang::Expr* arg, const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    if (part.type->isReferenceType()) {
        ir::Place slot = part.place;
        slot.steps.pop_back();
        emitStore(slot, {addressOf(place(arg)), {}}, at).isInit = true;
        return;
    }
    const clang::Expr* given = stripWrappers(arg);
    const std::string type = context_.typeName(part.type);
    if ((type == "std::unique_ptr" || type == "std::shared_ptr") && arg->isGLValue() &&
        context_.typeName(arg->getType()) == type) {
        loadFrom(place(arg), arg->getType(), at);
        movePointer(arg, part.place, at);
        return;
    }
    CallView made = view;
    made.args = {arg};
    if (part.type->isRecordType() && emplace(made, part.place, part.type)) return;
    const Rvalue value = given->isGLValue() ? loadFrom(place(given), given->getType(), at) : rvalue(given);
    if (value.value.kind != ir::ValueKind::unknown) emitStore(part.place, value, at).isInit = true;
    giveAway(given);
}

// A pair or tuple of parts that are not of the same types, which are converted one by one.
void FunctionLowering::convertParts(const std::vector<Part>& to, const std::vector<Part>& from,
                                    clang::SourceLocation at) {
    for (size_t i = 0; i < std::min(to.size(), from.size()); ++i) {
        const Rvalue value = loadFrom(from[i].place, from[i].type.getNonReferenceType(), at);
        if (context_.typeName(to[i].type) == "std::function" && context_.callOperator(from[i].type).valid()) {
            const ir::Place closure{temporary(from[i].type.getNonReferenceType()), {}};
            emitStore(closure, value, at).isInit = true;
            emitStore(field(to[i].place, "$callable"), {addressOf(closure), {}}, at).isInit = true;
        } else {
            emitStore(to[i].place, value, at).isInit = !to[i].type->isReferenceType();
        }
    }
}

// The constructors of pairs and tuples, and the functions that make them.
void FunctionLowering::makeParts(const ir::Place& object, clang::QualType type, const CallView& view) {
    const std::vector<Part> parts = partsOf(object, type);
    if (view.args.size() == 1 && isTuple(context_.typeName(view.args[0]->getType()))) {
        const std::vector<Part> from = partsOf(place(view.args[0]), view.args[0]->getType());
        if (from.size() == parts.size()) return convertParts(parts, from, view.expr->getExprLoc());
    }
    if (view.args.size() != parts.size()) return;
    for (size_t i = 0; i < parts.size(); ++i) makePart(parts[i], view.args[i], view);
}

// The part that std::get and the like name by its number or type; what a variant or std::any holds is one thing.
std::optional<FunctionLowering::Part> FunctionLowering::partNamed(const CallView& view) {
    const clang::TemplateArgumentList* named = view.callee ? view.callee->getTemplateSpecializationArgs() : nullptr;
    if (!named || named->size() == 0 || view.args.empty()) return std::nullopt;
    const clang::Expr* arg = view.args[0];
    const bool byPointer = arg->getType()->isPointerType();
    const clang::QualType type = byPointer ? arg->getType()->getPointeeType() : arg->getType();
    const ir::Place object = byPointer ? pointee(rvalue(arg).value) : place(arg);
    const std::string name = context_.typeName(type);
    if (!object.valid()) return std::nullopt;
    const clang::TemplateArgument& which = named->get(0);
    if (name == "std::variant" || name == "std::any") {
        const bool isType = which.getKind() == clang::TemplateArgument::Type;
        return Part{field(object, "$value"), isType ? which.getAsType() : view.expr->getType()};
    }
    if (name == "std::array" && which.getKind() == clang::TemplateArgument::Integral) {
        Part element{object, view.expr->getType()};
        element.place.steps.push_back({ir::StepKind::indexConstant, {}, which.getAsIntegral().getExtValue()});
        return element;
    }
    std::vector<Part> parts = partsOf(object, type);
    for (size_t i = 0; i < parts.size(); ++i) {
        const bool found = which.getKind() == clang::TemplateArgument::Integral
                               ? which.getAsIntegral() == static_cast<int64_t>(i)
                               : which.getKind() == clang::TemplateArgument::Type &&
                                     ast_.hasSameType(which.getAsType(), parts[i].type);
        if (found) return parts[i];
    }
    return std::nullopt;
}

std::optional<FunctionLowering::Rvalue> FunctionLowering::emitGet(const CallView& view) {
    const std::optional<Part> part = partNamed(view);
    if (!part) return std::nullopt;
    if (view.expr->isGLValue() || view.args[0]->getType()->isPointerType()) return Rvalue{addressOf(part->place), {}};
    Rvalue held = loadFrom(part->place, view.expr->getType(), view.expr->getExprLoc());
    if (!view.expr->getType()->isRecordType()) return held;
    places_[view.expr] = destinationOf(view.expr);
    emitStore(places_[view.expr], held, view.expr->getExprLoc()).isInit = true;
    return Rvalue{loadOf(places_[view.expr]), {}};
}

// Assigns a library's object another; `true` when it is one made of parts, or one that holds what it is given.
bool FunctionLowering::assignParts(const CallView& view, clang::QualType type) {
    const clang::Expr* from = view.args[0];
    const std::string name = context_.typeName(type), given = context_.typeName(from->getType());
    const clang::SourceLocation at = view.expr->getExprLoc();
    if (isTuple(name) && isTuple(given) && !ast_.hasSameUnqualifiedType(type, from->getType().getNonReferenceType())) {
        convertParts(partsOf(view.object, type), partsOf(place(from), from->getType()), at);
        return true;
    }
    if (given == name || given == "std::nullopt_t") return false;
    if (name == "std::optional") {
        const std::vector<clang::QualType> held = typesIn(specialization(type)->getTemplateArgs().asArray());
        makePart({anyElement(view.object), held.front()}, from, view);
    } else if (name == "std::variant" || name == "std::any") {
        makePart({field(view.object, "$value"), ast_.getAdjustedParameterType(from->getType().getUnqualifiedType())},
                 from, view);
    } else {
        return false;
    }
    return true;
}

// Two objects change places: what each holds is the other's from here on.
void FunctionLowering::emitSwap(const ir::Place& a, const ir::Place& b, clang::QualType type,
                                clang::SourceLocation at) {
    if (!a.valid() || !b.valid()) return;
    const ir::Place kept{temporary(type), {}};
    const bool container = isContainer(type);
    if (container)
        for (const ir::Place& one : {a, b})
            for (const ir::OpKind kind : {ir::OpKind::load, ir::OpKind::store})
                if (tracked(one, type)) emitAccess(kind, field(one, "$state"), at);
    const auto held = [&](const ir::Place& from) {
        return container ? Rvalue{loadOf(from), {from}} : loadFrom(from, type, at);
    };
    emitStore(kept, held(a), at).isInit = true;
    emitStore(a, held(b), at).isInit = container;
    emitStore(b, {loadOf(kept), {kept}}, at).isInit = container;
}

// std::exchange: gives what an object held, which holds another value from here on.
FunctionLowering::Rvalue FunctionLowering::emitExchange(const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    const clang::QualType type = view.args[0]->getType();
    const ir::Place object = place(view.args[0]);
    const ir::Place old = view.expr->getType()->isRecordType() ? destinationOf(view.expr)
                                                               : ir::Place{temporary(view.expr->getType()), {}};
    if (type->isRecordType()) places_[view.expr] = old;
    emitStore(old, loadFrom(object, type, at), at).isInit = true;
    const clang::Expr* next = stripWrappers(view.args[1]);
    Rvalue value = next->isGLValue() ? loadFrom(place(next), next->getType(), at) : rvalue(next);
    if (type->isRecordType() && !ast_.hasSameUnqualifiedType(type, next->getType())) value = {};
    emitStore(object, value, at);
    return {loadOf(old), {old}};
}

}  // namespace raddle::lower
