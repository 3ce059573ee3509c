#include "trace/timeline/sites.h"

#include <algorithm>
#include <array>

namespace raddle::trace {
namespace {

bool startsWithAny(std::string_view name, auto& prefixes) {
    for (std::string_view prefix : prefixes)
        if (name.starts_with(prefix)) return true;
    return false;
}

// Everything in namespace std counts, whatever the inline namespace: a lock taken inside std:: was asked for
// by the first caller outside it.
constexpr std::array<std::string_view, 4> kNamespaces = {"std::", "__gnu_cxx::", "__gthread_", "__glibcxx_rwlock_"};
constexpr std::array<std::string_view, 36> kCalls = {
    "pthread_", "__pthread_", "___pthread_", "sem_", "mtx_", "cnd_", "thrd_", "call_once", "__gthrw_", "__interceptor_",
    "___interceptor_", "__tsan", "__sanitizer", "__new_sem_", "PyCOND_", "execute_native_thread_routine",
    // Libraries' own, which programs call by these names.
    "CRYPTO_THREAD_", "uv_mutex_", "uv_rwlock_", "uv_cond_", "uv_sem_", "uv_barrier_", "g_mutex_", "g_rec_mutex_",
    "g_rw_lock_", "g_cond_", "apr_thread_mutex_", "apr_thread_rwlock_", "apr_thread_cond_", "QBasicMutex::", "QMutex::",
    "QRecursiveMutex::", "QReadWriteLock::", "QSemaphore::", "QWaitCondition::", "boost::mutex::"};
// Too short to be told from a program's own by their first letters.
constexpr std::array<std::string_view, 8> kWhole = {"start_thread", "clone",   "__clone",  "__clone3",
                                                    "clone3",       "syscall", "take_gil", "pythread_wrapper"};

// A template's demangled name starts with its return type ("void std::call_once<…>(…)").
std::string_view withoutReturnType(std::string_view name) {
    int depth = 0;
    size_t start = 0;
    for (size_t i = 0; i < name.size(); ++i) {
        char c = name[i];
        if (c == '<' || c == '(') {
            if (c == '(' && depth == 0) break;
            ++depth;
        } else if (c == '>' || c == ')') {
            --depth;
        } else if (c == ' ' && depth == 0) {
            start = i + 1;
        }
    }
    return name.substr(start);
}

}  // namespace

bool isWrapper(std::string_view function) {
    std::string_view name = withoutReturnType(function);
    return startsWithAny(name, kNamespaces) || startsWithAny(name, kCalls) ||
           std::find(kWhole.begin(), kWhole.end(), name) != kWhole.end();
}

namespace {

bool isInLibrary(const SourceLocation& at) {
    return at.file.find("/include/c++/") != std::string::npos;
}

bool isNamed(const Timeline& timeline, FunctionId id) {
    return id.index() >= timeline.functions.size() || !timeline.functions[id.index()].name.starts_with("0x");
}

// A stripped library's own functions have no names: that of the one it was called by, through the first of its
// functions in the stack that has one, says more than an address.
Site namedAround(const Timeline& timeline, const std::vector<Frame>& frames, const Site& site) {
    const std::string& module = timeline.functions[site.function.index()].module;
    bool isInside = false;
    for (const Frame& frame : frames) {
        isInside = isInside || frame.function == site.function;
        if (!isInside || !frame.function.valid()) continue;
        const Function& function = timeline.functions[frame.function.index()];
        if (function.module != module) break;
        if (isNamed(timeline, frame.function) && !isWrapper(function)) return {frame.function, frame.at};
    }
    return site;
}

}  // namespace

bool isWrapper(const Function& function) {
    return function.locksForCaller || isWrapper(function.name) || isInLibrary(function.at);
}

bool isLibraryWrapper(const Function& function, const SourceLocation& at) {
    return isWrapper(function.name) || isInLibrary(function.at) || isInLibrary(at);
}

Site siteOf(const Timeline& timeline, StackId stack) {
    if (!stack.valid() || stack.index() >= timeline.stacks.size()) return {};
    const std::vector<Frame>& frames = timeline.stacks[stack.index()].frames;
    Site site;
    for (const Frame& frame : frames) {
        site = Site{frame.function, frame.at};
        bool known = frame.function.valid() && frame.function.index() < timeline.functions.size();
        // An inlined function may be known by the line it is at only.
        if (!known || !(isWrapper(timeline.functions[frame.function.index()]) || isInLibrary(frame.at))) break;
    }
    return isNamed(timeline, site.function) ? site : namedAround(timeline, frames, site);
}

}  // namespace raddle::trace
