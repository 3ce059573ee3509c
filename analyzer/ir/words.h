// The words of CIR's text form, once for the printer and the parser: op names, attribute words and which field
// each stands for. A new op or flag of ir.h needs one row here. docs/ir.md has the grammar.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "analyzer/ir/ir.h"

namespace raddle::ir {

// In the order of the enumerations.
inline constexpr std::array<std::string_view, 25> kOpWords{
    "load",     "store",       "rmw",  "cas",    "fence",  "alloc",      "free", "acquire", "release",
    "initLock", "destroyLock", "wait", "signal", "await",  "spawn",      "join", "detach",  "barrier",
    "once",     "call",        "mute", "unmute", "benign", "exitThread", "ret"};
static_assert(kOpWords.size() == static_cast<size_t>(OpKind::ret) + 1);
inline constexpr std::array<std::string_view, 6> kOrderWords{"plain",   "relaxed", "acquire",
                                                             "release", "acqRel",  "seqCst"};
inline constexpr std::array<std::string_view, 6> kLockWords{"none", "mutex", "recursive", "rwlock", "spin", "flag"};
inline constexpr std::array<std::string_view, 2> kModeWords{"exclusive", "shared"};
inline constexpr std::array<std::string_view, 3> kAttemptWords{"must", "try", "tryTimed"};
inline constexpr std::array<std::string_view, 4> kRoleWords{"plain", "constructor", "destructor", "staticInit"};
inline constexpr std::array<std::string_view, 6> kContractWords{"none",     "guarded",  "needs",
                                                                "acquires", "releases", "unchecked"};
static_assert(kContractWords.size() == static_cast<size_t>(ContractKind::unchecked) + 1);
static_assert(kOrderWords.size() == static_cast<size_t>(MemoryOrder::seqCst) + 1 &&
              kLockWords.size() == static_cast<size_t>(LockKind::flag) + 1 &&
              kModeWords.size() == static_cast<size_t>(LockMode::shared) + 1 &&
              kAttemptWords.size() == static_cast<size_t>(Attempt::timed) + 1 &&
              kRoleWords.size() == static_cast<size_t>(FunctionRole::staticInit) + 1);

template <class Struct>
struct Flag {
    std::string_view word;
    bool Struct::* field;
    bool whenSet = true;  // the value that the word stands for; its absence is the other
};

inline constexpr Flag<Op> kOpFlags[] = {
    {"conditional", &Op::conditional}, {"grouped", &Op::grouped},
    {"looped", &Op::looped},           {"timed", &Op::timed},
    {"broadcast", &Op::broadcast},     {"volatile", &Op::isVolatile},
    {"virtual", &Op::isVirtual},       {"init", &Op::isInit},
    {"opaque", &Op::opaque},           {"blocks", &Op::blocks},
    {"throws", &Op::throws},
};
inline constexpr Flag<Variable> kVariableFlags[] = {
    {"taken", &Variable::addressTaken},
};
inline constexpr Flag<Global> kGlobalFlags[] = {
    {"const", &Global::isConst},
    {"threadLocal", &Global::isThreadLocal},
    {"functionStatic", &Global::isFunctionStatic},
    {"extern", &Global::isExtern},
};
inline constexpr Flag<Function> kFunctionFlags[] = {
    {"static", &Function::isStatic},
    {"private", &Function::isPublic, false},
    {"noReturn", &Function::noReturn},
    {"unchecked", &Function::unchecked},
};

// Whether the op's own operand is a value (the callee, what is returned); of all others it is a place.
constexpr bool takesValue(OpKind kind) {
    return kind == OpKind::call || kind == OpKind::spawn || kind == OpKind::once || kind == OpKind::ret;
}
constexpr bool takesArguments(OpKind kind) {
    return takesValue(kind) && kind != OpKind::ret;
}

// Whether control never reaches what follows an op, so that its block needs no `leave`.
constexpr bool endsBlock(OpKind kind) {
    return kind == OpKind::ret || kind == OpKind::exitThread;
}

// Index of `word` in `words`, or -1. The first word is the default and has no spelling of its own.
template <size_t N>
constexpr int indexOfWord(const std::array<std::string_view, N>& words, std::string_view word, size_t first = 1) {
    for (size_t i = first; i < N; ++i)
        if (words[i] == word) return static_cast<int>(i);
    return -1;
}

// Whether `word` begins an attribute of an op, so that it cannot be its operand.
bool isOpAttribute(std::string_view word);

// Whether `text` can stand for itself; otherwise it is quoted.
bool isPlainWord(std::string_view text);

// In double quotes, with \" \\ and \xHH.
std::string quoted(std::string_view text);

}  // namespace raddle::ir
