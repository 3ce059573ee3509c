// Names for locks and other objects that no variable stands for: what the code that used or initialised one calls it.
// The line's expression says which member of which class it is (`Queue::mu_`); where a function was handed the lock
// (its parameter, or a member of a class that wraps one), its caller's line does. Where there is no source, debug info
// says what a call passed.
#pragma once

#include <string>
#include <vector>

#include "trace/symbols/source_names.h"
#include "trace/symbols/symbols.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

// A function around an address of a stack.
struct CodeFrame {
    Symbolizer* symbols = nullptr;
    uint64_t address = 0;
    size_t level = 0;  // of those inlined there, the innermost is 0
    FunctionId id;
    std::string function;
    SourceLocation at;
    SourceLocation definedAt;  // of the function
    bool isWrapper = false;    // one of the libraries' ways to lock
};

struct UsedName {
    // How much it does, least first: a function that has a name, a local variable, the member of a class that is itself
    // a kind of lock, a member of another class or a global variable.
    enum class Says { nothing, function, local, lockClass, owner };

    Says says = Says::nothing;
    std::string name;                 // empty when nothing says it
    SourceLocation declaredAt;        // no file when it is not known
    bool isLocal = true;              // the name means something in `function` only
    bool isHanded = false;            // `function` got it from its caller
    FunctionId function;              // whose expression it is
    std::vector<FunctionId> passers;  // functions that lock what they are handed, and do nothing else
};

// `frames`: innermost first.
UsedName nameOfUse(const std::vector<CodeFrame>& frames, SourceLines& lines);

}  // namespace raddle::trace
