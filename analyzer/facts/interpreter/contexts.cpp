// Contexts: the circumstances that a function is analysed in, told apart by less the more there are.
#include <algorithm>

#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {
namespace {

// Contexts of one function past which they are told apart by less: regions, constants, flags seen raised, values other
// than its arguments, its arguments, threads, locks. A function that locks what it is given, or starts a thread with
// it, keeps its arguments.
constexpr uint32_t kRegionContexts = 4;
constexpr uint32_t kConstantContexts = 16;
constexpr uint32_t kOrderContexts = 32;
constexpr uint32_t kValueContexts = 48;
constexpr uint32_t kArgumentContexts = 64;
constexpr uint32_t kMostContexts = 96;
constexpr uint32_t kMostLockContexts = 128;
constexpr uint32_t kMostLockFunctionContexts =
    512;  // of a function that returns with other locks than it is called with
constexpr uint32_t kMostWrapperContexts = 512;
constexpr size_t kWrapperBlocks = 8;    // of a function that is no more than a wrapper of lock operations
constexpr size_t kWrappingBlocks = 24;  // of one small enough to be told apart by what it locks or starts
constexpr size_t kCrowd = 1000;         // functions past which each has fewer contexts, so that all are not too many
// Blocks run, past each number of which functions have fewer contexts again and what changed is looked at less often:
// so many and, of each op, so many more.
constexpr uint64_t kPatience = 1500000, kPatienceOfOp = 10;
constexpr uint32_t kHurry = 2;  // … and past so many times, locks are told apart no more

}  // namespace

void Interpreter::findWrappers() {
    const auto ofArgument = [](const ir::Op& op) {
        switch (op.kind) {
            case ir::OpKind::acquire:
            case ir::OpKind::release:
            case ir::OpKind::wait:
                return op.place.root.kind == ir::RootKind::formal;
            case ir::OpKind::spawn:
                return std::any_of(op.args.begin(), op.args.end(), [](const ir::Value& arg) {
                    return arg.kind == ir::ValueKind::load && arg.place.root.kind == ir::RootKind::formal;
                });
            default:
                return false;
        }
    };
    for (const ir::Function& function : facts_.program->functions)
        wraps_.push_back(function.blocks.size() <= kWrappingBlocks &&
                         std::any_of(function.blocks.begin(), function.blocks.end(), [&](const ir::Block& block) {
                             return std::any_of(block.ops.begin(), block.ops.end(), ofArgument);
                         }));
}

bool Interpreter::changesLocksOf(FunctionIndex function) const {
    return wraps_[function.index()] || changesLocks_.contains(function);
}

uint32_t Interpreter::haste() const {
    return static_cast<uint32_t>(1 + blocksRun_ / (kPatience + kPatienceOfOp * facts_.ops.size()));
}

// By how much contexts count more than one in a program of many functions.
uint32_t Interpreter::crowding() const {
    return static_cast<uint32_t>(1 + facts_.program->functions.size() / kCrowd);
}

bool Interpreter::isCrowded() const {
    return crowding() > 1 || haste() > kHurry;
}

// How many contexts a function counts for having, and the most it may have. Guards and other wrappers of locks are
// small and used everywhere; all depends on their being told apart.
Interpreter::ContextUse Interpreter::contextUse(FunctionIndex function) const {
    const auto count = contextCount_.find(function);
    const uint32_t known = (count == contextCount_.end() ? 0 : count->second) * haste();
    if (!changesLocksOf(function)) return {known * crowding(), kMostContexts, kMostLockContexts};
    if (facts_.program->function(function).blocks.size() <= kWrapperBlocks)
        return {known, kMostWrapperContexts, kMostWrapperContexts};
    return {known * crowding(), kMostLockFunctionContexts, kMostLockFunctionContexts};
}

// Past their limits, contexts of one function are told apart by less. True when what is left no longer says which
// locks are meant.
bool Interpreter::generalise(FunctionIndex function, const ContextUse& use, State& entry) {
    const uint32_t known = use.known;
    // What it does to its caller's locks hangs on them and on its arguments.
    const bool changesLocks = changesLocksOf(function);
    const bool atLimit = known >= use.most;
    if (known >= kRegionContexts) entry.regions.clear();
    if (known < kConstantContexts) return false;
    const auto isArgument = [&](PlaceId place) {
        const Object& object = places_.object(places_.place(place).root);
        return object.kind == ObjectKind::variable && object.function == function &&
               object.variable.kind == ir::RootKind::formal;
    };
    erase_if(entry.values, [&](const auto& value) {
        if (changesLocks && !atLimit && isArgument(value.first)) return false;
        const KnownKind kind = value.second.kind;
        const bool decides = known < kValueContexts && tested_.contains(places_.place(value.first).root);
        if (kind == KnownKind::constant || kind == KnownKind::notConstant) return !decides;
        if (known < kValueContexts) return false;
        return known >= kArgumentContexts || !isArgument(value.first);
    });
    if (known >= kOrderContexts) {
        entry.published = {PlaceId{}};  // any
        entry.observed.clear();
        entry.unraised.clear();
        entry.acquired.clear();
    }
    if (!atLimit) return known >= kArgumentContexts && !changesLocks;
    cutShort_ = true;
    // In a large program no time is left to find out what locks all callers have in common.
    if (isCrowded() && known >= use.mostWithLocks) entry.held.clear();
    entry.live = {LiveThread{}};
    entry.fresh.clear();
    entry.values.clear();
    entry.decided.clear();
    return true;
}

// The context of a function past its limit, for all callers: what it is called with is what they have in common.
std::optional<ContextId> Interpreter::commonContext(FunctionIndex function, const State& entry) {
    const auto known = commonContexts_.find(function);
    if (known == commonContexts_.end()) return std::nullopt;
    State& all = facts_.contexts[known->second.index()].entry;
    const size_t lost = std::erase_if(all.held, [&](const HeldLock& lock) {
        return std::none_of(entry.held.begin(), entry.held.end(), [&](const HeldLock& other) {
            return other.lock == lock.lock && other.mode == lock.mode && other.lost == lock.lost;
        });
    });
    const bool changed = joinInto(all, entry);
    if (lost > 0 || changed) {
        if (lost > 0 || haste() == 1) results_[known->second.index()].rounds = 0;
        ask(known->second);
    }
    return known->second;
}

ContextId Interpreter::contextFor(FunctionIndex function, State entry) {
    const size_t locks = entry.held.size();
    const ContextId id = contextOf(function, std::move(entry));
    size_t& fewest = facts_.contexts[id.index()].fewestLocks;
    fewest = std::min(fewest, locks);
    return id;
}

ContextId Interpreter::contextOf(FunctionIndex function, State entry) {
    const ContextUse use = contextUse(function);
    const bool common = !isCrowded() && use.known >= use.mostWithLocks;
    const bool general = generalise(function, use, entry);
    if (common)
        if (const auto known = commonContext(function, entry)) return *known;
    const size_t hash = hashOfEntry(function, entry);
    const auto [first, last] = contextIds_.equal_range(hash);
    for (auto it = first; it != last; ++it)
        if (const Context& known = facts_.context(it->second);
            known.function == function && isSameEntry(known.entry, entry))
            return it->second;
    const ContextId id{static_cast<uint32_t>(facts_.contexts.size())};
    contextIds_.emplace(hash, id);
    ++contextCount_[function];
    if (common) commonContexts_.emplace(function, id);
    entry.returnedAt = {};
    Context context;
    context.function = function;
    context.entry = std::move(entry);
    context.general = general;
    facts_.contexts.push_back(std::move(context));
    results_.emplace_back();
    return id;
}

}  // namespace raddle::facts
