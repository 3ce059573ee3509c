#include <clang/AST/ASTConsumer.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Tooling/Tooling.h>
#include <llvm/Support/CrashRecoveryContext.h>

#include "analyzer/inputs/tracked_files.h"
#include "analyzer/lower/declarations/contracts.h"
#include "analyzer/lower/driver.h"
#include "analyzer/lower/errors.h"
#include "analyzer/lower/functions/function_lowering.h"
#include "analyzer/lower/lower.h"

namespace raddle::lower {
namespace {

constexpr unsigned kStackBytes = 64u << 20;  // expressions of generated code nest deep

struct Parse {
    const CompileCommand& command;
    const models::Library& models;
    llvm::IntrusiveRefCntPtr<inputs::TrackedFiles> files;
    ir::Unit unit;
    Errors errors;
    bool entered = false;     // its directory
    bool reachedEnd = false;  // of the file
};

// Finds the function bodies and initialised globals of the program's own files.
class BodyCollector : public clang::RecursiveASTVisitor<BodyCollector> {
  public:
    explicit BodyCollector(UnitContext& context) : context_(context) {}

    bool shouldVisitTemplateInstantiations() const { return true; }
    bool shouldVisitImplicitCode() const { return true; }
    bool shouldVisitLambdaBody() const { return true; }

    bool VisitFunctionDecl(clang::FunctionDecl* function) {
        addContracts(context_, function);
        add(function);
        return true;
    }
    bool VisitFieldDecl(clang::FieldDecl* field) {
        addContracts(context_, field);
        return true;
    }
    bool VisitLambdaExpr(clang::LambdaExpr* lambda) {
        if (clang::CXXMethodDecl* method = lambda->getCallOperator()) add(method);
        return true;
    }
    bool VisitVarDecl(clang::VarDecl* variable) {
        addContracts(context_, variable);
        if (!variable->hasGlobalStorage() || !variable->isThisDeclarationADefinition() || !variable->getInit())
            return true;
        if (variable->isStaticLocal() || variable->getType()->isDependentType()) return true;
        if (variable->getInit()->isValueDependent() || variable->getInit()->isTypeDependent()) return true;
        globals.push_back(variable);
        return true;
    }
    bool VisitOMPExecutableDirective(clang::OMPExecutableDirective*) {
        ++openMpDirectives;
        return true;
    }

    std::vector<const clang::FunctionDecl*> functions;
    std::vector<const clang::VarDecl*> globals;
    size_t openMpDirectives = 0;

  private:
    void add(const clang::FunctionDecl* function) {
        if (!function->doesThisDeclarationHaveABody() || function->isDependentContext()) return;
        if (function->hasSkippedBody() || !function->getBody()) return;
        if (context_.isInSystemHeader(function->getLocation())) return;
        if (seen_.insert(function).second) functions.push_back(function);
    }

    UnitContext& context_;
    std::unordered_set<const clang::FunctionDecl*> seen_;
};

class LoweringConsumer : public clang::ASTConsumer {
  public:
    explicit LoweringConsumer(Parse& parse) : parse_(parse), unit_(parse.unit) {}

    bool shouldSkipFunctionBody(clang::Decl* decl) override {
        const clang::SourceManager& sources = decl->getASTContext().getSourceManager();
        return sources.isInSystemHeader(sources.getExpansionLoc(decl->getLocation()));
    }

    void HandleTranslationUnit(clang::ASTContext& ast) override {
        parse_.reachedEnd = true;
        if (parse_.errors.fatal()) return;
        UnitContext context(ast, unit_, parse_.models);
        BodyCollector collector(context);
        for (clang::Decl* decl : ast.getTranslationUnitDecl()->decls())
            if (!context.isInSystemHeader(decl->getLocation())) collector.TraverseDecl(decl);
        size_t spoiled = 0;
        std::unordered_set<uint32_t> keys;  // of what is defined twice, the second definition is the error
        for (const clang::FunctionDecl* function : collector.functions) {
            if (parse_.errors.seen() &&
                (hasErrors(function) || !keys.insert(context.functionKey(function).value).second)) {
                ++spoiled;
                continue;
            }
            if (auto lowered = FunctionLowering(context, function).lower()) {
                unit_.functions.push_back(std::move(*lowered));
            } else {
                unit_.opaque.push_back("no control-flow graph for " + context.qualifiedName(function));
            }
        }
        if (!collector.globals.empty())
            unit_.functions.push_back(FunctionLowering::lowerInitialisers(context, collector.globals));
        if (spoiled > 0)
            unit_.opaque.push_back("not analysed because of errors: functions of " + unit_.file + ": " +
                                   std::to_string(spoiled));
        if (collector.openMpDirectives > 0)
            unit_.opaque.push_back("taken as run by one thread: OpenMP directives of " + unit_.file + ": " +
                                   std::to_string(collector.openMpDirectives));
    }

  private:
    // Also what the parser left out, which only the place of the error tells.
    bool hasErrors(const clang::FunctionDecl* function) const {
        class Visitor : public clang::RecursiveASTVisitor<Visitor> {
          public:
            bool VisitExpr(clang::Expr* expr) { return !expr->containsErrors(); }
            bool VisitVarDecl(clang::VarDecl* variable) { return !variable->isInvalidDecl(); }
        };
        const clang::SourceManager& sources = function->getASTContext().getSourceManager();
        return parse_.errors.anyIn(function->getSourceRange(), sources) ||
               !Visitor().TraverseDecl(const_cast<clang::FunctionDecl*>(function));
    }

    Parse& parse_;
    ir::Unit& unit_;
};

class LoweringAction : public clang::ASTFrontendAction {
  public:
    explicit LoweringAction(Parse& parse) : parse_(parse) {}

    bool BeginInvocation(clang::CompilerInstance& compiler) override {
        compiler.getFrontendOpts().SkipFunctionBodies = true;
        compiler.getFrontendOpts().DisableFree = false;
        return true;
    }
    std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance&, llvm::StringRef) override {
        return std::make_unique<LoweringConsumer>(parse_);
    }

  private:
    Parse& parse_;
};

void run(Parse& parse) {
    if (parse.files->setCurrentWorkingDirectory(parse.command.directory)) return;
    parse.entered = true;
    llvm::IntrusiveRefCntPtr<clang::FileManager> manager(
        new clang::FileManager(clang::FileSystemOptions{}, parse.files));
    clang::tooling::ToolInvocation invocation(driverArguments(parse.command, *parse.files),
                                              std::make_unique<LoweringAction>(parse), manager.get());
    invocation.setDiagnosticConsumer(&parse.errors);
    invocation.run();
}

// What came of it.
Result<ir::Unit> unitOf(Parse& parse, bool survived) {
    const std::string& file = parse.command.file;
    if (survived && !parse.entered) return Error{"cannot enter its directory", parse.command.directory};
    const bool lowered = survived && parse.reachedEnd && !(parse.errors.any() && parse.unit.functions.empty());
    if (lowered && !parse.errors.fatal()) {
        if (parse.errors.any()) parse.unit.error = parse.errors.first();
        return std::move(parse.unit);
    }
    Error error{survived ? "Clang could not run on it" : "Clang crashed on it", file};
    if (parse.errors.any()) error = parse.errors.first();
    if (error.file.empty()) error.file = file;
    return error;
}

}  // namespace

Result<ir::Unit> lowerFile(const CompileCommand& command, const models::Library& models) {
    inputs::Disk disk;
    return lowerFile(command, models, disk).unit;
}

Lowered lowerFile(const CompileCommand& command, const models::Library& models, inputs::Disk& disk) {
    auto parse = std::make_unique<Parse>(Parse{command, models, new inputs::TrackedFiles(disk.files())});
    parse->unit.file = command.file;
    llvm::CrashRecoveryContext::Enable();
    llvm::CrashRecoveryContext recovery;
    const bool survived = recovery.RunSafelyOnThread([&] { run(*parse); }, kStackBytes);
    // After a crash nothing can be destroyed: it may be half changed.
    Parse& done = survived ? *parse : *parse.release();
    inputs::Record record = done.files->record();
    record.repeatable = record.repeatable && survived;
    return {unitOf(done, survived), std::move(record)};
}

}  // namespace raddle::lower
