// What the lowering of one translation unit shares: names, keys, globals and types, from Clang's declarations to
// the unit's tables.
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>

#include <string>
#include <unordered_map>

#include "analyzer/ir/ir.h"
#include "analyzer/models/models.h"

namespace raddle::lower {

class UnitContext {
  public:
    UnitContext(clang::ASTContext& ast, ir::Unit& unit, const models::Library& models)
        : ast_(ast), unit_(unit), models_(models), policy_(ast.getPrintingPolicy()) {
        policy_.SuppressTagKeyword = true;
        policy_.FullyQualifiedName = true;
    }

    clang::ASTContext& ast() const { return ast_; }
    ir::Unit& unit() const { return unit_; }
    const models::Library& models() const { return models_; }

    ir::NameId name(llvm::StringRef text) { return unit_.names.intern({text.data(), text.size()}); }

    // Where macro-expanded code was written out, since that is the line a person sees.
    ir::Location location(clang::SourceLocation at);
    bool isInSystemHeader(clang::SourceLocation at) const;

    // Unique in the program: name with template arguments, parameter types and, for internal linkage, the file.
    ir::NameId functionKey(const clang::FunctionDecl* function);
    // "ns::Class::method": no template arguments, no inline namespaces.
    std::string qualifiedName(const clang::NamedDecl* decl) const;
    // Qualified name of a type's class (or its spelling), without cv, references, pointers and template arguments.
    std::string typeName(clang::QualType type) const;

    // Index into Unit::globals of a variable with static storage.
    uint32_t global(const clang::VarDecl* variable);
    // Index of a lock that code does not name: one of this name for the whole program.
    uint32_t namedLock(std::string_view lockName);
    // Index of memory that code does not name: one of this name for the whole program.
    uint32_t namedState(std::string_view stateName);
    ir::Variable variable(const clang::ValueDecl* decl);
    ir::NameId fieldName(const clang::FieldDecl* field);
    // Key of the call operator of a closure or functor class; none when it has none or several.
    ir::NameId callOperator(clang::QualType type);

    bool isAtomic(clang::QualType type) const;
    // Synchronisation objects and streams: what is done to them is not access to shared memory.
    bool isSynchronisation(clang::QualType type) const;

  private:
    std::string fileName(clang::SourceLocation at) const;
    bool definedHere(const clang::VarDecl* variable) const;
    std::string keyText(const clang::FunctionDecl* function);

    clang::ASTContext& ast_;
    ir::Unit& unit_;
    const models::Library& models_;
    clang::PrintingPolicy policy_;
    std::unordered_map<const clang::FunctionDecl*, ir::NameId> keys_;
    std::unordered_map<const clang::VarDecl*, uint32_t> globals_;
    std::unordered_map<std::string, uint32_t> namedLocks_, namedStates_;
    std::unordered_map<unsigned, ir::NameId> files_;
};

// Operators and conversions have no identifier.
inline llvm::StringRef identifier(const clang::NamedDecl* decl) {
    return decl->getDeclName().isIdentifier() ? decl->getName() : llvm::StringRef();
}

}  // namespace raddle::lower
