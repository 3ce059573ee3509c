// Objects that a library function constructs from the arguments it is given: std::make_unique, emplace_back. Which
// constructor it calls is not there to see, and told by the arguments.
#include <algorithm>

#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

clang::QualType plain(clang::QualType type) {
    return type.getNonReferenceType().getCanonicalType().getUnqualifiedType();
}

bool derives(clang::QualType from, clang::QualType base) {
    const clang::CXXRecordDecl *derived = from->getAsCXXRecordDecl(), *of = base->getAsCXXRecordDecl();
    return derived && of && derived->hasDefinition() && derived->isDerivedFrom(of);
}

// How well an argument fits a parameter: 2 as it is, 1 by a standard conversion, 0 if a class converts it, none never.
std::optional<int> fit(const clang::Expr* arg, clang::QualType parameter) {
    const clang::QualType from = plain(arg->getType()), to = plain(parameter);
    if (from == to) return 2;
    if (derives(from, to)) return 1;
    if (to->isRecordType()) return 0;
    if (from->isRecordType()) return std::nullopt;
    if (to->isPointerType()) {
        if (from->isNullPtrType() || from->isArrayType() || to->isVoidPointerType()) return 1;
        if (!from->isPointerType()) return std::nullopt;
        const clang::QualType pointed = plain(from->getPointeeType()), target = plain(to->getPointeeType());
        return pointed == target || derives(pointed, target) ? std::optional(1) : std::nullopt;
    }
    return to->isArithmeticType() && from->isArithmeticType() ? std::optional(1) : std::nullopt;
}

// The constructor that fits best; null when none does.
const clang::CXXConstructorDecl* constructorFor(const clang::CXXRecordDecl* record,
                                                const std::vector<const clang::Expr*>& args) {
    const clang::CXXConstructorDecl* best = nullptr;
    int bestFit = -1;
    for (const clang::CXXConstructorDecl* constructor : record->ctors()) {
        if (constructor->isDeleted() || args.size() < constructor->getMinRequiredArguments() ||
            args.size() > constructor->getNumParams())
            continue;
        int sum = 0;
        bool fits = true;
        for (size_t i = 0; fits && i < args.size(); ++i) {
            const std::optional<int> one = fit(args[i], constructor->getParamDecl(static_cast<unsigned>(i))->getType());
            fits = one.has_value();
            sum += one.value_or(0);
        }
        if (!fits || sum <= bestFit) continue;
        best = constructor;
        bestFit = sum;
    }
    return best;
}

}  // namespace

// Constructs `object` with what a call is given; false when it is given such an object or nothing fits.
bool FunctionLowering::emplace(const CallView& view, const ir::Place& object, clang::QualType type) {
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    if (!record) return false;
    if (view.args.size() == 1 && plain(view.args[0]->getType()) == plain(type)) return false;
    if (context_.isInSystemHeader(record->getLocation())) {
        CallView made = view;
        made.object = object;
        made.hasObject = true;
        made.callee = nullptr;
        constructSystem(made, type);
        return true;
    }
    if (!record->hasDefinition()) return false;
    const clang::CXXConstructorDecl* constructor = constructorFor(record, view.args);
    if (!constructor) return false;
    if (constructor->isTrivial()) return true;
    std::vector<ir::Value> args{addressOf(object)};
    for (size_t i = 0; i < view.args.size(); ++i) {
        const clang::Expr* arg = stripWrappers(view.args[i]);
        const bool byReference = constructor->getParamDecl(static_cast<unsigned>(i))->getType()->isReferenceType();
        args.push_back(byReference || arg->isPRValue() ? argumentValue(byReference ? view.args[i] : arg)
                                                       : loadFrom(place(arg), arg->getType(), arg->getExprLoc()).value);
    }
    ir::Op& op = emit(ir::OpKind::call, view.expr->getExprLoc());
    op.value.kind = ir::ValueKind::function;
    op.value.function = context_.functionKey(constructor);
    op.args = std::move(args);
    return true;
}

// The type of what a container constructs of the arguments of emplace; null where they say where as well, or the key.
clang::QualType FunctionLowering::emplacedType(const CallView& view) const {
    const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(view.callee);
    if (!method || view.args.empty() || !identifier(method).starts_with("emplace")) return {};
    const auto* container = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(method->getParent());
    if (!container || container->getTemplateArgs().size() == 0) return {};
    const std::string name = context_.qualifiedName(container);
    const bool isAdapter = name == "std::queue" || name == "std::stack" || name == "std::priority_queue";
    if (identifier(method) == "emplace"
            ? !isAdapter
            : !identifier(method).ends_with("_back") && !identifier(method).ends_with("_front"))
        return {};
    const clang::TemplateArgument& element = container->getTemplateArgs()[0];
    return element.getKind() == clang::TemplateArgument::Type ? element.getAsType() : clang::QualType{};
}

}  // namespace raddle::lower
