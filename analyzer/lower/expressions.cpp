// Places and values of expressions.
#include "analyzer/lower/function_lowering.h"

namespace raddle::lower {
namespace {

const clang::Expr* strip(const clang::Expr* expr) {
    for (;;) {
        const clang::Expr* before = expr;
        expr = expr->IgnoreParens();
        if (const auto* full = llvm::dyn_cast<clang::FullExpr>(expr)) expr = full->getSubExpr();
        if (const auto* bind = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(expr)) expr = bind->getSubExpr();
        if (const auto* opaque = llvm::dyn_cast<clang::OpaqueValueExpr>(expr); opaque && opaque->getSourceExpr())
            expr = opaque->getSourceExpr();
        if (const auto* defaulted = llvm::dyn_cast<clang::CXXDefaultArgExpr>(expr)) expr = defaulted->getExpr();
        if (const auto* defaulted = llvm::dyn_cast<clang::CXXDefaultInitExpr>(expr)) expr = defaulted->getExpr();
        if (const auto* replaced = llvm::dyn_cast<clang::SubstNonTypeTemplateParmExpr>(expr)) expr = replaced->getReplacement();
        if (expr == before) return expr;
    }
}

void append(std::vector<ir::Place>& to, const std::vector<ir::Place>& from) { to.insert(to.end(), from.begin(), from.end()); }

}  // namespace

ir::Value FunctionLowering::addressOf(const ir::Place& place) {
    ir::Value value;
    if (!place.valid()) return value;
    // &*p is p.
    if (!place.steps.empty() && place.steps.back().kind == ir::StepKind::deref) {
        value.place = place;
        value.place.steps.pop_back();
        value.kind = ir::ValueKind::load;
        return value;
    }
    value.kind = ir::ValueKind::address;
    value.place = place;
    return value;
}

ir::Value FunctionLowering::loadOf(const ir::Place& place) {
    ir::Value value;
    if (!place.valid()) return value;
    value.kind = ir::ValueKind::load;
    value.place = place;
    return value;
}

ir::Value FunctionLowering::constantOf(int64_t constant) {
    ir::Value value;
    value.kind = ir::ValueKind::constant;
    value.constant = constant;
    return value;
}

ir::Place FunctionLowering::pointee(const ir::Value& value) {
    if (value.kind == ir::ValueKind::address) return value.place;
    ir::Place place;
    if (value.kind == ir::ValueKind::load) {
        place = value.place;
    } else {
        place.root = temporary(ast_.VoidPtrTy);  // a pointer of which nothing is known
    }
    place.steps.push_back({});
    return place;
}

ir::Value FunctionLowering::thisValue() {
    ir::Place self{{ir::RootKind::formal, 0}, {}};
    if (thisCapture_) {
        self.steps.push_back({});
        self.steps.push_back({ir::StepKind::field, {}, context_.fieldName(thisCapture_).value});
        if (!thisCapture_->getType()->isPointerType()) return addressOf(self);
    }
    return loadOf(self);
}

ir::Place FunctionLowering::field(ir::Place place, const char* name) const {
    place.steps.push_back({ir::StepKind::field, {}, context_.unit().names.intern(name).value});
    return place;
}

ir::Place FunctionLowering::anyElement(ir::Place place) const {
    place.steps.push_back({ir::StepKind::indexAny, {}, 0});
    return place;
}

ir::Place FunctionLowering::variablePlace(const clang::ValueDecl* decl, bool captured) {
    ir::Place place;
    if (captured) {
        if (auto it = captures_.find(decl); it != captures_.end()) {
            place.root = {ir::RootKind::formal, 0};
            place.steps.push_back({});
            place.steps.push_back({ir::StepKind::field, {}, context_.fieldName(it->second).value});
            if (it->second->getType()->isReferenceType()) place.steps.push_back({});
            return place;
        }
    }
    if (const auto* binding = llvm::dyn_cast<clang::BindingDecl>(decl)) {
        if (const clang::VarDecl* holding = binding->getHoldingVar()) return variablePlace(holding, false);
        return binding->getBinding() ? this->place(binding->getBinding()) : place;
    }
    const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl);
    if (!variable) return place;
    if (auto it = variables_.find(variable); it != variables_.end()) {
        place.root = it->second;
    } else if (variable->hasGlobalStorage()) {
        place.root = {ir::RootKind::global, context_.global(variable)};
    } else if (llvm::isa<clang::ParmVarDecl>(variable) && variable->getDeclContext() != decl_) {
        return place;  // a parameter of an enclosing function, reached other than by capture
    } else {
        place.root = local(variable);
    }
    if (variable->getType()->isReferenceType()) place.steps.push_back({});
    return place;
}

ir::Place FunctionLowering::place(const clang::Expr* original) {
    const clang::Expr* expr = strip(original);
    if (auto it = places_.find(expr); it != places_.end()) return it->second;
    ir::Place result = placeOf(expr);
    evaluatedIn_[expr] = block_;
    places_[expr] = result;
    return result;
}

ir::Place FunctionLowering::placeOf(const clang::Expr* expr) {
    if (const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(expr))
        return variablePlace(ref->getDecl(), ref->refersToEnclosingVariableOrCapture());
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(expr)) {
        if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(member->getMemberDecl())) return variablePlace(variable, false);
        const auto* field = llvm::dyn_cast<clang::FieldDecl>(member->getMemberDecl());
        if (!field) return {};
        ir::Place base = member->isArrow() ? pointee(rvalue(member->getBase()).value) : place(member->getBase());
        if (!base.valid()) return {};
        // Members of an unnamed struct or union belong to the one around it; a union's share their place.
        if (!field->isAnonymousStructOrUnion())
            base.steps.push_back({ir::StepKind::field, {}, context_.fieldName(field).value});
        if (field->getType()->isReferenceType()) base.steps.push_back({});
        return base;
    }
    if (const auto* subscript = llvm::dyn_cast<clang::ArraySubscriptExpr>(expr)) {
        ir::Place base = pointee(rvalue(subscript->getBase()).value);
        Rvalue index = rvalue(subscript->getIdx());
        ir::Step step{ir::StepKind::indexAny, {}, 0};
        if (index.value.kind == ir::ValueKind::constant) {
            step = {ir::StepKind::indexConstant, {}, index.value.constant};
        } else if (index.value.kind == ir::ValueKind::load && index.value.place.steps.empty()) {
            step = {ir::StepKind::indexVariable, index.value.place.root.kind, index.value.place.root.index};
        }
        // An array's decay is the address of its first element; indexing starts over from the array.
        if (!base.steps.empty() && base.steps.back().kind == ir::StepKind::indexConstant && base.steps.back().value == 0) {
            base.steps.back() = step;
        } else {
            base.steps.push_back(step);
        }
        return base;
    }
    if (const auto* op = llvm::dyn_cast<clang::UnaryOperator>(expr)) {
        if (op->getOpcode() == clang::UO_Deref) return pointee(rvalue(op->getSubExpr()).value);
        if (op->isIncrementDecrementOp()) {
            increment(op);
            return place(op->getSubExpr());
        }
        return place(op->getSubExpr());  // __real, __imag, __extension__
    }
    if (const auto* op = llvm::dyn_cast<clang::BinaryOperator>(expr)) {
        if (op->isAssignmentOp()) {
            assign(op);
            return place(op->getLHS());
        }
        if (op->getOpcode() == clang::BO_Comma) return place(op->getRHS());
        return {};
    }
    if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(expr)) {
        if (cast->getCastKind() == clang::CK_LValueToRValue || cast->getSubExpr()->isPRValue()) {
            if (cast->getType()->isRecordType()) return place(cast->getSubExpr());
            rvalue(cast);
            return {};
        }
        return place(cast->getSubExpr());
    }
    if (const auto* conditional = llvm::dyn_cast<clang::AbstractConditionalOperator>(expr)) {
        if (conditional->isGLValue()) return {joinBranches(conditional, true), {ir::Step{}}};
    }
    if (const auto* temporaryExpr = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(expr)) {
        const clang::Expr* made = strip(temporaryExpr->getSubExpr());
        Rvalue value = rvalue(made);
        if (auto it = places_.find(made); it != places_.end() && it->second.valid()) return it->second;
        ir::Place slot{temporary(expr->getType()), {}};
        emitStore(slot, value, expr->getExprLoc()).isInit = true;
        return slot;
    }
    if (const auto* literal = llvm::dyn_cast<clang::CompoundLiteralExpr>(expr)) {
        ir::Place slot{temporary(expr->getType()), {}};
        places_[expr] = slot;
        initialise(slot, literal->getType(), literal->getInitializer());
        return slot;
    }
    if (expr->isPRValue() || llvm::isa<clang::CallExpr>(expr)) {
        Rvalue value = rvalue(expr);
        if (expr->isGLValue()) return value.value.kind == ir::ValueKind::unknown ? ir::Place{} : pointee(value.value);
        if (auto it = places_.find(expr); it != places_.end()) return it->second;
        if (expr->getType()->isRecordType() && value.value.kind == ir::ValueKind::load) return value.value.place;
        return {};
    }
    return {};
}

bool FunctionLowering::tracked(const ir::Place& place, clang::QualType type) const {
    if (!place.valid()) return false;
    bool throughPointer = false;
    for (const ir::Step& step : place.steps) throughPointer = throughPointer || step.kind == ir::StepKind::deref;
    if (place.root.kind == ir::RootKind::global) {
        const ir::Global& global = context_.unit().globals[place.root.index];
        return throughPointer || !global.isConst;
    }
    if (throughPointer) return true;
    const ir::Variable& variable =
        place.root.kind == ir::RootKind::local ? out_.locals[place.root.index] : out_.formals[place.root.index];
    return variable.addressTaken || !place.steps.empty() || (type->isRecordType() && variable.addressTaken);
}

FunctionLowering::Rvalue FunctionLowering::loadFrom(const ir::Place& place, clang::QualType type, clang::SourceLocation at) {
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

FunctionLowering::Rvalue FunctionLowering::valueOf(const clang::Expr* expr) {
    Rvalue result;
    if (const auto* literal = llvm::dyn_cast<clang::IntegerLiteral>(expr)) {
        result.value = constantOf(static_cast<int64_t>(literal->getValue().getLimitedValue()));
        return result;
    }
    if (const auto* literal = llvm::dyn_cast<clang::CharacterLiteral>(expr)) return {constantOf(literal->getValue()), {}};
    if (const auto* literal = llvm::dyn_cast<clang::CXXBoolLiteralExpr>(expr)) return {constantOf(literal->getValue()), {}};
    if (llvm::isa<clang::CXXNullPtrLiteralExpr, clang::GNUNullExpr, clang::CXXScalarValueInitExpr, clang::ImplicitValueInitExpr>(expr))
        return {constantOf(0), {}};
    if (const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(expr)) {
        if (const auto* enumerator = llvm::dyn_cast<clang::EnumConstantDecl>(ref->getDecl()))
            return {constantOf(enumerator->getInitVal().getExtValue()), {}};
        if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(ref->getDecl())) {
            result.value.kind = ir::ValueKind::function;
            result.value.function = context_.functionKey(function);
            return result;
        }
    }
    if (llvm::isa<clang::CXXThisExpr>(expr)) return {thisValue(), {}};
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(expr)) return lowerCall(call);
    if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(expr)) return construct(made);
    if (const auto* made = llvm::dyn_cast<clang::CXXNewExpr>(expr)) return allocate(made);
    if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(expr)) return closure(lambda);
    if (const auto* atomic = llvm::dyn_cast<clang::AtomicExpr>(expr)) return lowerAtomicExpr(atomic);
    if (const auto* gone = llvm::dyn_cast<clang::CXXDeleteExpr>(expr)) {
        Rvalue pointer = rvalue(gone->getArgument());
        ir::Place object = pointee(pointer.value);
        if (!gone->getDestroyedType().isNull()) destroy(object, gone->getDestroyedType(), gone->getExprLoc());
        emit(ir::OpKind::free, gone->getExprLoc()).place = object;
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
            places_[expr] = slot;
            initialise(slot, expr->getType(), expr);
            result.value = loadOf(slot);
        }
        return result;
    }
    if (const auto* list = llvm::dyn_cast<clang::CXXStdInitializerListExpr>(expr)) {
        place(list->getSubExpr());
        return result;
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
    if (sub->isGLValue() && cast->isPRValue() && sub->getType()->isFunctionType()) return valueOf(strip(sub));
    if (sub->isGLValue() && cast->isPRValue()) return {loadOf(place(sub)), {}};
    Rvalue inner = rvalue(sub);
    if (auto it = places_.find(strip(sub)); it != places_.end() && cast->getType()->isRecordType()) places_[cast] = it->second;
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
    if (op->getType()->isPointerType() && op->isAdditiveOp()) {
        const bool leftIsPointer = op->getLHS()->getType()->isPointerType();
        const ir::Value& pointer = leftIsPointer ? left.value : right.value;
        const ir::Value& offset = leftIsPointer ? right.value : left.value;
        if (pointer.kind != ir::ValueKind::address && pointer.kind != ir::ValueKind::load) return result;
        ir::Place target = pointee(pointer);
        ir::Step step{ir::StepKind::indexAny, {}, 0};
        if (offset.kind == ir::ValueKind::constant && op->getOpcode() == clang::BO_Add) step = {ir::StepKind::indexConstant, {}, offset.constant};
        if (offset.kind == ir::ValueKind::load && offset.place.steps.empty())
            step = {ir::StepKind::indexVariable, offset.place.root.kind, offset.place.root.index};
        if (!target.steps.empty() && target.steps.back().kind == ir::StepKind::indexConstant && target.steps.back().value == 0) {
            target.steps.back() = step;
        } else {
            target.steps.push_back(step);
        }
        result.value = addressOf(target);
        return result;
    }
    if (op->isEqualityOp() && right.value.kind == ir::ValueKind::constant && left.value.kind == ir::ValueKind::load) {
        result.value.kind = op->getOpcode() == clang::BO_EQ ? ir::ValueKind::equals : ir::ValueKind::differs;
        result.value.place = left.value.place;
        result.value.constant = right.value.constant;
        return result;
    }
    if (left.value.kind == ir::ValueKind::constant && right.value.kind == ir::ValueKind::constant && !op->isComparisonOp()) {
        clang::Expr::EvalResult folded;
        if (op->EvaluateAsInt(folded, ast_)) result.value = constantOf(folded.Val.getInt().getExtValue());
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
    if (type->isPointerType()) value.value = addressOf(anyElement(pointee(loadOf(target))));
    emitStore(target, value, op->getSubExpr()->getExprLoc()).isVolatile = type.isVolatileQualified();
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
