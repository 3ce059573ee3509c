// What containers are filled with: by their constructors, lists of initialisers, ranges, insertions.
#include <algorithm>

#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

bool isMap(const std::string& type) {
    return type == "std::map" || type == "std::multimap" || type == "std::unordered_map" ||
           type == "std::unordered_multimap";
}

}  // namespace

bool FunctionLowering::isContainer(clang::QualType type) const {
    const models::Model* begin = context_.models().find(context_.typeName(type) + "::begin");
    return begin && begin->effect == models::Effect::element;
}

// What a class calls the type of its elements; null when it calls none so.
clang::QualType FunctionLowering::valueType(clang::QualType type) const {
    const clang::CXXRecordDecl* record = type.getNonReferenceType()->getAsCXXRecordDecl();
    if (!record || !record->hasDefinition()) return {};
    for (const clang::NamedDecl* found : record->lookup(&ast_.Idents.get("value_type")))
        if (const auto* named = llvm::dyn_cast<clang::TypedefNameDecl>(found))
            return named->getUnderlyingType().getCanonicalType();
    return {};
}

// Whether what a call gives of a map is the value that goes with a key, which stands beside it in the element.
bool FunctionLowering::givesMapped(const CallView& view) const {
    const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(view.callee);
    return method && view.hasObject && isMap(context_.qualifiedName(method->getParent())) &&
           (method->getOverloadedOperator() == clang::OO_Subscript || identifier(method) == "at");
}

// Whether an expression stands at an element: an iterator, or a pointer to what the container holds.
bool FunctionLowering::isIterator(const clang::Expr* expr, clang::QualType element) const {
    const clang::QualType type = expr->getType();
    if (type->isPointerType()) return !element.isNull() && ast_.hasSameUnqualifiedType(type->getPointeeType(), element);
    return type->isRecordType() && context_.typeName(type).find("iterator") != std::string::npos;
}

ir::Place FunctionLowering::atIterator(const clang::Expr* iterator) {
    if (iterator->getType()->isPointerType()) return pointee(rvalue(iterator).value);
    const ir::Place at = place(iterator);
    return at.valid() ? pointee(loadOf(field(at, "$iterator"))) : ir::Place{};
}

// The elements that a container gets of the arguments of a call: of a list, of a range, or one.
void FunctionLowering::fill(const ir::Place& container, clang::QualType type, const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    const clang::QualType element = valueType(type);
    const ir::Place slot = anyElement(container);
    std::vector<const clang::Expr*> values, iterators;
    for (const clang::Expr* arg : view.args)
        if (!llvm::isa<clang::CXXDefaultArgExpr>(arg)) (isIterator(arg, element) ? iterators : values).push_back(arg);
    if (iterators.size() >= 2) {
        const ir::Place from = atIterator(iterators[iterators.size() - 2]);
        if (from.valid() && !element.isNull()) emitStore(slot, loadFrom(from, element, at), at).isInit = true;
        return;
    }
    const std::string name = view.callee ? identifier(view.callee).str() : std::string();
    const bool keyed = isMap(context_.typeName(type)) && !element.isNull();
    if (keyed && (name == "try_emplace" || name == "insert_or_assign") && !values.empty()) {
        const std::vector<Part> parts = partsOf(slot, element);
        makePart(parts[0], values[0], view);
        CallView rest = view;
        rest.args.assign(values.begin() + 1, values.end());
        if (rest.args.size() == 1)
            makePart(parts[1], rest.args[0], view);
        else
            emplace(rest, parts[1].place, parts[1].type);
        return;
    }
    if (!element.isNull() && name.starts_with("emplace") && (keyed || context_.typeName(element) == "std::pair")) {
        CallView made = view;
        made.args = values;
        if (emplace(made, slot, element)) return;
    }
    for (const clang::Expr* arg : values) {
        if (context_.typeName(arg->getType()) == "std::initializer_list") {
            if (place(arg).valid()) emitStore(container, {loadOf(place(arg)), {}}, at).isInit = true;
            continue;
        }
        // How many there are is no element.
        const clang::Expr* bare = stripWrappers(arg);
        if (bare->isPRValue() && !bare->getType()->isRecordType() &&
            (rvalue(bare).value.kind == ir::ValueKind::constant || rvalue(bare).value.kind == ir::ValueKind::unknown))
            continue;
        makePart({slot, element.isNull() ? arg->getType().getUnqualifiedType() : element}, arg, view);
    }
}

// The elements of `{a, b}` where a function or constructor takes a list of any length.
ir::Place FunctionLowering::listPlace(const clang::CXXStdInitializerListExpr* list) {
    const ir::Place made = destinationOf(list);
    const auto* array = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(list->getSubExpr()->IgnoreParens());
    const auto* inits =
        llvm::dyn_cast_or_null<clang::InitListExpr>(array ? stripWrappers(array->getSubExpr()) : nullptr);
    if (!inits) return made;
    const clang::QualType element = ast_.getBaseElementType(inits->getType());
    for (const clang::Expr* init : inits->inits()) {
        if (init->getType()->isScalarType() && rvalue(init).value.kind == ir::ValueKind::constant) continue;
        initialise(anyElement(made), element, init);
    }
    return made;
}

}  // namespace raddle::lower
