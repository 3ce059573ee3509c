// Places of expressions, and values made of places.
#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {

const clang::Expr* FunctionLowering::stripWrappers(const clang::Expr* expr) {
    for (;;) {
        const clang::Expr* before = expr;
        expr = expr->IgnoreParens();
        if (const auto* full = llvm::dyn_cast<clang::FullExpr>(expr)) expr = full->getSubExpr();
        if (const auto* bind = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(expr)) expr = bind->getSubExpr();
        if (expr == before) return expr;
    }
}

const clang::Expr* FunctionLowering::strip(const clang::Expr* expr) {
    for (;;) {
        const clang::Expr* before = expr;
        expr = expr->IgnoreParens();
        if (const auto* full = llvm::dyn_cast<clang::FullExpr>(expr)) expr = full->getSubExpr();
        if (const auto* bind = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(expr)) expr = bind->getSubExpr();
        if (const auto* opaque = llvm::dyn_cast<clang::OpaqueValueExpr>(expr); opaque && opaque->getSourceExpr())
            expr = opaque->getSourceExpr();
        if (const auto* defaulted = llvm::dyn_cast<clang::CXXDefaultArgExpr>(expr)) expr = defaulted->getExpr();
        if (const auto* defaulted = llvm::dyn_cast<clang::CXXDefaultInitExpr>(expr)) expr = defaulted->getExpr();
        if (const auto* replaced = llvm::dyn_cast<clang::SubstNonTypeTemplateParmExpr>(expr))
            expr = replaced->getReplacement();
        if (expr == before) return expr;
    }
}

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

ir::Value FunctionLowering::integerOf(const llvm::APSInt& value) {
    return value.isRepresentableByInt64() ? constantOf(value.getExtValue()) : ir::Value{};
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

// What a function reaches that is given the address of an element and a length.
ir::Place FunctionLowering::range(ir::Place place) {
    if (!place.steps.empty() && place.steps.back().kind == ir::StepKind::indexConstant)
        place.steps.back() = {ir::StepKind::indexAny, {}, 0};
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
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(expr)) return memberPlace(member);
    if (const auto* subscript = llvm::dyn_cast<clang::ArraySubscriptExpr>(expr)) return elementPlace(subscript);
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

ir::Place FunctionLowering::memberPlace(const clang::MemberExpr* member) {
    if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(member->getMemberDecl()))
        return variablePlace(variable, false);
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

// Whether an expression is the content of a member that the function counts up.
bool FunctionLowering::isCountedUp(const clang::Expr* number) const {
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(number->IgnoreParenImpCasts());
    return member && increased_.contains(member->getMemberDecl());
}

// The step to the element that an expression gives the number of.
ir::Step FunctionLowering::indexStep(const clang::Expr* number) {
    Rvalue index =
        number->isGLValue() ? loadFrom(place(number), number->getType(), number->getExprLoc()) : rvalue(number);
    if (index.value.kind == ir::ValueKind::constant) return {ir::StepKind::indexConstant, {}, index.value.constant};
    if (index.value.kind != ir::ValueKind::load) return {ir::StepKind::indexAny, {}, 0};
    const ir::Place& from = index.value.place;
    if (from.steps.empty()) return {ir::StepKind::indexVariable, from.root.kind, from.root.index};
    const bool captured =
        !captures_.empty() && from.steps.size() == 2 && from.root == ir::Root{ir::RootKind::formal, 0};
    if (!captured && !isCountedUp(number)) return {ir::StepKind::indexAny, {}, 0};
    // A captured number, or one that a member counts: a variable of its own gives the element a name.
    const ir::Root variable = temporary(number->getType());
    emitStore({variable, {}}, {index.value, index.uses}, number->getExprLoc()).isInit = true;
    return {ir::StepKind::indexVariable, variable.kind, variable.index};
}

ir::Place FunctionLowering::elementPlace(const clang::ArraySubscriptExpr* subscript) {
    ir::Place base = pointee(rvalue(subscript->getBase()).value);
    const ir::Step step = indexStep(subscript->getIdx());
    // An array's decay is the address of its first element; indexing starts over from the array.
    if (!base.steps.empty() && base.steps.back().kind == ir::StepKind::indexConstant && base.steps.back().value == 0) {
        base.steps.back() = step;
    } else {
        base.steps.push_back(step);
    }
    return base;
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

}  // namespace raddle::lower
