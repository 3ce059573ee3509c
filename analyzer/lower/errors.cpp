#include "analyzer/lower/errors.h"

#include <clang/Basic/DiagnosticSema.h>
#include <clang/Basic/SourceManager.h>

namespace raddle::lower {

void Errors::HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& diagnostic) {
    clang::DiagnosticConsumer::HandleDiagnostic(level, diagnostic);
    // GCC takes the definition of a function that was called before it was declared, whatever it returns.
    if (diagnostic.getID() == clang::diag::note_previous_implicit_declaration && any() &&
        errors_.back().id == clang::diag::err_conflicting_types)
        errors_.pop_back();
    if (level < clang::DiagnosticsEngine::Error) return;
    seen_ = true;
    const bool fatal = level == clang::DiagnosticsEngine::Fatal;
    fatal_ = fatal_ || fatal;
    if (!fatal && diagnostic.hasSourceManager() && diagnostic.getLocation().isValid() &&
        diagnostic.getSourceManager().isInSystemHeader(
            diagnostic.getSourceManager().getExpansionLoc(diagnostic.getLocation())))
        return;
    Entry entry{{}, diagnostic.getLocation(), diagnostic.getID()};
    llvm::SmallString<256> text;
    diagnostic.FormatDiagnostic(text);
    entry.error.message = std::string(text);
    if (diagnostic.hasSourceManager() && entry.at.isValid()) {
        const clang::PresumedLoc at = diagnostic.getSourceManager().getPresumedLoc(entry.at);
        if (at.isValid()) {
            entry.error.file = at.getFilename();
            entry.error.line = at.getLine();
            entry.error.column = at.getColumn();
        }
    }
    errors_.push_back(std::move(entry));
}

bool Errors::anyIn(clang::SourceRange range, const clang::SourceManager& sources) const {
    const clang::SourceLocation begin = sources.getExpansionLoc(range.getBegin()),
                                end = sources.getExpansionLoc(range.getEnd());
    for (const Entry& entry : errors_)
        if (entry.at.isValid() && sources.isPointWithin(sources.getExpansionLoc(entry.at), begin, end)) return true;
    return false;
}

}  // namespace raddle::lower
