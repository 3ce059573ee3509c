#include "analyzer/lower/functions/function_lowering.h"

#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Analysis/Analyses/PostOrderCFGView.h>
#include <clang/Basic/Sanitizers.h>

namespace raddle::lower {
namespace {

// Marks local variables that are named other than to read or assign them whole, and members that are counted up.
class AddressTakenVisitor : public clang::RecursiveASTVisitor<AddressTakenVisitor> {
  public:
    AddressTakenVisitor(std::unordered_set<const clang::ValueDecl*>& taken,
                        std::unordered_set<const clang::ValueDecl*>& increased)
        : taken_(taken), increased_(increased) {}

    bool VisitImplicitCastExpr(clang::ImplicitCastExpr* cast) {
        if (cast->getCastKind() == clang::CK_LValueToRValue) plain_.insert(cast->getSubExpr()->IgnoreParens());
        return true;
    }
    bool VisitBinaryOperator(clang::BinaryOperator* op) {
        if (op->isAssignmentOp()) plain_.insert(op->getLHS()->IgnoreParens());
        return true;
    }
    bool VisitUnaryOperator(clang::UnaryOperator* op) {
        if (op->isIncrementDecrementOp()) plain_.insert(op->getSubExpr()->IgnoreParens());
        if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(op->getSubExpr()->IgnoreParens());
            member && op->isIncrementOp())
            increased_.insert(member->getMemberDecl());
        return true;
    }
    bool VisitDeclRefExpr(clang::DeclRefExpr* ref) {
        if (!plain_.contains(ref)) taken_.insert(ref->getDecl());
        return true;
    }
    bool VisitLambdaExpr(clang::LambdaExpr* lambda) {
        for (const clang::LambdaCapture& capture : lambda->captures())
            if (capture.capturesVariable() && capture.getCaptureKind() == clang::LCK_ByRef)
                taken_.insert(capture.getCapturedVar());
        return true;
    }

  private:
    std::unordered_set<const clang::ValueDecl*>& taken_;
    std::unordered_set<const clang::ValueDecl*>& increased_;
    std::unordered_set<const clang::Expr*> plain_;
};

}  // namespace

FunctionLowering::FunctionLowering(UnitContext& context, const clang::FunctionDecl* function)
    : context_(context), ast_(context.ast()), decl_(function) {}

std::optional<ir::Function> FunctionLowering::lower() {
    clang::CFG::BuildOptions options;
    options.AddImplicitDtors = true;
    options.AddTemporaryDtors = true;
    options.AddInitializers = true;
    options.PruneTriviallyFalseEdges = true;
    options.AddStaticInitBranches = true;
    options.setAllAlwaysAdd();
    clang::Stmt* body = decl_->getBody();
    std::unique_ptr<clang::CFG> cfg = clang::CFG::buildCFG(decl_, body, &ast_, options);
    if (!cfg) return std::nullopt;

    out_.key = context_.functionKey(decl_);
    out_.name = context_.name(context_.qualifiedName(decl_));
    out_.at = context_.location(decl_->getLocation());
    out_.file = out_.at.file;
    out_.isStatic = !decl_->isExternallyVisible();
    out_.isPublic = !out_.isStatic;
    out_.noReturn = decl_->isNoReturn();
    for (const auto* attribute : decl_->specific_attrs<clang::NoSanitizeAttr>())
        out_.unchecked = out_.unchecked || (attribute->getMask() & clang::SanitizerKind::Thread);
    if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(decl_)) {
        if (method->isInstance() && !method->getParent()->isLambda())
            out_.klass = context_.name(context_.qualifiedName(method->getParent()));
        out_.isPublic = out_.isPublic && method->getAccess() == clang::AS_public;
        if (method->getParent()->isLambda()) {
            // Whoever has the closure calls it, nobody else.
            out_.isPublic = false;
            method->getParent()->getCaptureFields(captures_, thisCapture_);
        }
        if (llvm::isa<clang::CXXConstructorDecl>(method)) out_.role = ir::FunctionRole::constructor;
        if (llvm::isa<clang::CXXDestructorDecl>(method)) out_.role = ir::FunctionRole::destructor;
        for (const clang::CXXMethodDecl* base : method->overridden_methods())
            context_.unit().overrides.push_back({context_.functionKey(base), out_.key});
    }
    findAddressTaken(body);
    addFormals();
    returned_ = temporary(decl_->getReturnType(), "%return");
    noteDestinations(body);

    // Reverse post-order: what an expression is computed from is lowered before it.
    std::vector<const clang::CFGBlock*> order;
    clang::PostOrderCFGView view(cfg.get());
    for (const clang::CFGBlock* block : view) order.push_back(block);
    if (order.empty() || order.front() != &cfg->getEntry()) {
        std::erase(order, &cfg->getEntry());
        order.insert(order.begin(), &cfg->getEntry());
    }
    for (const clang::CFGBlock* block : order) blockIds_.emplace(block, static_cast<ir::BlockId>(blockIds_.size()));
    out_.blocks.resize(order.size());
    for (const clang::CFGBlock* block : order) lowerBlock(*block);
    for (const clang::CFGBlock* block : order) addSuccessors(*block);
    if (auto exit = blockIds_.find(&cfg->getExit()); exit != blockIds_.end()) {
        ops_ = &out_.blocks[exit->second].ops;
        ir::Op& op =
            emit(ir::OpKind::ret, decl_->getBodyRBrace().isValid() ? decl_->getBodyRBrace() : decl_->getEndLoc());
        op.value = loadOf({returned_, {}});
    }
    if (!splitFrom_.empty()) putInOrder();
    dropUnreadResults();
    return std::move(out_);
}

ir::Function FunctionLowering::lowerInitialisers(UnitContext& context,
                                                 const std::vector<const clang::VarDecl*>& globals) {
    FunctionLowering lowering(context);
    const std::string& file = context.unit().file;
    lowering.out_.key = context.name("static initialisers@" + file);
    lowering.out_.name = context.name("static initialisers");
    lowering.out_.file = context.name(file);
    lowering.out_.role = ir::FunctionRole::staticInit;
    lowering.out_.isStatic = true;
    lowering.out_.isPublic = false;
    lowering.out_.blocks.resize(1);
    lowering.ops_ = &lowering.out_.blocks[0].ops;
    lowering.returned_ = lowering.temporary(context.ast().VoidTy, "%return");
    for (const clang::VarDecl* global : globals) {
        ir::Place place{{ir::RootKind::global, context.global(global)}, {}};
        lowering.setDestination(global->getInit(), place);
        lowering.initialise(place, global->getType(), global->getInit());
    }
    lowering.emit(ir::OpKind::ret, {});
    return std::move(lowering.out_);
}

void FunctionLowering::addFormals() {
    if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(decl_); method && method->isInstance()) {
        ir::Variable self;
        self.name = context_.name("this");
        self.type = context_.name(context_.qualifiedName(method->getParent()));
        self.isPointer = true;
        out_.formals.push_back(self);
    }
    for (const clang::ParmVarDecl* parameter : decl_->parameters()) {
        variables_[parameter] = {ir::RootKind::formal, static_cast<uint32_t>(out_.formals.size())};
        ir::Variable formal = context_.variable(parameter);
        formal.addressTaken = addressTaken_.contains(parameter);
        out_.formals.push_back(formal);
    }
}

void FunctionLowering::findAddressTaken(const clang::Stmt* body) {
    AddressTakenVisitor visitor(addressTaken_, increased_);
    if (body) visitor.TraverseStmt(const_cast<clang::Stmt*>(body));
}

// An expression that makes an object is told beforehand where the object is to be.
void FunctionLowering::noteDestinations(const clang::Stmt* body) {
    class Visitor : public clang::RecursiveASTVisitor<Visitor> {
      public:
        explicit Visitor(FunctionLowering& owner) : owner_(owner) {}
        bool shouldVisitImplicitCode() const { return true; }
        bool TraverseLambdaExpr(clang::LambdaExpr* lambda) {
            for (clang::Expr* init : lambda->capture_inits())
                if (init) TraverseStmt(init);
            return true;
        }
        bool VisitVarDecl(clang::VarDecl* variable) {
            if (!variable->getInit() || variable->getType()->isReferenceType()) return true;
            if (variable->getType()->isRecordType() || variable->getType()->isArrayType())
                owner_.setDestination(variable->getInit(), owner_.variablePlace(variable, false));
            return true;
        }
        bool VisitCXXNewExpr(clang::CXXNewExpr* expr) {
            if (const clang::Expr* init = expr->getInitializer()) owner_.newOf_[stripWrappers(init)] = expr;
            return true;
        }
        bool VisitReturnStmt(clang::ReturnStmt* statement) {
            if (const clang::Expr* value = statement->getRetValue();
                value && value->isPRValue() && value->getType()->isRecordType())
                owner_.setDestination(value, {owner_.returned_, {}});
            return true;
        }

      private:
        FunctionLowering& owner_;
    };
    Visitor visitor(*this);
    if (const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(decl_)) {
        for (const clang::CXXCtorInitializer* init : constructor->inits()) {
            ir::Place self = pointee(thisValue());
            if (const clang::FieldDecl* member = init->getAnyMember()) {
                self.steps.push_back({ir::StepKind::field, {}, context_.fieldName(member).value});
                if (member->getType()->isReferenceType()) continue;
            }
            if (init->getInit()) setDestination(init->getInit(), self);
        }
    }
    if (body) visitor.TraverseStmt(const_cast<clang::Stmt*>(body));
}

void FunctionLowering::setDestination(const clang::Expr* init, const ir::Place& place) {
    if (!init) return;
    const clang::Expr* expr = stripWrappers(init);
    if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(expr)) {
        if (cast->isPRValue() && cast->getType()->isRecordType()) setDestination(cast->getSubExpr(), place);
        return;
    }
    if (const auto* conditional = llvm::dyn_cast<clang::ConditionalOperator>(expr)) {
        setDestination(conditional->getTrueExpr(), place);
        setDestination(conditional->getFalseExpr(), place);
        return;
    }
    if (const auto* defaulted = llvm::dyn_cast<clang::CXXDefaultInitExpr>(expr)) {
        setDestination(defaulted->getExpr(), place);
        return;
    }
    if (expr->isPRValue()) destinations_[expr] = place;
}

void FunctionLowering::lowerBlock(const clang::CFGBlock& block) {
    block_ = blockIds_.at(&block);
    ops_ = &out_.blocks[block_].ops;
    enterStaticInit(block);
    for (const clang::CFGElement& element : block) lowerElement(element);
    if (block_ != blockIds_.at(&block)) lastIds_.emplace(&block, block_);
}

// A function's static variable is initialised by whoever comes first while the others wait: a lock of the compiler's,
// kept in the variable, that all hold shared from there on.
void FunctionLowering::enterStaticInit(const clang::CFGBlock& block) {
    for (const clang::CFGBlock::AdjacentBlock& adjacent : block.preds()) {
        const clang::CFGBlock* branch = adjacent.getReachableBlock();
        const auto* declaration =
            branch ? llvm::dyn_cast_or_null<clang::DeclStmt>(branch->getTerminatorStmt()) : nullptr;
        if (!declaration || !declaration->isSingleDecl() || branch->succ_size() != 2) continue;
        const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration->getSingleDecl());
        if (!variable || !isInitialisedOnce(variable)) continue;
        ir::Op& op = emit(ir::OpKind::acquire, variable->getLocation());
        op.place.root = {ir::RootKind::global, context_.global(variable)};
        op.lockKind = ir::LockKind::flag;
        const bool after = branch->succ_begin()->getReachableBlock() == &block;
        op.mode = after ? ir::LockMode::shared : ir::LockMode::exclusive;
        return;
    }
}

// Not by a constant: that is there before anything runs.
bool FunctionLowering::isInitialisedOnce(const clang::VarDecl* variable) const {
    return ast_.getLangOpts().CPlusPlus && variable->isStaticLocal() && variable->getInit() &&
           variable->getTLSKind() == clang::VarDecl::TLS_None && !variable->getInit()->isValueDependent() &&
           !variable->hasConstantInitialization();
}

void FunctionLowering::lowerElement(const clang::CFGElement& element) {
    switch (element.getKind()) {
        case clang::CFGElement::Statement:
        case clang::CFGElement::Constructor:
        case clang::CFGElement::CXXRecordTypedCall:
            lowerStatement(element.castAs<clang::CFGStmt>().getStmt());
            break;
        case clang::CFGElement::Initializer:
            lowerInitializer(element.castAs<clang::CFGInitializer>().getInitializer());
            break;
        case clang::CFGElement::AutomaticObjectDtor: {
            auto destructor = element.castAs<clang::CFGAutomaticObjDtor>();
            const clang::VarDecl* variable = destructor.getVarDecl();
            if (!variable->getType()->isReferenceType())
                destroy(variablePlace(variable, false), variable->getType(), destructor.getTriggerStmt()->getEndLoc());
            break;
        }
        case clang::CFGElement::TemporaryDtor: {
            const clang::CXXBindTemporaryExpr* bind = element.castAs<clang::CFGTemporaryDtor>().getBindTemporaryExpr();
            const clang::Expr* made = stripWrappers(bind);
            // What is made where it stays is no temporary.
            if (auto it = places_.find(made); it != places_.end() && !destinations_.contains(made))
                destroy(it->second, bind->getType(), bind->getEndLoc());
            break;
        }
        case clang::CFGElement::MemberDtor: {
            const clang::FieldDecl* member = element.castAs<clang::CFGMemberDtor>().getFieldDecl();
            ir::Place place = pointee(thisValue());
            place.steps.push_back({ir::StepKind::field, {}, context_.fieldName(member).value});
            destroy(place, member->getType(), decl_->getLocation());
            break;
        }
        case clang::CFGElement::BaseDtor: {
            const clang::CXXBaseSpecifier* base = element.castAs<clang::CFGBaseDtor>().getBaseSpecifier();
            // From here on the object is of the base class, also to whoever calls a virtual method of it.
            if (const auto* record = base->getType()->getAsCXXRecordDecl(); record && record->isPolymorphic())
                emitAccess(ir::OpKind::store, field(pointee(thisValue()), "$class"), decl_->getLocation());
            const size_t before = ops_->size();
            destroy(pointee(thisValue()), base->getType(), decl_->getLocation());
            if (ops_->size() > before) ops_->back().isVirtual = false;
            break;
        }
        case clang::CFGElement::CleanupFunction: {
            auto cleanup = element.castAs<clang::CFGCleanupFunction>();
            ir::Op& op = emit(ir::OpKind::call, cleanup.getVarDecl()->getEndLoc());
            op.value.kind = ir::ValueKind::function;
            op.value.function = context_.functionKey(cleanup.getFunctionDecl());
            op.args.push_back(addressOf(variablePlace(cleanup.getVarDecl(), false)));
            break;
        }
        default:
            break;
    }
}

void FunctionLowering::lowerStatement(const clang::Stmt* statement) {
    if (const auto* expr = llvm::dyn_cast<clang::Expr>(statement)) {
        if (expr->getType()->isDependentType() || expr->isTypeDependent()) return;
        if (expr->isGLValue()) {
            if (!expr->getType()->isFunctionType() && !expr->hasPlaceholderType()) place(expr);
        } else {
            rvalue(expr);
        }
        if (const auto* thrown = llvm::dyn_cast<clang::CXXThrowExpr>(expr)) lowerThrow(thrown);
        return;
    }
    if (const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(statement)) {
        for (const clang::Decl* decl : declaration->decls())
            if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl)) lowerVariable(variable);
        return;
    }
    if (const auto* returned = llvm::dyn_cast<clang::ReturnStmt>(statement)) lowerReturn(returned);
}

void FunctionLowering::lowerVariable(const clang::VarDecl* variable) {
    if (!variable->getInit()) return;
    initialise(variablePlace(variable, true), variable->getType(), variable->getInit());
    if (isInitialisedOnce(variable)) {
        ir::Op& op = emit(ir::OpKind::release, variable->getLocation());
        op.place.root = {ir::RootKind::global, context_.global(variable)};
        op.lockKind = ir::LockKind::flag;
        op.conditional = true;
    }
    if (const auto* decomposed = llvm::dyn_cast<clang::DecompositionDecl>(variable))
        for (const clang::BindingDecl* binding : decomposed->bindings())
            if (const clang::VarDecl* holding = binding->getHoldingVar()) lowerVariable(holding);
}

// Stores an initialiser: member by member for lists, as an address for references.
void FunctionLowering::initialise(const ir::Place& target, clang::QualType type, const clang::Expr* init) {
    init = stripWrappers(init);
    if (const auto* defaulted = llvm::dyn_cast<clang::CXXDefaultInitExpr>(init))
        init = stripWrappers(defaulted->getExpr());
    if (type->isReferenceType()) {
        ir::Place slot = target;
        if (!slot.steps.empty() && slot.steps.back().kind == ir::StepKind::deref) slot.steps.pop_back();
        Rvalue value;
        value.value = addressOf(place(init));
        emitStore(slot, value, init->getExprLoc()).isInit = true;
        return;
    }
    if (const auto* list = llvm::dyn_cast<clang::InitListExpr>(init)) {
        if (auto made = places_.find(init); made != places_.end() && made->second == target) return;
        if (const clang::InitListExpr* semantic = list->getSemanticForm()) list = semantic;
        if (type->isArrayType()) {
            clang::QualType element = ast_.getAsArrayType(type)->getElementType();
            for (unsigned i = 0; i < list->getNumInits(); ++i) {
                ir::Place slot = target;
                slot.steps.push_back({ir::StepKind::indexConstant, {}, static_cast<int64_t>(i)});
                if (!llvm::isa<clang::ImplicitValueInitExpr>(list->getInit(i)))
                    initialise(slot, element, list->getInit(i));
            }
            return;
        }
        if (const clang::RecordDecl* record = type->getAsRecordDecl()) {
            if (context_.isSynchronisation(type)) return;
            unsigned i = 0;
            if (const auto* cxx = llvm::dyn_cast<clang::CXXRecordDecl>(record)) i = cxx->getNumBases();
            for (const clang::FieldDecl* member : record->fields()) {
                if (record->isUnion() && member != list->getInitializedFieldInUnion()) continue;
                if (member->isUnnamedBitField()) continue;
                if (i >= list->getNumInits()) break;
                const clang::Expr* value = list->getInit(i++);
                if (llvm::isa<clang::ImplicitValueInitExpr>(value)) continue;
                ir::Place slot = target;
                slot.steps.push_back({ir::StepKind::field, {}, context_.fieldName(member).value});
                setDestination(value, slot);
                initialise(slot, member->getType(), value);
            }
            return;
        }
        if (list->getNumInits() == 1) initialise(target, type, list->getInit(0));
        return;
    }
    if (llvm::isa<clang::ImplicitValueInitExpr, clang::CXXScalarValueInitExpr>(init) && !type->isScalarType()) return;
    Rvalue value = rvalue(init);
    if (type->isRecordType() && init->isPRValue()) {
        // The object was made in place, unless the expression could not be told where.
        auto made = places_.find(init);
        if (made != places_.end() && made->second == target) return;
        if (llvm::isa<clang::CXXConstructExpr>(init)) {
            if (made == places_.end() || !made->second.valid()) return;
            value = {loadOf(made->second), {}};
        }
    }
    if (context_.isSynchronisation(type) && !type->isScalarType()) return;
    emitStore(target, value, init->getExprLoc()).isInit = true;
}

void FunctionLowering::lowerReturn(const clang::ReturnStmt* statement) {
    const clang::Expr* expr = statement->getRetValue();
    Rvalue value;
    if (!expr || expr->getType()->isVoidType()) {
        emitStore({returned_, {}}, value, statement->getReturnLoc());  // says where the path returned
        return;
    }
    if (decl_->getReturnType()->isReferenceType()) {
        value.value = addressOf(place(expr));
    } else {
        value = rvalue(expr);
        auto made = places_.find(stripWrappers(expr));
        if (made != places_.end() && made->second == ir::Place{returned_, {}}) return;
    }
    emitStore({returned_, {}}, value, statement->getReturnLoc());
}

void FunctionLowering::lowerInitializer(const clang::CXXCtorInitializer* initializer) {
    if (!initializer->getInit()) return;
    if (const clang::FieldDecl* member = initializer->getAnyMember()) {
        ir::Place target = pointee(thisValue());
        if (const clang::IndirectFieldDecl* indirect = initializer->getIndirectMember()) {
            for (const clang::NamedDecl* part : indirect->chain())
                if (const auto* step = llvm::dyn_cast<clang::FieldDecl>(part); step && step != member)
                    target.steps.push_back({ir::StepKind::field, {}, context_.fieldName(step).value});
        }
        target.steps.push_back({ir::StepKind::field, {}, context_.fieldName(member).value});
        initialise(target, member->getType(), initializer->getInit());
        makeLate(target, *initializer);
    } else {
        rvalue(initializer->getInit());
    }
}

ir::Op& FunctionLowering::emit(ir::OpKind kind, clang::SourceLocation at) {
    ir::Op op;
    op.kind = kind;
    op.at = context_.location(at);
    ops_->push_back(std::move(op));
    return ops_->back();
}

ir::Op& FunctionLowering::emitStore(const ir::Place& place, const Rvalue& value, clang::SourceLocation at) {
    ir::Op& op = emit(ir::OpKind::store, at);
    op.place = place;
    op.value = value.value;
    op.uses = value.uses;
    return op;
}

void FunctionLowering::emitAccess(ir::OpKind kind, const ir::Place& place, clang::SourceLocation at) {
    if (place.valid()) emit(kind, at).place = place;
}

ir::Root FunctionLowering::temporary(clang::QualType type, const char* prefix) {
    ir::Variable variable;
    std::string name = prefix;
    if (name == "%t") name += std::to_string(temporaries_++);
    variable.name = context_.name(name);
    variable.isPointer = type->isPointerType() || type->isReferenceType();
    variable.type = context_.name(context_.typeName(type->isPointerType() ? type->getPointeeType() : type));
    variable.callOperator = context_.callOperator(type.getNonReferenceType());
    out_.locals.push_back(variable);
    return {ir::RootKind::local, static_cast<uint32_t>(out_.locals.size() - 1)};
}

ir::Root FunctionLowering::local(const clang::VarDecl* variable) {
    auto [it, isNew] =
        variables_.try_emplace(variable, ir::Root{ir::RootKind::local, static_cast<uint32_t>(out_.locals.size())});
    if (isNew) {
        ir::Variable local = context_.variable(variable);
        local.addressTaken = addressTaken_.contains(variable);
        out_.locals.push_back(local);
    }
    return it->second;
}

}  // namespace raddle::lower
