// Lowers one function body: Clang's CFG, element by element, to CIR blocks. Expressions come in evaluation order,
// so each is lowered once and its value or place remembered for the expression it is part of. Split by meaning:
// function_lowering.cpp (blocks, statements), conditions.cpp (branches, loops), places.cpp and expressions.cpp (places
// and values), calls.cpp (calls), *_models.cpp and prototypes.cpp (what is known of library functions), objects.cpp
// (construction, destruction, guards, closures), parts.cpp and contents.cpp (pairs, containers), exceptions.cpp (what
// throws).
#pragma once

#include <clang/AST/ExprCXX.h>
#include <clang/AST/ParentMap.h>
#include <clang/AST/StmtCXX.h>
#include <clang/Analysis/CFG.h>

#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/ir/ir.h"
#include "analyzer/lower/declarations/unit_context.h"
#include "analyzer/models/models.h"

namespace raddle::lower {

class FunctionLowering {
  public:
    FunctionLowering(UnitContext& context, const clang::FunctionDecl* function);

    // Empty when Clang cannot build a CFG for the body.
    std::optional<ir::Function> lower();

    // The initialisers of globals, as the body of a function that runs before main.
    static ir::Function lowerInitialisers(UnitContext& context, const std::vector<const clang::VarDecl*>& globals);

  private:
    struct Rvalue {
        ir::Value value;
        std::vector<ir::Place> uses;  // what it was computed from
    };
    struct Callable {
        ir::Value callee;
        std::vector<ir::Value> bound;  // arguments that come before the caller's
        bool isVirtual = false;        // dispatches on the class of the first
        bool isBound = false;          // by std::bind, not by a closure that is the first of `bound`
    };
    // A call with the object split from the arguments.
    struct CallView {
        const clang::Expr* expr = nullptr;
        const clang::FunctionDecl* callee = nullptr;  // null for a call through a pointer
        ir::Place object;
        bool hasObject = false;
        std::vector<const clang::Expr*> args;
    };

    struct Part {
        ir::Place place;
        clang::QualType type;
    };

    explicit FunctionLowering(UnitContext& context) : context_(context), ast_(context.ast()) {}

    // --- blocks and statements
    void addFormals();
    void findAddressTaken(const clang::Stmt* body);
    void noteDestinations(const clang::Stmt* body);
    void setDestination(const clang::Expr* init, const ir::Place& place);
    void lowerBlock(const clang::CFGBlock& block);
    void enterStaticInit(const clang::CFGBlock& block);
    bool isInitialisedOnce(const clang::VarDecl* variable) const;
    void lowerElement(const clang::CFGElement& element);
    void lowerStatement(const clang::Stmt* statement);
    void lowerVariable(const clang::VarDecl* variable);
    void lowerThrow(const clang::CXXThrowExpr* thrown);
    void lowerReturn(const clang::ReturnStmt* statement);
    void lowerInitializer(const clang::CXXCtorInitializer* initializer);
    void makeLate(const ir::Place& member, const clang::CXXCtorInitializer& initializer);
    void initialise(const ir::Place& place, clang::QualType type, const clang::Expr* init);
    void addSuccessors(const clang::CFGBlock& block);
    void addLoop(const clang::CFGBlock& block);
    ir::BlockId startBlock();
    void putInOrder();
    bool comparesVariables(const std::vector<ir::Place>& uses) const;
    ir::NameId comparisonText(const clang::Expr* expr);
    ir::Condition condition(const clang::Expr* expr);

    // --- values and places
    // Without what changes neither value nor place; `strip` also without what stands for another expression.
    static const clang::Expr* stripWrappers(const clang::Expr* expr);
    static const clang::Expr* strip(const clang::Expr* expr);
    ir::Place place(const clang::Expr* expr);
    ir::Place placeOf(const clang::Expr* expr);
    ir::Place memberPlace(const clang::MemberExpr* member);
    ir::Step indexStep(const clang::Expr* number);
    bool isCountedUp(const clang::Expr* number) const;
    ir::Place elementPlace(const clang::ArraySubscriptExpr* subscript);
    ir::Place variablePlace(const clang::ValueDecl* decl, bool captured);
    Rvalue rvalue(const clang::Expr* expr);
    Rvalue valueOf(const clang::Expr* expr);
    std::optional<ir::Value> constantValue(const clang::Expr* expr);
    Rvalue castValue(const clang::CastExpr* cast);
    Rvalue unaryValue(const clang::UnaryOperator* op);
    Rvalue binaryValue(const clang::BinaryOperator* op);
    Rvalue loadFrom(const ir::Place& place, clang::QualType type, clang::SourceLocation at);
    void assign(const clang::BinaryOperator* op);
    void increment(const clang::UnaryOperator* op);
    static ir::Value sumOf(ir::Value left, ir::Value right, bool subtract);
    std::optional<Rvalue> containerValue(const clang::CastExpr* cast);
    ir::Root joinBranches(const clang::AbstractConditionalOperator* op, bool asAddress);
    ir::Value thisValue();
    // The place that a pointer value points to.
    ir::Place pointee(const ir::Value& value);
    static ir::Value addressOf(const ir::Place& place);
    static ir::Value loadOf(const ir::Place& place);
    static ir::Value constantOf(int64_t constant);
    static ir::Value integerOf(const llvm::APSInt& value);
    bool tracked(const ir::Place& place, clang::QualType type) const;

    // --- calls
    Rvalue lowerCall(const clang::CallExpr* call);
    Rvalue lowerCallee(const CallView& view, const std::string& name);
    ir::Place descriptor(const CallView& view, int index);
    void beginFileCall(const models::FileCall& file, const CallView& view);
    void endFileCall(const models::FileCall& file, const CallView& view, const Rvalue& result);
    CallView viewOf(const clang::CallExpr* call);
    bool isTrivialAssignment(const CallView& view) const;
    Rvalue assignRecord(const CallView& view);
    static bool isDispatched(const CallView& view);
    Rvalue emitCall(const CallView& view, const ir::Value& callee);
    bool isBuffer(clang::QualType parameter) const;
    void accessByPrototype(const CallView& view);
    Rvalue emitOpaque(const CallView& view);
    Rvalue emitSystemMethod(const CallView& view);
    std::optional<Rvalue> applyModel(const models::Model& model, const CallView& view);
    std::optional<Rvalue> applyLockModel(const models::Model& model, const CallView& view);
    void emitLockAll(const CallView& view);
    Rvalue emitAcquire(const models::Model& model, const CallView& view, const ir::Place& lock);
    void emitInitLock(const models::Model& model, const CallView& view, const ir::Place& lock);
    Rvalue emitWait(const models::Model& model, const CallView& view, const ir::Place& condition);
    Rvalue emitLocked(const models::Model& model, const CallView& view);
    std::optional<Rvalue> applyGuardModel(const models::Model& model, const CallView& view);
    std::optional<Rvalue> applyThreadModel(const models::Model& model, const CallView& view);
    std::optional<Rvalue> applyFlowModel(const models::Model& model, const CallView& view);
    void emitOnce(const models::Model& model, const CallView& view);
    std::optional<Callable> startedMethod(const models::Model& model, const CallView& view);
    Rvalue emitSpawn(const models::Model& model, const CallView& view);
    std::optional<Rvalue> applyAtomicModel(const models::Model& model, const CallView& view);
    std::optional<Rvalue> applyMemoryModel(const models::Model& model, const CallView& view);
    std::optional<Rvalue> applyObjectModel(const models::Model& model, const CallView& view, Rvalue result);
    clang::QualType objectType(const CallView& view) const;
    Rvalue emitForward(const models::Model& model, const CallView& view, Rvalue result);
    Rvalue emitPointerGet(const CallView& view, Rvalue result);
    Rvalue emitElement(const CallView& view, bool writes, Rvalue result);
    std::vector<Part> partsOf(const ir::Place& object, clang::QualType type) const;
    void makePart(const Part& part, const clang::Expr* arg, const CallView& view);
    void makeParts(const ir::Place& object, clang::QualType type, const CallView& view);
    void convertParts(const std::vector<Part>& to, const std::vector<Part>& from, clang::SourceLocation at);
    std::optional<Part> partNamed(const CallView& view);
    std::optional<Rvalue> emitGet(const CallView& view);
    bool assignParts(const CallView& view, clang::QualType type);
    void emitSwap(const ir::Place& a, const ir::Place& b, clang::QualType type, clang::SourceLocation at);
    Rvalue emitExchange(const CallView& view);
    Rvalue pointerTo(const ir::Value& pointer, const CallView& view);
    bool isContainer(clang::QualType type) const;
    clang::QualType valueType(clang::QualType type) const;
    bool givesMapped(const CallView& view) const;
    bool isIterator(const clang::Expr* expr, clang::QualType element) const;
    ir::Place atIterator(const clang::Expr* iterator);
    void fill(const ir::Place& container, clang::QualType type, const CallView& view);
    ir::Place listPlace(const clang::CXXStdInitializerListExpr* list);
    bool isNumbered(const CallView& view) const;
    bool holdsThreads(clang::QualType type, int depth = 0) const;
    void emitInsert(const CallView& view);
    static bool isStatement(const clang::Stmt* within, const clang::Expr* expr);
    std::optional<Rvalue> lowerSyncBuiltin(const CallView& view);
    Rvalue lowerAtomicExpr(const clang::AtomicExpr* expr);
    Rvalue emitRmw(const ir::Place& place, const clang::Expr* expr, ir::MemoryOrder order, bool takesFlag);
    Rvalue emitCas(const ir::Place& place, const clang::Expr* expr, ir::MemoryOrder order);
    void emitAtomicStore(const ir::Place& place, const Rvalue& value, const clang::Expr* expr, ir::MemoryOrder order);
    ir::MemoryOrder orderArgument(const CallView& view, int index);
    ir::Place argumentPlace(const CallView& view, int index);
    Rvalue succeeds(const CallView& view);
    ir::Value argumentValue(const clang::Expr* expr);
    void giveAway(const clang::Expr* arg);
    void movePointer(const clang::Expr* other, const ir::Place& object, clang::SourceLocation at);
    ir::Value copiedArgument(const clang::Expr* expr);
    bool wantsStopToken(const clang::Expr* entry) const;
    Callable callable(const clang::Expr* expr, bool copied);
    Rvalue bindCall(const CallView& view);
    bool emitCallback(const CallView& view, int index, const std::vector<ir::Value>& args);

    // --- objects
    Rvalue construct(const clang::CXXConstructExpr* expr);
    void constructSystem(const CallView& view, clang::QualType type);
    bool emplace(const CallView& view, const ir::Place& object, clang::QualType type);
    clang::QualType emplacedType(const CallView& view) const;
    void constructGuard(const models::Guard& guard, const ir::Place& object, const CallView& view);
    bool locksNothing(clang::QualType type) const;
    Rvalue allocate(const clang::CXXNewExpr* expr);
    void deallocate(const clang::CXXDeleteExpr* expr);
    ir::Root newObject(const clang::CXXNewExpr* expr);
    void destroy(const ir::Place& object, clang::QualType type, clang::SourceLocation at);
    Rvalue closure(const clang::LambdaExpr* expr);
    ir::Place destinationOf(const clang::Expr* expr);
    ir::Place guardLock(const ir::Place& guard) const;

    // --- emission
    ir::Op& emit(ir::OpKind kind, clang::SourceLocation at);
    ir::Op& emitStore(const ir::Place& place, const Rvalue& value, clang::SourceLocation at);
    void emitAccess(ir::OpKind kind, const ir::Place& place, clang::SourceLocation at);
    ir::Root temporary(clang::QualType type, const char* prefix = "%t");
    ir::Root local(const clang::VarDecl* variable);
    ir::Place field(ir::Place place, const char* name) const;
    ir::Place anyElement(ir::Place place) const;
    static ir::Place range(ir::Place place);
    void dropUnreadResults();
    // The container whose elements a `for` statement walks through, by index or iterator; an invalid place when none.
    ir::Place walkedThrough(const clang::ForStmt& loop);

    UnitContext& context_;
    clang::ASTContext& ast_;
    const clang::FunctionDecl* decl_ = nullptr;
    ir::Function out_;
    std::vector<ir::Op>* ops_ = nullptr;  // of the block being lowered
    ir::BlockId block_ = 0;

    std::unordered_map<const clang::CFGBlock*, ir::BlockId> blockIds_;
    std::unordered_map<const clang::CFGBlock*, ir::BlockId> lastIds_;  // of those that models have split
    std::unordered_map<ir::BlockId, ir::BlockId> splitFrom_;           // a block made by a split -> the one before it
    std::unordered_map<const clang::ValueDecl*, ir::Root> variables_;
    std::unordered_map<const clang::Expr*, Rvalue> values_;
    std::unordered_map<const clang::Expr*, ir::Place> places_;
    std::unordered_map<const clang::Expr*, ir::BlockId> evaluatedIn_;
    std::unordered_map<const clang::Expr*, ir::Place> destinations_;
    std::unordered_map<const clang::Expr*, const clang::CXXNewExpr*> newOf_;
    std::unordered_map<const clang::CXXNewExpr*, ir::Root> newObjects_;
    std::unordered_map<const clang::Expr*, Callable> boundCalls_;  // std::bind
    std::unordered_set<const clang::ValueDecl*> addressTaken_;
    std::unordered_set<const clang::ValueDecl*> increased_;  // members that an increment names
    llvm::DenseMap<const clang::ValueDecl*, clang::FieldDecl*> captures_;
    clang::FieldDecl* thisCapture_ = nullptr;
    std::unique_ptr<clang::ParentMap> parents_;  // of the body's statements, made when something throws
    ir::Root returned_;
    unsigned temporaries_ = 0;
};

}  // namespace raddle::lower
