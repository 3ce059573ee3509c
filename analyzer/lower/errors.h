// The errors of one parse. The first is what a person needs, since the others follow from it; the places of all tell
// which functions cannot be trusted. What GCC only warns of does not count, nor does what is in system headers: they
// are written for another compiler, and what they fail to declare is an error where it is used.
#pragma once

#include <clang/Basic/Diagnostic.h>

#include <vector>

#include "core/support/result.h"

namespace raddle::lower {

class Errors : public clang::DiagnosticConsumer {
  public:
    void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& diagnostic) override;

    bool any() const { return !errors_.empty(); }
    // Whether there were any at all, even such as do not count.
    bool seen() const { return seen_; }
    bool fatal() const { return fatal_; }
    const Error& first() const { return errors_.front().error; }
    bool anyIn(clang::SourceRange range, const clang::SourceManager& sources) const;

  private:
    struct Entry {
        Error error;
        clang::SourceLocation at;
        unsigned id = 0;
    };
    std::vector<Entry> errors_;
    bool fatal_ = false;
    bool seen_ = false;
};

}  // namespace raddle::lower
