#include "analyzer/lower/declarations/contracts.h"

#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

namespace raddle::lower {
namespace {

class Reader {
  public:
    Reader(UnitContext& context, const clang::Decl* declaration) : context_(context), declaration_(declaration) {}

    void run() {
        if (const auto* field = llvm::dyn_cast<clang::FieldDecl>(declaration_)) {
            guarded(context_.fieldName(field));
        } else if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(declaration_)) {
            if (!function->isDependentContext()) ofFunction(function);
        } else if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration_)) {
            if (variable->hasGlobalStorage() && variable->hasAttr<clang::GuardedByAttr>()) guarded(keyOf(variable));
        }
    }

  private:
    ir::NameId keyOf(const clang::VarDecl* variable) { return context_.unit().globals[context_.global(variable)].key; }

    void guarded(ir::NameId subject) {
        for (const auto* attribute : declaration_->specific_attrs<clang::GuardedByAttr>())
            add(ir::ContractKind::guarded, subject, attribute->getArg(), false);
    }

    void ofFunction(const clang::FunctionDecl* function) {
        const ir::NameId key = context_.functionKey(function);
        for (const auto* attribute : function->specific_attrs<clang::RequiresCapabilityAttr>())
            for (const clang::Expr* lock : attribute->args())
                add(ir::ContractKind::needs, key, lock, attribute->isShared());
        for (const auto* attribute : function->specific_attrs<clang::AcquireCapabilityAttr>())
            each(ir::ContractKind::acquires, key, *attribute, attribute->isShared());
        for (const auto* attribute : function->specific_attrs<clang::ReleaseCapabilityAttr>())
            each(ir::ContractKind::releases, key, *attribute, attribute->isShared());
        if (function->hasAttr<clang::NoThreadSafetyAnalysisAttr>()) {
            ir::Contract contract;
            contract.kind = ir::ContractKind::unchecked;
            contract.subject = key;
            context_.unit().contracts.push_back(contract);
        }
    }

    // Without arguments it is the object itself that is the lock, unless it is a guard of one.
    template <class Attribute>
    void each(ir::ContractKind kind, ir::NameId key, const Attribute& attribute, bool shared) {
        for (const clang::Expr* lock : attribute.args()) add(kind, key, lock, shared);
        const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(declaration_);
        if (attribute.args_size() > 0 || !method || method->getParent()->hasAttr<clang::ScopedLockableAttr>()) return;
        ir::Contract contract;
        contract.kind = kind;
        contract.subject = key;
        contract.formal = 0;
        contract.shared = shared;
        context_.unit().contracts.push_back(contract);
    }

    void add(ir::ContractKind kind, ir::NameId subject, const clang::Expr* lock, bool shared) {
        ir::Contract contract;
        contract.kind = kind;
        contract.subject = subject;
        contract.shared = shared;
        if (lock && name(lock, contract)) context_.unit().contracts.push_back(contract);
    }

    static const clang::Expr* bare(const clang::Expr* expr) {
        for (;;) {
            expr = expr->IgnoreParenImpCasts();
            const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(expr);
            if (!unary || (unary->getOpcode() != clang::UO_AddrOf && unary->getOpcode() != clang::UO_Deref))
                return expr;
            expr = unary->getSubExpr();
        }
    }

    bool name(const clang::Expr* lock, ir::Contract& contract) {
        lock = bare(lock);
        if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(lock)) {
            const auto* field = llvm::dyn_cast<clang::FieldDecl>(member->getMemberDecl());
            if (!field || !object(bare(member->getBase()), contract)) return false;
            contract.member = context_.fieldName(field);
            return true;
        }
        return object(lock, contract);
    }

    // `this`, an argument or a global.
    bool object(const clang::Expr* expr, ir::Contract& contract) {
        if (llvm::isa<clang::CXXThisExpr>(expr)) {
            contract.formal = 0;
            return true;
        }
        const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(expr);
        if (!ref) return false;
        if (const auto* parameter = llvm::dyn_cast<clang::ParmVarDecl>(ref->getDecl())) {
            const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(declaration_);
            contract.formal = parameter->getFunctionScopeIndex() + (method && method->isInstance() ? 1 : 0);
            return true;
        }
        const auto* variable = llvm::dyn_cast<clang::VarDecl>(ref->getDecl());
        if (!variable || !variable->hasGlobalStorage()) return false;
        contract.global = keyOf(variable);
        return true;
    }

    UnitContext& context_;
    const clang::Decl* declaration_;
};

}  // namespace

void addContracts(UnitContext& context, const clang::Decl* declaration) {
    if (declaration->hasAttrs()) Reader(context, declaration).run();
}

}  // namespace raddle::lower
