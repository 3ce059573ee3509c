#include "analyzer/lower/declarations/unit_context.h"

#include <clang/AST/DeclTemplate.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Lex/Lexer.h>

namespace raddle::lower {
namespace {

std::string lastName(const clang::NamedDecl* decl) {
    if (const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(decl))
        return constructor->getParent()->getNameAsString();
    if (const auto* destructor = llvm::dyn_cast<clang::CXXDestructorDecl>(decl))
        return "~" + destructor->getParent()->getNameAsString();
    return decl->getNameAsString();
}

}  // namespace

// C's tentative definitions count.
bool UnitContext::definedHere(const clang::VarDecl* variable) const {
    return variable->hasDefinition(ast_) != clang::VarDecl::DeclarationOnly;
}

std::string UnitContext::fileName(clang::SourceLocation at) const {
    const clang::SourceManager& sources = ast_.getSourceManager();
    auto file = sources.getFileEntryRefForID(sources.getFileID(sources.getExpansionLoc(at)));
    if (!file) return {};
    llvm::SmallString<256> path(file->getName());
    sources.getFileManager().makeAbsolutePath(path);
    llvm::sys::path::remove_dots(path, true);
    return std::string(path);
}

ir::Location UnitContext::location(clang::SourceLocation at) {
    if (at.isInvalid()) return {};
    const clang::SourceManager& sources = ast_.getSourceManager();
    clang::SourceLocation expansion = sources.getExpansionLoc(at);
    auto [fileId, offset] = sources.getDecomposedLoc(expansion);
    auto [it, isNew] = files_.try_emplace(fileId.getHashValue());
    if (isNew) it->second = name(fileName(expansion));
    return {it->second, sources.getLineNumber(fileId, offset), sources.getColumnNumber(fileId, offset)};
}

bool UnitContext::isInSystemHeader(clang::SourceLocation at) const {
    const clang::SourceManager& sources = ast_.getSourceManager();
    return at.isInvalid() || sources.isInSystemHeader(sources.getExpansionLoc(at));
}

std::string UnitContext::qualifiedName(const clang::NamedDecl* decl) const {
    std::string text = lastName(decl);
    if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl); function && function->isExternC())
        return text;
    for (const clang::DeclContext* context = decl->getDeclContext(); context; context = context->getParent()) {
        if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(context)) {
            if (space->isInline() || space->isAnonymousNamespace()) continue;
            text = space->getNameAsString() + "::" + text;
        } else if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(context)) {
            if (record->isLambda()) {
                unsigned line = ast_.getSourceManager().getExpansionLineNumber(record->getBeginLoc());
                text = "lambda:" + std::to_string(line) + (text == "operator()" ? "" : "::" + text);
            } else {
                text = record->getNameAsString() + "::" + text;
            }
        } else if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(context)) {
            return qualifiedName(function) + "::" + text;
        }
    }
    return text;
}

std::string UnitContext::keyText(const clang::FunctionDecl* function) {
    std::string key;
    bool internal = !function->isExternallyVisible();
    if (function->isExternC() || function->isMain() || !ast_.getLangOpts().CPlusPlus) {
        key = function->getNameAsString();
    } else {
        llvm::raw_string_ostream out(key);
        out << qualifiedName(function);
        if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function)) {
            if (const auto* special = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(method->getParent())) {
                clang::printTemplateArgumentList(out, special->getTemplateArgs().asArray(), policy_);
                internal = internal || !special->isExternallyVisible();
            }
            if (method->getParent()->isLambda()) {
                ir::Location at = location(method->getParent()->getBeginLoc());
                out << "@" << at.line << ":" << at.column;
                internal = true;
            }
        }
        if (const clang::TemplateArgumentList* arguments = function->getTemplateSpecializationArgs())
            clang::printTemplateArgumentList(out, arguments->asArray(), policy_);
        out << "(";
        for (const clang::ParmVarDecl* parameter : function->parameters())
            out << (parameter == function->parameters().front() ? "" : ",")
                << parameter->getType().getCanonicalType().getAsString(policy_);
        out << ")";
        if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function); method && method->isConst())
            out << "const";
    }
    if (internal) key += "@" + fileName(function->getLocation());
    return key;
}

ir::NameId UnitContext::functionKey(const clang::FunctionDecl* function) {
    function = function->getCanonicalDecl();
    auto [it, isNew] = keys_.try_emplace(function);
    if (isNew) it->second = name(keyText(function));
    return it->second;
}

std::string UnitContext::typeName(clang::QualType type) const {
    type = type.getNonReferenceType();
    while (type->isArrayType()) type = ast_.getBaseElementType(type);
    if (const auto* alias = type->getAs<clang::TypedefType>()) {
        // C's lock types are typedefs of unnamed unions.
        std::string spelled = alias->getDecl()->getNameAsString();
        if (models_.isSynchronisationType(spelled)) return spelled;
    }
    if (const clang::RecordDecl* record = type->getAsRecordDecl()) {
        if (record->getName().empty()) {
            if (const clang::TypedefNameDecl* alias = record->getTypedefNameForAnonDecl())
                return alias->getNameAsString();
        }
        return qualifiedName(record);
    }
    return type.getUnqualifiedType().getAsString(policy_);
}

uint32_t UnitContext::global(const clang::VarDecl* variable) {
    variable = variable->getCanonicalDecl();
    auto [it, isNew] = globals_.try_emplace(variable, static_cast<uint32_t>(unit_.globals.size()));
    if (!isNew) return it->second;
    const clang::VarDecl* definition = variable->getDefinition() ? variable->getDefinition() : variable;
    std::string text = qualifiedName(variable);
    ir::Global global;
    global.name = name(text);
    if (!variable->isExternallyVisible() || variable->isStaticLocal()) {
        text += "@" + fileName(variable->getLocation());
        if (variable->isStaticLocal()) text += ":" + std::to_string(location(variable->getLocation()).line);
    }
    if (const auto* special = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(variable->getDeclContext())) {
        llvm::raw_string_ostream out(text);
        clang::printTemplateArgumentList(out, special->getTemplateArgs().asArray(), policy_);
    }
    global.key = name(text);
    clang::QualType type = definition->getType();
    global.type = name(typeName(type->isPointerType() ? type->getPointeeType() : type));
    global.at = location(definition->getLocation());
    global.isPointer = type->isPointerType() || type->isReferenceType();
    global.isConst = type.isConstant(ast_) || definition->isConstexpr();
    global.isThreadLocal = definition->getTLSKind() != clang::VarDecl::TLS_None;
    global.isFunctionStatic = variable->isStaticLocal();
    global.isExtern = variable->isExternallyVisible() && !definedHere(variable);
    global.lockKind = models_.lockKindOf(typeName(type));
    if (const clang::Expr* init = definition->getInit(); init && global.lockKind == ir::LockKind::mutex) {
        llvm::StringRef macro =
            clang::Lexer::getImmediateMacroName(init->getBeginLoc(), ast_.getSourceManager(), ast_.getLangOpts());
        if (init->getBeginLoc().isMacroID() && macro.contains("RECURSIVE")) global.lockKind = ir::LockKind::recursive;
    }
    global.callOperator = callOperator(type);
    unit_.globals.push_back(global);
    return it->second;
}

uint32_t UnitContext::namedLock(std::string_view lockName) {
    auto [it, isNew] = namedLocks_.try_emplace(std::string(lockName), static_cast<uint32_t>(unit_.globals.size()));
    if (!isNew) return it->second;
    ir::Global global;
    global.name = name(llvm::StringRef(lockName));
    global.key = name("lock " + it->first);  // no variable's key has a space
    global.lockKind = ir::LockKind::mutex;
    unit_.globals.push_back(global);
    return it->second;
}

uint32_t UnitContext::namedState(std::string_view stateName) {
    auto [it, isNew] = namedStates_.try_emplace(std::string(stateName), static_cast<uint32_t>(unit_.globals.size()));
    if (!isNew) return it->second;
    ir::Global global;
    global.name = global.key = name(llvm::StringRef(stateName));
    unit_.globals.push_back(global);
    return it->second;
}

ir::Variable UnitContext::variable(const clang::ValueDecl* decl) {
    ir::Variable variable;
    variable.name = name(decl->getNameAsString());
    clang::QualType type = decl->getType();
    variable.isPointer = type->isPointerType() || type->isReferenceType();
    variable.type = name(typeName(type->isPointerType() ? type->getPointeeType() : type));
    variable.callOperator = callOperator(type.getNonReferenceType());
    return variable;
}

ir::NameId UnitContext::fieldName(const clang::FieldDecl* field) {
    const clang::RecordDecl* parent = field->getParent();
    std::string text = parent->isLambda() ? "capture" : typeName(ast_.getRecordType(parent));
    std::string own = field->getNameAsString();
    if (const auto* closure = llvm::dyn_cast<clang::CXXRecordDecl>(parent); closure && closure->isLambda()) {
        for (const clang::LambdaCapture& capture : closure->captures()) {
            if (static_cast<unsigned>(&capture - closure->captures_begin()) != field->getFieldIndex()) continue;
            own = capture.capturesThis()
                      ? "this"
                      : (capture.capturesVariable() ? capture.getCapturedVar()->getNameAsString() : std::string());
        }
    }
    if (own.empty()) own = "#" + std::to_string(field->getFieldIndex());
    return name(text + "::" + own);
}

ir::NameId UnitContext::callOperator(clang::QualType type) {
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    if (!record || !record->hasDefinition()) return {};
    if (record->isLambda()) {
        const clang::CXXMethodDecl* method = record->getLambdaCallOperator();
        if (method && !record->isGenericLambda()) return functionKey(method);
        // A generic lambda runs as whichever instantiation exists, if there is just one.
        if (const clang::FunctionTemplateDecl* generic = record->getDependentLambdaCallOperator()) {
            const clang::FunctionDecl* only = nullptr;
            for (const clang::FunctionDecl* instance : generic->specializations()) {
                if (only) return {};
                only = instance;
            }
            if (only) return functionKey(only);
        }
        return {};
    }
    if (isInSystemHeader(record->getLocation())) return {};
    const clang::CXXMethodDecl* only = nullptr;
    for (const clang::CXXMethodDecl* method : record->methods()) {
        if (method->getOverloadedOperator() != clang::OO_Call) continue;
        if (only) return {};
        only = method;
    }
    return only ? functionKey(only) : ir::NameId{};
}

bool UnitContext::isAtomic(clang::QualType type) const {
    type = type.getNonReferenceType();
    if (type->isAtomicType()) return true;
    std::string text = typeName(type);
    return text == "std::atomic" || text == "std::atomic_flag" || text == "std::__atomic_base";
}

bool UnitContext::isSynchronisation(clang::QualType type) const {
    return models_.isSynchronisationType(typeName(type));
}

}  // namespace raddle::lower
