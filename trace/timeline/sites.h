// Sites: where in the program something happened, for people. Lock wrappers (std::mutex::lock, lock_guard,
// __gthread_mutex_lock, …) say how a lock was taken, not where, so the site is the first frame outside them.
#pragma once

#include <string>
#include <string_view>

#include "trace/timeline/timeline.h"

namespace raddle::trace {

struct Site {
    FunctionId function;  // invalid when unknown
    SourceLocation at;

    bool operator==(const Site&) const = default;
};

// Whether a (demangled or plain) function name is one of the standard library's or libc's ways to lock,
// wait, signal or start a thread.
bool isWrapper(std::string_view function);

// The same for a function of a recording. With line tables only (-g1), inlined functions have names without their
// namespace; that they are the C++ library's is then told by the file they are in.
bool isWrapper(const Function& function);

// Of a frame, whose line may be in the C++ library where its inlined function's name does not tell; without a project's
// own wrappers.
bool isLibraryWrapper(const Function& function, const SourceLocation& at);

// The first frame that is no wrapper; the outermost frame when all are; empty for an invalid stack. Where it has no
// name, the first around it in the same module that does.
Site siteOf(const Timeline& timeline, StackId stack);

}  // namespace raddle::trace
