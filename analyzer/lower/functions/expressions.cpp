// Values of expressions.
#include <algorithm>

#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

constexpr size_t kMostUses = 100;  // places that a value is said to be computed from; generated sums have thousands

void append(std::vector<ir::Place>& to, const std::vector<ir::Place>& from) {
    const size_t room = kMostUses - std::min(kMostUses, to.size());
    to.insert(to.end(), from.begin(), from.begin() + static_cast<std::ptrdiff_t>(std::min(room, from.size())));
}

}  // namespace

FunctionLowering::Rvalue FunctionLowering::loadFrom(const ir::Place& place, clang::QualType type,
                                                    clang::SourceLocation at) {
    Rvalue result;
    result.value = loadOf(place);
    if (place.valid()) result.uses.push_back(place);
    if (!tracked(place, type) || (context_.isSynchronisation(type) && !context_.isAtomic(type))) return result;
    ir::Op& op = emit(ir::OpKind::load, at);
    op.place = place;
    op.isVolatile = type.isVolatileQualified();
    if (context_.isAtomic(type)) op.order = ir::MemoryOrder::seqCst;
    return result;
}

FunctionLowering::Rvalue FunctionLowering::rvalue(const clang::Expr* original) {
    const clang::Expr* expr = strip(original);
    if (auto it = values_.find(expr); it != values_.end()) return it->second;
    Rvalue result = valueOf(expr);
    evaluatedIn_[expr] = block_;
    values_[expr] = result;
    return result;
}

// Literals, enumerators and functions.
std::optional<ir::Value> FunctionLowering::constantValue(const clang::Expr* expr) {
    if (const auto* literal = llvm::dyn_cast<clang::IntegerLiteral>(expr))
        return constantOf(static_cast<int64_t>(literal->getValue().getLimitedValue()));
    if (const auto* literal = llvm::dyn_cast<clang::CharacterLiteral>(expr)) return constantOf(literal->getValue());
    if (const auto* literal = llvm::dyn_cast<clang::CXXBoolLiteralExpr>(expr)) return constantOf(literal->getValue());
    if (llvm::isa<clang::CXXNullPtrLiteralExpr, clang::GNUNullExpr, clang::CXXScalarValueInitExpr,
                  clang::ImplicitValueInitExpr>(expr))
        return constantOf(0);
    const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(expr);
    if (!ref) return std::nullopt;
    if (const auto* enumerator = llvm::dyn_cast<clang::EnumConstantDecl>(ref->getDecl()))
        return integerOf(enumerator->getInitVal());
    const auto* function = llvm::dyn_cast<clang::FunctionDecl>(ref->getDecl());
    if (!function) return std::nullopt;
    ir::Value value;
    value.kind = ir::ValueKind::function;
    value.function = context_.functionKey(function);
    return value;
}

void FunctionLowering::deallocate(const clang::CXXDeleteExpr* expr) {
    const ir::Place object = pointee(rvalue(expr->getArgument()).value);
    if (!expr->getDestroyedType().isNull()) destroy(object, expr->getDestroyedType(), expr->getExprLoc());
    emit(ir::OpKind::free, expr->getExprLoc()).place = object;
}

FunctionLowering::Rvalue FunctionLowering::valueOf(const clang::Expr* expr) {
    Rvalue result;
    if (auto constant = constantValue(expr)) return {*constant, {}};
    if (llvm::isa<clang::CXXThisExpr>(expr)) return {thisValue(), {}};
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(expr)) return lowerCall(call);
    if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(expr)) return construct(made);
    if (const auto* made = llvm::dyn_cast<clang::CXXNewExpr>(expr)) return allocate(made);
    if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(expr)) return closure(lambda);
    if (const auto* atomic = llvm::dyn_cast<clang::AtomicExpr>(expr)) return lowerAtomicExpr(atomic);
    if (const auto* gone = llvm::dyn_cast<clang::CXXDeleteExpr>(expr)) {
        deallocate(gone);
        return result;
    }
    if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(expr)) return castValue(cast);
    if (const auto* op = llvm::dyn_cast<clang::UnaryOperator>(expr)) return unaryValue(op);
    if (const auto* op = llvm::dyn_cast<clang::BinaryOperator>(expr)) return binaryValue(op);
    if (const auto* conditional = llvm::dyn_cast<clang::AbstractConditionalOperator>(expr)) {
        if (conditional->getType()->isVoidType()) return result;
        if (auto it = destinations_.find(conditional->getTrueExpr()->IgnoreParens()); it != destinations_.end())
            places_[expr] = it->second;
        Rvalue yes = rvalue(conditional->getTrueExpr()), no = rvalue(conditional->getFalseExpr());
        result.value = loadOf({joinBranches(conditional, false), {}});
        append(result.uses, yes.uses);
        append(result.uses, no.uses);
        return result;
    }
    if (const auto* block = llvm::dyn_cast<clang::StmtExpr>(expr)) {
        const auto* last = llvm::dyn_cast_or_null<clang::Expr>(
            block->getSubStmt()->body_empty() ? nullptr : block->getSubStmt()->body_back());
        return last && last->isPRValue() && !last->getType()->isVoidType() ? rvalue(last) : result;
    }
    if (const auto* list = llvm::dyn_cast<clang::InitListExpr>(expr)) {
        if (expr->getType()->isScalarType() && list->getNumInits() == 1) return rvalue(list->getInit(0));
        if (expr->getType()->isRecordType()) {
            ir::Place slot = destinationOf(expr);
            initialise(slot, expr->getType(), expr);
            places_[expr] = slot;
            result.value = loadOf(slot);
        }
        return result;
    }
    if (const auto* list = llvm::dyn_cast<clang::CXXStdInitializerListExpr>(expr)) {
        places_[expr] = listPlace(list);
        return {loadOf(places_[expr]), {}};
    }
    if (const auto* made = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(expr)) return {loadOf(place(made)), {}};
    if (expr->isGLValue() && !expr->getType()->isFunctionType()) {
        ir::Place at = place(expr);
        if (at.valid()) return {loadOf(at), {at}};
        return result;
    }
    for (const clang::Stmt* child : expr->children()) {
        const auto* sub = llvm::dyn_cast_or_null<clang::Expr>(child);
        if (!sub || llvm::isa<clang::UnaryExprOrTypeTraitExpr>(expr)) continue;
        if (auto it = values_.find(strip(sub)); it != values_.end()) append(result.uses, it->second.uses);
    }
    return result;
}

FunctionLowering::Rvalue FunctionLowering::castValue(const clang::CastExpr* cast) {
    const clang::Expr* sub = cast->getSubExpr();
    Rvalue result;
    switch (cast->getCastKind()) {
        case clang::CK_LValueToRValue:
        case clang::CK_AtomicToNonAtomic:
            if (sub->isPRValue()) return rvalue(sub);
            if (const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(strip(sub));
                ref && ref->getType()->isIntegralOrEnumerationType()) {
                const auto* variable = llvm::dyn_cast<clang::VarDecl>(ref->getDecl());
                clang::Expr::EvalResult folded;
                if (variable && !variable->getType()->isReferenceType() &&
                    variable->mightBeUsableInConstantExpressions(ast_) && cast->EvaluateAsInt(folded, ast_))
                    return {integerOf(folded.Val.getInt()), {}};
            }
            return loadFrom(place(sub), sub->getType(), sub->getExprLoc());
        case clang::CK_ArrayToPointerDecay: {
            if (llvm::isa<clang::StringLiteral, clang::PredefinedExpr>(strip(sub))) return result;
            ir::Place array = place(sub);
            if (!array.valid()) return result;
            array.steps.push_back({ir::StepKind::indexConstant, {}, 0});
            result.value = addressOf(array);
            return result;
        }
        case clang::CK_NullToPointer:
        case clang::CK_NullToMemberPointer:
            return {constantOf(0), {}};
        case clang::CK_ToVoid:
            if (sub->isGLValue()) place(sub);
            return result;
        default:
            break;
    }
    if (auto around = containerValue(cast)) return *around;
    if (sub->isGLValue() && cast->isPRValue() && sub->getType()->isFunctionType()) return valueOf(strip(sub));
    if (sub->isGLValue() && cast->isPRValue()) return {loadOf(place(sub)), {}};
    Rvalue inner = rvalue(sub);
    if (auto it = places_.find(strip(sub)); it != places_.end() && cast->getType()->isRecordType())
        places_[cast] = it->second;
    return inner;
}

FunctionLowering::Rvalue FunctionLowering::unaryValue(const clang::UnaryOperator* op) {
    Rvalue result;
    switch (op->getOpcode()) {
        case clang::UO_AddrOf: {
            const clang::Expr* sub = strip(op->getSubExpr());
            if (const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(sub)) {
                if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(ref->getDecl())) {
                    result.value.kind = ir::ValueKind::function;
                    result.value.function = context_.functionKey(function);
                    return result;
                }
                if (llvm::isa<clang::FieldDecl>(ref->getDecl())) return result;
            }
            if (sub->getType()->isFunctionType()) return rvalue(sub);
            result.value = addressOf(place(sub));
            return result;
        }
        case clang::UO_PostInc:
        case clang::UO_PostDec:
        case clang::UO_PreInc:
        case clang::UO_PreDec: {
            increment(op);
            ir::Place target = place(op->getSubExpr());
            if (target.valid()) result.uses.push_back(target);
            if (op->getType()->isPointerType()) result.value = loadOf(target);
            if (op->isPostfix() && op->getType()->isIntegerType() && tracked(target, op->getType()))
                result.value = sumOf(loadOf(target), constantOf(1), op->isIncrementOp());
            return result;
        }
        case clang::UO_Minus: {
            Rvalue inner = rvalue(op->getSubExpr());
            if (inner.value.kind == ir::ValueKind::constant) return {constantOf(-inner.value.constant), {}};
            result.uses = inner.uses;
            return result;
        }
        case clang::UO_Plus:
        case clang::UO_Extension:
            return rvalue(op->getSubExpr());
        case clang::UO_Deref:
            // What a pointer to a function points to is called as the pointer is.
            if (op->getType()->isFunctionType()) return rvalue(op->getSubExpr());
            return {loadOf(place(op)), {}};
        case clang::UO_LNot: {
            Rvalue inner = rvalue(op->getSubExpr());
            result.uses = inner.uses;
            result.value = inner.value;
            if (inner.value.kind == ir::ValueKind::load) {
                result.value.kind = ir::ValueKind::equals;
                result.value.constant = 0;
            } else if (inner.value.kind == ir::ValueKind::equals) {
                result.value.kind = ir::ValueKind::differs;
            } else if (inner.value.kind == ir::ValueKind::differs) {
                result.value.kind = ir::ValueKind::equals;
            } else {
                result.value = {};
            }
            return result;
        }
        default:
            if (op->getSubExpr()->isGLValue()) return {loadOf(place(op->getSubExpr())), {}};
            result.uses = rvalue(op->getSubExpr()).uses;
            return result;
    }
}

FunctionLowering::Rvalue FunctionLowering::binaryValue(const clang::BinaryOperator* op) {
    Rvalue result;
    if (op->isAssignmentOp()) {
        assign(op);
        ir::Place target = place(op->getLHS());
        // C: the value of an assignment is what was assigned.
        if (op->getOpcode() == clang::BO_Assign) {
            result = rvalue(op->getRHS());
            if (result.value.kind == ir::ValueKind::unknown) result.value = loadOf(target);
        } else {
            result.value = loadOf(target);
        }
        if (target.valid()) result.uses.push_back(target);
        return result;
    }
    if (op->getOpcode() == clang::BO_Comma) return rvalue(op->getRHS());
    if (op->isPtrMemOp()) {
        if (op->getLHS()->isPRValue()) rvalue(op->getLHS());
        return rvalue(op->getRHS());
    }
    Rvalue left = rvalue(op->getLHS()), right = rvalue(op->getRHS());
    append(result.uses, left.uses);
    append(result.uses, right.uses);
    // An address keeps what it leads to when it is counted on as a number.
    const bool overPointer = op->getType()->isPointerType();
    const auto isAddress = [&](const clang::Expr* expr) {
        const auto* cast = llvm::dyn_cast<clang::CastExpr>(expr->IgnoreParens());
        return overPointer ? expr->getType()->isPointerType()
                           : cast && cast->getCastKind() == clang::CK_PointerToIntegral;
    };
    if (op->isAdditiveOp() && op->getType()->isIntegerType() && isAddress(op->getLHS()) == isAddress(op->getRHS())) {
        result.value = sumOf(left.value, right.value, op->getOpcode() == clang::BO_Sub);
        if (result.value.kind == ir::ValueKind::sum) return result;
    }
    if (op->isAdditiveOp() && isAddress(op->getLHS()) != isAddress(op->getRHS())) {
        const bool leftIsPointer = isAddress(op->getLHS());
        const ir::Value& pointer = leftIsPointer ? left.value : right.value;
        const ir::Value& offset = leftIsPointer ? right.value : left.value;
        if (pointer.kind != ir::ValueKind::address && pointer.kind != ir::ValueKind::load) return result;
        ir::Place target = pointee(pointer);
        ir::Step step{ir::StepKind::indexAny, {}, 0};
        if (offset.kind == ir::ValueKind::constant && op->getOpcode() == clang::BO_Add)
            step = {ir::StepKind::indexConstant, {}, offset.constant};
        if (offset.kind == ir::ValueKind::load && offset.place.steps.empty())
            step = {ir::StepKind::indexVariable, offset.place.root.kind, offset.place.root.index};
        if (!target.steps.empty() && target.steps.back().kind == ir::StepKind::indexConstant &&
            target.steps.back().value == 0) {
            target.steps.back() = step;
        } else {
            target.steps.push_back(step);
        }
        result.value = addressOf(target);
        return result;
    }
    if (op->isEqualityOp() && left.value.kind == ir::ValueKind::constant) std::swap(left, right);
    if (op->isEqualityOp() && right.value.kind == ir::ValueKind::constant && left.value.kind == ir::ValueKind::load) {
        result.value.kind = op->getOpcode() == clang::BO_EQ ? ir::ValueKind::equals : ir::ValueKind::differs;
        result.value.place = left.value.place;
        result.value.constant = right.value.constant;
        return result;
    }
    if (left.value.kind == ir::ValueKind::constant && right.value.kind == ir::ValueKind::constant &&
        !op->isComparisonOp()) {
        clang::Expr::EvalResult folded;
        if (op->EvaluateAsInt(folded, ast_)) result.value = integerOf(folded.Val.getInt());
    }
    return result;
}

void FunctionLowering::assign(const clang::BinaryOperator* op) {
    if (values_.contains(op) || places_.contains(op)) return;
    ir::Place target = place(op->getLHS());
    const clang::QualType type = op->getLHS()->getType();
    Rvalue value = rvalue(op->getRHS());
    values_[op] = value;
    if (!target.valid()) return;
    if (op->isCompoundAssignmentOp()) {
        if (context_.isAtomic(type)) {
            emit(ir::OpKind::rmw, op->getOperatorLoc()).place = target;
            ops_->back().order = ir::MemoryOrder::seqCst;
            return;
        }
        if (tracked(target, type)) emitAccess(ir::OpKind::load, target, op->getExprLoc());
        value.uses.push_back(target);
        if (type->isPointerType()) {
            ir::Place moved = pointee(loadOf(target));
            value.value = addressOf(anyElement(moved));
        } else if (op->getOpcode() == clang::BO_AddAssign || op->getOpcode() == clang::BO_SubAssign) {
            value.value = sumOf(loadOf(target), value.value, op->getOpcode() == clang::BO_SubAssign);
        } else {
            value.value = {};
        }
    }
    ir::Op& store = emitStore(target, value, op->getLHS()->getExprLoc());
    store.isVolatile = type.isVolatileQualified();
    if (context_.isAtomic(type)) store.order = ir::MemoryOrder::seqCst;
}

void FunctionLowering::increment(const clang::UnaryOperator* op) {
    if (values_.contains(op) || places_.contains(op)) return;
    ir::Place target = place(op->getSubExpr());
    values_[op] = {};
    if (!target.valid()) return;
    const clang::QualType type = op->getSubExpr()->getType();
    if (context_.isAtomic(type)) {
        ir::Op& rmw = emit(ir::OpKind::rmw, op->getExprLoc());
        rmw.place = target;
        rmw.order = ir::MemoryOrder::seqCst;
        return;
    }
    if (tracked(target, type)) emitAccess(ir::OpKind::load, target, op->getSubExpr()->getExprLoc());
    Rvalue value;
    value.uses.push_back(target);
    if (type->isPointerType())
        value.value = addressOf(anyElement(pointee(loadOf(target))));
    else if (type->isIntegerType())
        value.value = sumOf(loadOf(target), constantOf(1), op->isDecrementOp());
    emitStore(target, value, op->getSubExpr()->getExprLoc()).isVolatile = type.isVolatileQualified();
}

// What a variable holds with a constant added or taken off; unknown otherwise.
ir::Value FunctionLowering::sumOf(ir::Value left, ir::Value right, bool subtract) {
    if (left.kind == ir::ValueKind::constant && !subtract) std::swap(left, right);
    const bool based = left.kind == ir::ValueKind::load || left.kind == ir::ValueKind::sum;
    if (!based || right.kind != ir::ValueKind::constant) return {};
    const auto by = static_cast<uint64_t>(right.constant), base = static_cast<uint64_t>(left.constant);
    left.kind = ir::ValueKind::sum;
    left.constant = static_cast<int64_t>(subtract ? base - by : base + by);
    return left;
}

// The value of `c ? a : b` in a temporary, stored where each arm was evaluated.
ir::Root FunctionLowering::joinBranches(const clang::AbstractConditionalOperator* op, bool asAddress) {
    ir::Root joined = temporary(op->getType());
    const ir::BlockId here = block_;
    for (const clang::Expr* arm : {op->getTrueExpr(), op->getFalseExpr()}) {
        Rvalue value;
        if (asAddress) {
            value.value = addressOf(place(arm));
        } else {
            value = rvalue(arm);
        }
        auto at = evaluatedIn_.find(strip(arm));
        const ir::BlockId block = at == evaluatedIn_.end() ? here : at->second;
        ops_ = &out_.blocks[block].ops;
        emitStore({joined, {}}, value, arm->getExprLoc());
    }
    ops_ = &out_.blocks[here].ops;
    return joined;
}

}  // namespace raddle::lower
