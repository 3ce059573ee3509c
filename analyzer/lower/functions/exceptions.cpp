// Exceptions that a function throws itself: what is destroyed on the way, and that nobody goes on after the call.
#include <algorithm>

#include <clang/AST/ParentMap.h>
#include <clang/AST/StmtCXX.h>

#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

// The variables that live at a statement and not outside the innermost try around it, those declared last first. Also
// tells whether there is such a try.
std::vector<const clang::VarDecl*> unwound(const clang::ParentMap& parents, const clang::Stmt* thrown, bool& inTry) {
    std::vector<const clang::VarDecl*> variables;
    const clang::Stmt* child = thrown;
    for (const clang::Stmt* scope = parents.getParent(child); scope; child = scope, scope = parents.getParent(scope)) {
        if (const auto* attempt = llvm::dyn_cast<clang::CXXTryStmt>(scope);
            attempt && attempt->getTryBlock() == child) {
            inTry = true;
            return variables;
        }
        std::vector<const clang::VarDecl*> ofScope;
        for (const clang::Stmt* other : scope->children()) {
            if (other == child) break;
            const auto* declaration = llvm::dyn_cast_or_null<clang::DeclStmt>(other);
            if (!declaration) continue;
            for (const clang::Decl* decl : declaration->decls())
                if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl);
                    variable && variable->hasLocalStorage() && !variable->getType()->isReferenceType())
                    ofScope.push_back(variable);
        }
        variables.insert(variables.end(), ofScope.rbegin(), ofScope.rend());
    }
    return variables;
}

}  // namespace

void FunctionLowering::lowerThrow(const clang::CXXThrowExpr* thrown) {
    if (!parents_) parents_ = std::make_unique<clang::ParentMap>(decl_->getBody());
    bool inTry = false;
    for (const clang::VarDecl* variable : unwound(*parents_, thrown, inTry))
        destroy(variablePlace(variable, false), variable->getType(), thrown->getThrowLoc());
    if (!inTry) emit(ir::OpKind::ret, thrown->getThrowLoc()).throws = true;
}

}  // namespace raddle::lower
