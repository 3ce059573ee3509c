#include <clang/AST/ASTConsumer.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Tooling/Tooling.h>
#include <llvm/Support/Path.h>

#include "analyzer/lower/function_lowering.h"
#include "analyzer/lower/lower.h"

namespace raddle::lower {
namespace {

// The first error is what a person needs; the rest follow from it.
class FirstError : public clang::DiagnosticConsumer {
  public:
    void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& diagnostic) override {
        clang::DiagnosticConsumer::HandleDiagnostic(level, diagnostic);
        if (level < clang::DiagnosticsEngine::Error || found) return;
        found = true;
        llvm::SmallString<256> text;
        diagnostic.FormatDiagnostic(text);
        error.message = std::string(text);
        if (!diagnostic.hasSourceManager() || diagnostic.getLocation().isInvalid()) return;
        const clang::PresumedLoc at = diagnostic.getSourceManager().getPresumedLoc(diagnostic.getLocation());
        if (at.isInvalid()) return;
        error.file = at.getFilename();
        error.line = at.getLine();
        error.column = at.getColumn();
    }

    bool found = false;
    Error error;
};

// Finds the function bodies and initialised globals of the program's own files.
class BodyCollector : public clang::RecursiveASTVisitor<BodyCollector> {
  public:
    explicit BodyCollector(UnitContext& context) : context_(context) {}

    bool shouldVisitTemplateInstantiations() const { return true; }
    bool shouldVisitImplicitCode() const { return true; }
    bool shouldVisitLambdaBody() const { return true; }

    bool VisitFunctionDecl(clang::FunctionDecl* function) {
        add(function);
        return true;
    }
    bool VisitLambdaExpr(clang::LambdaExpr* lambda) {
        if (clang::CXXMethodDecl* method = lambda->getCallOperator()) add(method);
        return true;
    }
    bool VisitVarDecl(clang::VarDecl* variable) {
        if (!variable->hasGlobalStorage() || !variable->isThisDeclarationADefinition() || !variable->getInit())
            return true;
        if (variable->isStaticLocal() || variable->getType()->isDependentType()) return true;
        if (variable->getInit()->isValueDependent() || variable->getInit()->isTypeDependent()) return true;
        globals.push_back(variable);
        return true;
    }
    bool VisitOMPExecutableDirective(clang::OMPExecutableDirective*) {
        usesOpenMp = true;
        return true;
    }

    std::vector<const clang::FunctionDecl*> functions;
    std::vector<const clang::VarDecl*> globals;
    bool usesOpenMp = false;

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
    LoweringConsumer(ir::Unit& unit, const models::Library& models) : unit_(unit), models_(models) {}

    bool shouldSkipFunctionBody(clang::Decl* decl) override {
        const clang::SourceManager& sources = decl->getASTContext().getSourceManager();
        return sources.isInSystemHeader(sources.getExpansionLoc(decl->getLocation()));
    }

    void HandleTranslationUnit(clang::ASTContext& ast) override {
        if (ast.getDiagnostics().hasErrorOccurred()) return;
        UnitContext context(ast, unit_, models_);
        BodyCollector collector(context);
        for (clang::Decl* decl : ast.getTranslationUnitDecl()->decls())
            if (!context.isInSystemHeader(decl->getLocation())) collector.TraverseDecl(decl);
        for (const clang::FunctionDecl* function : collector.functions) {
            if (auto lowered = FunctionLowering(context, function).lower()) {
                unit_.functions.push_back(std::move(*lowered));
            } else {
                unit_.opaque.push_back("no control-flow graph for " + context.qualifiedName(function));
            }
        }
        if (!collector.globals.empty())
            unit_.functions.push_back(FunctionLowering::lowerInitialisers(context, collector.globals));
        if (collector.usesOpenMp)
            unit_.opaque.push_back("OpenMP directives in " + unit_.file + " were taken as opaque");
    }

  private:
    ir::Unit& unit_;
    const models::Library& models_;
};

class LoweringAction : public clang::ASTFrontendAction {
  public:
    LoweringAction(ir::Unit& unit, const models::Library& models) : unit_(unit), models_(models) {}

    bool BeginInvocation(clang::CompilerInstance& compiler) override {
        compiler.getFrontendOpts().SkipFunctionBodies = true;
        compiler.getFrontendOpts().DisableFree = false;
        return true;
    }
    std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance&, llvm::StringRef) override {
        return std::make_unique<LoweringConsumer>(unit_, models_);
    }

  private:
    ir::Unit& unit_;
    const models::Library& models_;
};

// GCC knows these, Clang stops at them; none changes the meaning of the code.
bool isForeign(const std::string& argument) {
    static constexpr const char* kPrefixes[] = {"-fconserve-stack",
                                                "-fno-var-tracking",
                                                "-fvar-tracking",
                                                "-specs=",
                                                "-fno-tree-",
                                                "-fipa",
                                                "-fno-ipa",
                                                "-fsanitize",
                                                "-Werror",
                                                "-fplugin",
                                                "-mrecord-mcount",
                                                "-fno-reorder",
                                                "-fno-allow-store-data-races",
                                                "--param",
                                                "-fno-partial-inlining",
                                                "-fno-code-hoisting",
                                                "-fno-gcse"};
    for (const char* prefix : kPrefixes)
        if (argument.starts_with(prefix)) return true;
    return false;
}

std::vector<std::string> driverArguments(const CompileCommand& command) {
    std::vector<std::string> result{command.arguments.empty() ? "clang" : command.arguments[0]};
    result.push_back(std::string("-resource-dir=") + RADDLE_CLANG_RESOURCE_DIR);
    // Outputs and dependency files would be written; the rest of the command stays as it is.
    for (size_t i = 1; i < command.arguments.size(); ++i) {
        const std::string& argument = command.arguments[i];
        if (argument == "-o" || argument == "-MF" || argument == "-MT" || argument == "-MQ") {
            ++i;
            continue;
        }
        if (argument == "--param") {
            ++i;
            continue;
        }
        if (argument == "-c" || argument == "-MD" || argument == "-MMD" || argument == "-MP" || argument == "-M" ||
            argument == "-MM" || argument.starts_with("-o") || isForeign(argument))
            continue;
        result.push_back(argument);
    }
    // What Clang makes errors and GCC warnings of, in code that builds with GCC.
    for (const char* lenient :
         {"-Wno-reserved-user-defined-literal", "-Wno-c++11-narrowing", "-Wno-register", "-Wno-int-conversion",
          "-Wno-implicit-function-declaration", "-Wno-implicit-int", "-Wno-incompatible-function-pointer-types",
          "-Wno-incompatible-pointer-types", "-Wno-return-type", "-Wno-narrowing"})
        result.emplace_back(lenient);
    // Without carets Clang also leaves out its "1 error generated." on standard error.
    for (const char* extra :
         {"-fsyntax-only", "-w", "-Qunused-arguments", "-Wno-unknown-warning-option", "-fno-caret-diagnostics"})
        result.emplace_back(extra);
    return result;
}

}  // namespace

Result<ir::Unit> lowerFile(const CompileCommand& command, const models::Library& models) {
    ir::Unit unit;
    unit.file = command.file;
    llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files(llvm::vfs::createPhysicalFileSystem().release());
    if (files->setCurrentWorkingDirectory(command.directory))
        return Error{"cannot enter its directory", command.directory};
    llvm::IntrusiveRefCntPtr<clang::FileManager> manager(new clang::FileManager(clang::FileSystemOptions{}, files));
    FirstError diagnostics;
    clang::tooling::ToolInvocation invocation(driverArguments(command), std::make_unique<LoweringAction>(unit, models),
                                              manager.get());
    invocation.setDiagnosticConsumer(&diagnostics);
    const bool parsed = invocation.run();
    if (!parsed || diagnostics.found) {
        Error error = diagnostics.found ? diagnostics.error : Error{"Clang could not run on it", command.file};
        if (error.file.empty()) error.file = command.file;
        return error;
    }
    return unit;
}

}  // namespace raddle::lower
