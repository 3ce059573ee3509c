// The concurrency IR (CIR): what is left of a translation unit when only what matters to concurrency is kept.
// A function is a control-flow graph of blocks of ops over places. analyzer/lower makes units from source,
// analyzer/link joins them, all analyses work on this alone. print.h and parse.h give it a text form, which the
// tests of the analyses are written in; docs/ir.md has the grammar.
//
// A place is a root variable and the steps from it: `(*p).next.lock` is root p, steps deref, field next, field
// lock. A value is what an op stores or passes: a constant, a function, the content of a place (`load`) or its
// address. A reference variable holds an address, so using it adds a deref; `this` is formal 0 of a method, a
// lambda's closure is formal 0 of its call operator and its captures are fields.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/support/id.h"
#include "core/support/interner.h"
#include "core/support/result.h"

namespace raddle::ir {

using NameId = Id<struct NameTag>;
using Names = Interner<struct NameTag>;

struct Location {
    NameId file;
    uint32_t line = 0;
    uint32_t column = 0;

    auto operator<=>(const Location&) const = default;
};

enum class RootKind : uint8_t { none, global, formal, local };

struct Root {
    RootKind kind = RootKind::none;
    uint32_t index = 0;  // into Unit::globals, Function::formals or Function::locals

    auto operator<=>(const Root&) const = default;
};

// container: the object of which the place is the field, as an intrusive list's node leads to its element.
enum class StepKind : uint8_t { deref, field, indexConstant, indexVariable, indexAny, container };

struct Step {
    StepKind kind = StepKind::deref;
    RootKind variable = RootKind::none;  // indexVariable: formal, local or global …
    int64_t value = 0;  // … and its index; field, container: NameId of "Class::name"; indexConstant: the index

    auto operator<=>(const Step&) const = default;
};

struct Place {
    Root root;
    std::vector<Step> steps;

    bool valid() const { return root.kind != RootKind::none; }
    auto operator<=>(const Place&) const = default;
};

// equals and differs: 1 or 0, whether the content of the place is the constant. sum: the content plus the constant.
enum class ValueKind : uint8_t { unknown, constant, load, address, function, equals, differs, sum };

struct Value {
    ValueKind kind = ValueKind::unknown;
    int64_t constant = 0;  // constant, equals, differs, sum
    Place place;           // load, address, equals, differs, sum
    NameId function;       // key of the function

    auto operator<=>(const Value&) const = default;
};

// `flag` is an atomic that code takes as a lock (test_and_set, exchange, compare-and-swap from free to taken).
enum class LockKind : uint8_t { none, mutex, recursive, rwlock, spin, flag };
enum class LockMode : uint8_t { exclusive, shared };
enum class MemoryOrder : uint8_t { plain, relaxed, acquire, release, acqRel, seqCst };

enum class OpKind : uint8_t {
    load,      // place, order
    store,     // place = value, order; to a variable whose address nobody takes it is only data flow
    rmw,       // place changed in one atomic step
    cas,       // place compared and changed in one atomic step; result tells success
    fence,     // order
    alloc,     // place (a pointer) = address of a new object
    free,      // the object at `*place`, or the object `place` whose lifetime ends
    acquire,   // place is the lock; mode, attempt, result
    release,   // place is the lock; conditional: only if held (a guard's destructor)
    initLock,  // place becomes a lock of kind lockKind; args[0]: of a barrier, how many threads it waits for
    destroyLock,
    wait,    // place is the condition, args[0] the address of its lock; looped: repeats over its own predicate
    signal,  // place is the condition, semaphore or promise; broadcast; lockKind `flag` for a semaphore
    await,   // waits for a semaphore, future or latch: place; lockKind as for signal
    spawn,   // callee runs with args in a new thread whose handle is place
    join,    // waits for the thread whose handle is place; attempt, result; args[0]: where what it returns is stored
    detach,
    barrier,  // place
    once,     // callee runs with args at most once, guarded by place
    call,     // callee (a function or a pointer to one) with args, result
    mute,     // from here on this thread's plain reads (mode shared) or writes (exclusive) are meant to race
    unmute,   // ends a mute
    benign,   // races on the object `place` are meant
    exitThread,
    ret  // value
};

// How an acquire can fail.
enum class Attempt : uint8_t { must, tries, timed };

struct Op {
    OpKind kind = OpKind::call;
    Location at;
    Place place;
    Value value;  // stored or returned; the callee of a call, spawn or once
    std::vector<Value> args;
    Root result;               // local that receives the result of a call, a cas or an attempt
    std::vector<Place> uses;   // places whose content the stored or returned value is computed from, beyond `value`
    int64_t successValue = 0;  // acquire with an attempt: what `result` is when it got the lock
    MemoryOrder order = MemoryOrder::plain;
    LockKind lockKind = LockKind::none;
    LockMode mode = LockMode::exclusive;
    Attempt attempt = Attempt::must;
    bool conditional = false;  // release; join: only if there is a thread to wait for (a destructor); signal, await: of
                               // the channel that place refers to, if one is known; store: only if nothing is there
    bool grouped = false;      // acquire: one of several taken by a deadlock-avoiding call (std::lock)
    bool looped = false;       // wait; call: repeated until its result is not 0
    bool timed = false;        // wait, await
    bool broadcast = false;    // signal
    bool blocks = false;       // call: may take long: sleeps, waits for input or another process
    bool isVolatile = false;   // load, store
    bool isVirtual = false;    // call: dispatches on the class of args[0]
    bool isInit = false;       // store: the initialiser of a variable or member
    bool opaque = false;       // call: to a function outside the program that a model says nothing of
    bool throws = false;       // ret: by an exception, so that nobody goes on where the call was

    bool operator==(const Op&) const = default;
};

using BlockId = uint32_t;

// What decides which successor is taken: successor 0 when (content of place == constant) is `equal`, else
// successor 1. Without a place the choice is unknown; `uses` are the places whose content it depends on either way.
struct Condition {
    Place place;
    int64_t constant = 0;
    bool equal = true;
    bool ordering = false;  // asks which of two values is less
    NameId text;            // of a comparison of variables nobody else can change: equal texts, equal outcomes
    std::vector<Place> uses;
    // Of a switch: what place holds for each successor; no value for the default. Empty otherwise.
    std::vector<std::optional<int64_t>> labels;

    bool operator==(const Condition&) const = default;
};

struct Block {
    std::vector<Op> ops;
    Condition condition;
    std::vector<BlockId> successors;  // none: leaves the function; unreachable ones are left out

    bool operator==(const Block&) const = default;
};

// A counting loop `for (i = from; i < to; ++i)`, so that two loops over the same range can be told.
struct Loop {
    BlockId header = 0;
    Root variable;
    Value from;
    Value to;

    bool operator==(const Loop&) const = default;
};

struct Variable {
    NameId name;
    NameId type;             // spelled without qualifiers; of a pointer, what it points to
    bool isPointer = false;  // or a reference
    bool addressTaken = false;
    NameId callOperator;  // key of the function that runs when this object is called (closures)

    bool operator==(const Variable&) const = default;
};

struct Global {
    NameId key;   // unique in the program (a static's key names its file or function)
    NameId name;  // as a person would write it
    NameId type;
    Location at;
    LockKind lockKind = LockKind::none;
    bool isPointer = false;
    bool isConst = false;
    bool isThreadLocal = false;
    bool isFunctionStatic = false;
    bool isExtern = false;  // declared here, defined in another unit or outside the program
    NameId callOperator;

    bool operator==(const Global&) const = default;
};

enum class FunctionRole : uint8_t { plain, constructor, destructor, staticInit };

struct Function {
    NameId key;   // unique in the program: mangled name, with the file for internal linkage
    NameId name;  // qualified, without parameters
    NameId file;  // basis of the fingerprint
    Location at;
    NameId klass;  // qualified class of a method; none otherwise
    FunctionRole role = FunctionRole::plain;
    bool isStatic = false;  // internal linkage
    bool isPublic = true;   // callable from outside: external linkage; of a method, public access
    bool noReturn = false;
    bool unchecked = false;  // its own accesses are meant to race
    std::vector<Variable> formals;
    std::vector<Variable> locals;
    std::vector<Block> blocks;  // block 0 is the entry
    std::vector<Loop> loops;

    bool operator==(const Function&) const = default;
};

// `derived` overrides the virtual method `base`.
struct Override {
    NameId base;
    NameId derived;

    bool operator==(const Override&) const = default;
};

// What an annotation in the source promises (Clang's thread-safety attributes). The lock is that of an argument, itself
// or a member of the object it points to; or of the same object as a guarded member; or a global.
enum class ContractKind : uint8_t { none, guarded, needs, acquires, releases, unchecked };

struct Contract {
    ContractKind kind = ContractKind::none;
    NameId subject;       // "Class::member" or key of a global that is guarded; key of a function otherwise
    int64_t formal = -1;  // whose object has the lock
    NameId member;        // "Class::member" that is the lock
    NameId global;        // key of the lock
    bool shared = false;

    auto operator<=>(const Contract&) const = default;
};

struct Unit {
    std::string file;
    Names names;
    std::vector<Global> globals;
    std::vector<Function> functions;
    std::vector<Override> overrides;
    std::vector<Contract> contracts;
    std::vector<std::string> opaque;  // constructs taken as opaque, one line each ("OpenMP pragmas")
    std::optional<Error> error;       // the source was read in part only: the first reason
};

}  // namespace raddle::ir
