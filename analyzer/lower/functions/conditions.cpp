// Branches: where blocks go on, the conditions they do it on, and loops that count.
#include <algorithm>

#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

// The value for which a switch goes to a block; none for the default and for what follows the switch.
std::optional<int64_t> switchLabel(const clang::ASTContext& ast, const clang::CFGBlock& block) {
    const auto* label = llvm::dyn_cast_or_null<clang::CaseStmt>(block.getLabel());
    if (!label || label->getRHS()) return std::nullopt;
    const llvm::APSInt number = label->getLHS()->EvaluateKnownConstInt(ast);
    return number.isRepresentableByInt64() ? std::optional(number.getExtValue()) : std::nullopt;
}

// Whether an expression changes a counter: what it held is known in terms of what it holds then alone.
bool counts(const clang::Expr* expr) {
    expr = expr->IgnoreParenImpCasts();
    const auto* op = llvm::dyn_cast<clang::UnaryOperator>(expr);
    return llvm::isa<clang::CallExpr>(expr) || llvm::isa<clang::AtomicExpr>(expr) ||
           (op && op->isIncrementDecrementOp());
}

}  // namespace

void FunctionLowering::addSuccessors(const clang::CFGBlock& block) {
    if (block.hasNoReturnElement()) return;
    auto last = lastIds_.find(&block);
    block_ = last != lastIds_.end() ? last->second : blockIds_.at(&block);
    ir::Block& target = out_.blocks[block_];
    ops_ = &target.ops;
    if (!ops_->empty() && ops_->back().kind == ir::OpKind::ret) return;  // it throws
    bool pruned = false;
    for (const clang::CFGBlock::AdjacentBlock& adjacent : block.succs()) {
        const clang::CFGBlock* successor = adjacent.getReachableBlock();
        auto it = successor ? blockIds_.find(successor) : blockIds_.end();
        if (it == blockIds_.end()) {
            pruned = true;
            continue;
        }
        target.successors.push_back(it->second);
    }
    const bool isSwitch = llvm::isa_and_nonnull<clang::SwitchStmt>(block.getTerminatorStmt());
    if ((pruned && !isSwitch) || target.successors.size() < 2) return;
    const clang::Stmt* terminator = block.getTerminatorStmt();
    const clang::Stmt* decisive = block.getTerminatorCondition();
    const auto* expr = llvm::dyn_cast_or_null<clang::Expr>(decisive);
    if (!expr || !terminator) return;
    if (block.getTerminator().isTemporaryDtorsBranch() || block.getTerminator().isVirtualBaseBranch()) return;
    if (isSwitch) {
        const Rvalue value = rvalue(expr);
        target.condition.uses = value.uses;
        if (value.value.kind == ir::ValueKind::load) target.condition.place = value.value.place;
        for (const clang::CFGBlock::AdjacentBlock& adjacent : block.succs())
            if (const clang::CFGBlock* successor = adjacent.getReachableBlock();
                successor && blockIds_.contains(successor))
                target.condition.labels.push_back(switchLabel(ast_, *successor));
    } else {
        target.condition = condition(expr);
    }
    addLoop(block);
}

// Only values of this function's own variables, which nobody changes through a pointer, and members they lead to.
bool FunctionLowering::comparesVariables(const std::vector<ir::Place>& uses) const {
    for (const ir::Place& use : uses) {
        if (use.root.kind == ir::RootKind::global ||
            (!use.steps.empty() && use.steps.back().kind != ir::StepKind::field))
            return false;
        const auto& table = use.root.kind == ir::RootKind::local ? out_.locals : out_.formals;
        if (table[use.root.index].addressTaken) return false;
    }
    return !uses.empty();
}

ir::NameId FunctionLowering::comparisonText(const clang::Expr* expr) {
    std::string text;
    llvm::raw_string_ostream out(text);
    expr->printPretty(out, nullptr, ast_.getPrintingPolicy());
    return context_.name(text);
}

ir::Condition FunctionLowering::condition(const clang::Expr* expr) {
    expr = stripWrappers(expr);
    if (const auto* op = llvm::dyn_cast<clang::UnaryOperator>(expr); op && op->getOpcode() == clang::UO_LNot) {
        ir::Condition inner = condition(op->getSubExpr());
        inner.equal = !inner.equal;
        return inner;
    }
    if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(expr); cast && expr->isPRValue()) {
        switch (cast->getCastKind()) {
            case clang::CK_IntegralToBoolean:
            case clang::CK_PointerToBoolean:
            case clang::CK_IntegralCast:
            case clang::CK_NoOp:
                return condition(cast->getSubExpr());
            default:
                break;
        }
    }
    // if (x = f()) and the last operand of `a && b`.
    if (const auto* op = llvm::dyn_cast<clang::BinaryOperator>(expr)) {
        if (op->isLogicalOp()) return condition(op->getRHS());
        if (op->isEqualityOp()) {
            Rvalue left = rvalue(op->getLHS()), right = rvalue(op->getRHS());
            if (left.value.kind == ir::ValueKind::constant) std::swap(left, right);
            ir::Condition result;
            result.uses = left.uses;
            result.uses.insert(result.uses.end(), right.uses.begin(), right.uses.end());
            const bool sum = left.value.kind == ir::ValueKind::sum && !counts(op->getLHS()) && !counts(op->getRHS());
            if (right.value.kind == ir::ValueKind::constant && (sum || left.value.kind == ir::ValueKind::load)) {
                result.place = left.value.place;
                result.constant = right.value.constant - (sum ? left.value.constant : 0);
                result.equal = op->getOpcode() == clang::BO_EQ;
            } else if (op->getLHS()->getType()->isIntegerType() && left.value.kind == ir::ValueKind::load &&
                       right.value.kind == ir::ValueKind::load && comparesVariables(result.uses)) {
                result.text = comparisonText(op);
            }
            return result;
        }
    }
    // __builtin_expect(c, v) is c.
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(expr);
        call && call->getBuiltinCallee() == clang::Builtin::BI__builtin_expect)
        return condition(call->getArg(0));
    Rvalue value = expr->isGLValue() ? loadFrom(place(expr), expr->getType(), expr->getExprLoc()) : rvalue(expr);
    ir::Condition result;
    result.uses = value.uses;
    if (const auto* op = llvm::dyn_cast<clang::BinaryOperator>(expr)) {
        result.ordering = op->isRelationalOp();
        if (op->isComparisonOp() && comparesVariables(result.uses)) result.text = comparisonText(op);
    }
    if (value.value.kind == ir::ValueKind::load || (value.value.kind == ir::ValueKind::sum && !counts(expr))) {
        result.place = value.value.place;
        result.constant = value.value.kind == ir::ValueKind::sum ? -value.value.constant : 0;
        result.equal = false;
    }
    return result;
}

ir::Place FunctionLowering::walkedThrough(const clang::ForStmt& loop) {
    // The object that a call of one of the methods is made on.
    const auto objectOf = [&](const clang::Expr* expr, std::initializer_list<llvm::StringRef> methods) {
        const clang::Expr* object = nullptr;
        const auto* call = expr ? llvm::dyn_cast<clang::CXXMemberCallExpr>(stripWrappers(expr)) : nullptr;
        const clang::CXXMethodDecl* method = call ? call->getMethodDecl() : nullptr;
        if (method && method->getIdentifier() && context_.isInSystemHeader(method->getLocation()) &&
            std::find(methods.begin(), methods.end(), method->getName()) != methods.end())
            object = call->getImplicitObjectArgument();
        return object;
    };
    const auto* declared = llvm::dyn_cast<clang::DeclStmt>(loop.getInit());
    const auto* variable =
        declared && declared->isSingleDecl() ? llvm::dyn_cast<clang::VarDecl>(declared->getSingleDecl()) : nullptr;
    if (!variable || !variable->getInit()) return {};
    const clang::Expr* test = stripWrappers(loop.getCond());
    const clang::Expr* object = nullptr;
    if (const auto* less = llvm::dyn_cast<clang::BinaryOperator>(test)) {
        clang::Expr::EvalResult from;
        const clang::Expr* init = variable->getInit();
        if (init->isValueDependent() || !variable->getType()->isIntegerType() || !init->EvaluateAsInt(from, ast_) ||
            from.Val.getInt() != 0)
            return {};
        if (less->getOpcode() == clang::BO_LT || less->getOpcode() == clang::BO_NE)
            object = objectOf(less->getRHS(), {"size"});
    } else if (const auto* rewritten = llvm::dyn_cast<clang::CXXRewrittenBinaryOperator>(test)) {
        // `a != b` by way of `==`.
        if (rewritten->getOperator() != clang::BO_NE || !objectOf(rewritten->getRHS(), {"end", "cend"})) return {};
        object = objectOf(variable->getInit(), {"begin", "cbegin"});
    } else if (const auto* differs = llvm::dyn_cast<clang::CXXOperatorCallExpr>(test)) {
        if (differs->getOperator() != clang::OO_ExclaimEqual || differs->getNumArgs() != 2) return {};
        object = objectOf(variable->getInit(), {"begin", "cbegin"});
        if (!objectOf(differs->getArg(1), {"end", "cend"})) return {};
    }
    return !object || object->getType()->isPointerType() ? ir::Place{} : place(object);
}

void FunctionLowering::addLoop(const clang::CFGBlock& block) {
    const clang::Stmt* terminator = block.getTerminatorStmt();
    ir::Loop loop;
    loop.header = block_;
    if (const auto* range = llvm::dyn_cast<clang::CXXForRangeStmt>(terminator)) {
        const auto* begin = llvm::dyn_cast<clang::VarDecl>(range->getBeginStmt()->getSingleDecl());
        const auto* over = llvm::dyn_cast<clang::VarDecl>(range->getRangeStmt()->getSingleDecl());
        if (!begin || !over) return;
        loop.variable = local(begin);
        loop.from = addressOf(anyElement(variablePlace(over, false)));
        loop.to = loop.from;
        out_.loops.push_back(loop);
        return;
    }
    const auto* counted = llvm::dyn_cast<clang::ForStmt>(terminator);
    if (!counted || !counted->getCond() || !counted->getInit()) return;
    if (ir::Place container = walkedThrough(*counted); container.valid()) {
        const auto* index = llvm::cast<clang::DeclStmt>(counted->getInit())->getSingleDecl();
        loop.variable = local(llvm::cast<clang::VarDecl>(index));
        loop.from = addressOf(anyElement(container));
        loop.to = loop.from;
        out_.loops.push_back(loop);
    }
    const auto* test = llvm::dyn_cast<clang::BinaryOperator>(counted->getCond()->IgnoreParenCasts());
    if (!test ||
        !(test->getOpcode() == clang::BO_LT || test->getOpcode() == clang::BO_LE || test->getOpcode() == clang::BO_NE))
        return;
    const auto* counter = llvm::dyn_cast<clang::DeclRefExpr>(test->getLHS()->IgnoreParenCasts());
    const auto* step =
        llvm::dyn_cast_or_null<clang::UnaryOperator>(counted->getInc() ? counted->getInc()->IgnoreParens() : nullptr);
    if (!counter || !step || !step->isIncrementOp()) return;
    const clang::Expr* from = nullptr;
    if (const auto* declared = llvm::dyn_cast<clang::DeclStmt>(counted->getInit())) {
        for (const clang::Decl* decl : declared->decls())
            if (decl == counter->getDecl()) from = llvm::cast<clang::VarDecl>(decl)->getInit();
    } else if (const auto* assigned = llvm::dyn_cast<clang::BinaryOperator>(counted->getInit())) {
        const auto* target = llvm::dyn_cast<clang::DeclRefExpr>(assigned->getLHS()->IgnoreParenCasts());
        if (assigned->getOpcode() == clang::BO_Assign && target && target->getDecl() == counter->getDecl())
            from = assigned->getRHS();
    }
    auto variable = variables_.find(counter->getDecl());
    if (!from || variable == variables_.end()) return;
    loop.variable = variable->second;
    loop.from = rvalue(from).value;
    loop.to = rvalue(test->getRHS()).value;
    if (test->getOpcode() == clang::BO_LE && loop.to.kind == ir::ValueKind::constant) ++loop.to.constant;
    out_.loops.push_back(loop);
}

}  // namespace raddle::lower
