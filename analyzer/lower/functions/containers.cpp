// container_of: from the address of a member back to the object it is in, by the member's offset.
#include <clang/AST/RecordLayout.h>

#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

// Without casts from one pointer or number to another.
const clang::Expr* withoutCasts(const clang::Expr* expr) {
    for (;;) {
        expr = expr->IgnoreParens();
        const auto* cast = llvm::dyn_cast<clang::CastExpr>(expr);
        if (!cast || !cast->isPRValue() || !cast->getSubExpr()->isPRValue()) return expr;
        expr = cast->getSubExpr();
    }
}

// The members, outermost first, that lead to one of the type at the offset (in bits) of a record.
bool findMember(const clang::ASTContext& ast, const clang::RecordDecl* record, uint64_t offset, clang::QualType type,
                std::vector<const clang::FieldDecl*>& path) {
    const clang::RecordDecl* definition = record->getDefinition();
    if (!definition || definition->isInvalidDecl() || definition->isDependentType()) return false;
    const clang::ASTRecordLayout& layout = ast.getASTRecordLayout(definition);
    for (const clang::FieldDecl* field : definition->fields()) {
        const uint64_t begin = layout.getFieldOffset(field->getFieldIndex());
        const clang::QualType own = field->getType();
        if (own->isReferenceType() || field->isBitField() || offset < begin || own->isIncompleteType()) continue;
        path.push_back(field);
        if (begin == offset && ast.hasSameUnqualifiedType(own, type)) return true;
        if (const clang::RecordDecl* inner = own->getAsRecordDecl();
            inner && findMember(ast, inner, offset - begin, type, path))
            return true;
        path.pop_back();
    }
    return false;
}

}  // namespace

std::optional<FunctionLowering::Rvalue> FunctionLowering::containerValue(const clang::CastExpr* cast) {
    if (cast->getCastKind() != clang::CK_BitCast && cast->getCastKind() != clang::CK_IntegralToPointer)
        return std::nullopt;
    const clang::RecordDecl* record =
        cast->getType()->isPointerType() ? cast->getType()->getPointeeType()->getAsRecordDecl() : nullptr;
    const auto* difference = llvm::dyn_cast<clang::BinaryOperator>(withoutCasts(cast->getSubExpr()));
    if (!record || !difference || difference->getOpcode() != clang::BO_Sub) return std::nullopt;
    // The offset counts bytes.
    const clang::QualType from = difference->getLHS()->getType();
    if (from->isPointerType() && !from->getPointeeType()->isVoidType() && !from->getPointeeType()->isCharType() &&
        !from->getPointeeType()->isIncompleteType() &&
        ast_.getTypeSizeInChars(from->getPointeeType()).getQuantity() != 1)
        return std::nullopt;
    const clang::Expr* member = withoutCasts(difference->getLHS());
    clang::Expr::EvalResult offset;
    if (!member->getType()->isPointerType() || !difference->getRHS()->EvaluateAsInt(offset, ast_)) return std::nullopt;
    const int64_t bytes = offset.Val.getInt().getExtValue();
    std::vector<const clang::FieldDecl*> path;
    if (bytes < 0 || !findMember(ast_, record, ast_.toBits(clang::CharUnits::fromQuantity(bytes)),
                                 member->getType()->getPointeeType(), path))
        return std::nullopt;
    Rvalue result = rvalue(member);
    if (result.value.kind != ir::ValueKind::load && result.value.kind != ir::ValueKind::address) return std::nullopt;
    ir::Place place = pointee(result.value);
    for (auto field = path.rbegin(); field != path.rend(); ++field) {
        if ((*field)->isAnonymousStructOrUnion()) continue;
        const ir::Step step{ir::StepKind::container, {}, context_.fieldName(*field).value};
        if (!place.steps.empty() && place.steps.back() == ir::Step{ir::StepKind::field, {}, step.value})
            place.steps.pop_back();
        else
            place.steps.push_back(step);
    }
    result.value = addressOf(place);
    return result;
}

}  // namespace raddle::lower
