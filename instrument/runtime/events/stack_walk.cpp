#include "instrument/runtime/events/stack_walk.h"

#include "instrument/runtime/events/modules.h"
#include "instrument/runtime/unwind/frame_rules.h"

namespace raddle::rt {

namespace {

bool isWord(const ThreadState* state, uintptr_t address) {
    return address % sizeof(uintptr_t) == 0 && address >= state->stackLow &&
           address <= state->stackHigh - sizeof(uintptr_t);
}

uintptr_t wordAt(uintptr_t address) {
    return *reinterpret_cast<const uintptr_t*>(address);
}

// A register that is no frame pointer may point into the stack: what is there must be code.
bool stepByFramePointer(const ThreadState* state, Registers* at, uintptr_t* place) {
    const uintptr_t frame = at->frame;
    if (frame < at->stack || !isWord(state, frame) || !isWord(state, frame + sizeof(uintptr_t))) return false;
    *place = frame + sizeof(uintptr_t);
    if (!isCode(wordAt(*place))) return false;
    *at = {wordAt(*place), frame + 2 * sizeof(uintptr_t), wordAt(frame), true};
    return true;
}

#if defined(__x86_64__)

// Rules by instruction. Threads write to the table without a lock: an entry that two wrote at once, or that is being
// written, is none (R. Hyatt, "A lock-less transposition table", 1999).
struct KnownRule {
    uint64_t mixed;  // pc ^ rule
    uint64_t rule;
};
constexpr uint32_t kKnownRules = 4096;
KnownRule g_known[kKnownRules];

// Laid out for the quickest way from a rule to the frame: its offset is the low half as it is.
constexpr int kSavedBit = 59, kBaseBit = 61, kFramePointerBit = 32;

uint64_t pack(const FrameRule& rule) {
    constexpr uint64_t kMask = (uint64_t{1} << (kSavedBit - kFramePointerBit)) - 1;
    return (uint64_t{rule.base} << kBaseBit) | (uint64_t{rule.saved} << kSavedBit) |
           ((static_cast<uint64_t>(int64_t{rule.framePointer}) & kMask) << kFramePointerBit) |
           static_cast<uint32_t>(rule.frame);
}

FrameRule unpack(uint64_t rule) {
    const auto framePointer = static_cast<int64_t>(rule << (64 - kSavedBit)) >> (64 - kSavedBit + kFramePointerBit);
    return {static_cast<FrameRule::Base>(rule >> kBaseBit), static_cast<FrameRule::Saved>(rule >> kSavedBit & 3),
            static_cast<int32_t>(rule), static_cast<int32_t>(framePointer)};
}

__attribute__((noinline)) FrameRule learnRule(uintptr_t pc, KnownRule* known) {
    const uint8_t* table = unwindTableOf(pc);
    // Of a module that is not known yet there may be one later.
    if (!table) return {};
    const FrameRule found = findFrameRule(table, pc);
    __atomic_store_n(&known->rule, pack(found), __ATOMIC_RELAXED);
    __atomic_store_n(&known->mixed, pc ^ pack(found), __ATOMIC_RELAXED);
    return found;
}

RADDLE_INLINE FrameRule ruleAt(uintptr_t pc) {
    KnownRule& known = g_known[(pc ^ pc >> 12) % kKnownRules];
    const uint64_t rule = __atomic_load_n(&known.rule, __ATOMIC_RELAXED);
    if (RADDLE_LIKELY((__atomic_load_n(&known.mixed, __ATOMIC_RELAXED) ^ rule) == pc)) return unpack(rule);
    return learnRule(pc, &known);
}

// What the kernel saved when it delivered a signal: a ucontext_t, whose registers begin at its fortieth byte.
bool stepOutOfSignal(const ThreadState* state, Registers* at, uintptr_t* place) {
    constexpr uintptr_t kSavedFrame = 40 + 10 * 8, kSavedStack = 40 + 15 * 8, kSavedPc = 40 + 16 * 8;
    if (!isWord(state, at->stack) || !isWord(state, at->stack + kSavedPc)) return false;
    *place = at->stack + kSavedPc;
    const Registers saved = {wordAt(*place), wordAt(at->stack + kSavedStack), wordAt(at->stack + kSavedFrame), false};
    if (saved.stack <= at->stack || !isOnStack(state, saved.stack)) return false;
    *at = saved;
    return true;
}

#endif

}  // namespace

bool stepOut(const ThreadState* state, Registers* at, uintptr_t* place) {
#if defined(__x86_64__)
    const FrameRule rule = ruleAt(at->pc - at->isCall);
    uintptr_t frame = at->stack + static_cast<uintptr_t>(intptr_t{rule.frame});
    switch (rule.base) {
        case FrameRule::fromStackPointer:
            break;
        case FrameRule::fromFramePointer:
            frame = at->frame + static_cast<uintptr_t>(intptr_t{rule.frame});
            break;
        case FrameRule::atFramePointer: {
            const uintptr_t kept = at->frame + static_cast<uintptr_t>(intptr_t{rule.frame});
            if (!isWord(state, kept)) return false;
            frame = wordAt(kept);
            break;
        }
        case FrameRule::signalFrame:
            return stepOutOfSignal(state, at, place);
        case FrameRule::outermost:
            return false;
        default:
            return stepByFramePointer(state, at, place);
    }
    *place = frame - sizeof(uintptr_t);
    if (frame <= at->stack || !isWord(state, *place)) return false;
    const uintptr_t pc = wordAt(*place);
    if (pc == 0) return false;
    if (rule.saved != FrameRule::unchanged) {
        const uintptr_t saved = (rule.saved == FrameRule::belowFrame ? frame : at->frame) +
                                static_cast<uintptr_t>(intptr_t{rule.framePointer});
        if (!isWord(state, saved)) return false;
        at->frame = wordAt(saved);
    }
    at->pc = pc;
    at->stack = frame;
    at->isCall = true;
    return true;
#else
    return stepByFramePointer(state, at, place);
#endif
}

__attribute__((flatten)) uint32_t walkStack(const ThreadState* state, Registers from, uintptr_t* pcs,
                                            uint32_t capacity) {
    pcs[0] = from.pc;
    uint32_t count = 1;
    uintptr_t place;
    if (!isOnStack(state, from.stack)) return count;
    // All are taken for return addresses: one after an interrupted instruction is given as if it were.
    while (count < capacity && stepOut(state, &from, &place)) pcs[count++] = from.pc + !from.isCall;
    return count;
}

uint32_t walkStack(const ThreadState* state, const CallerFrames& from, uintptr_t* pcs, uint32_t capacity) {
    pcs[0] = reinterpret_cast<uintptr_t>(from.caller);
    return isOnStack(state, reinterpret_cast<uintptr_t>(from.frame))
               ? walkStack(state, registersOf(from), pcs, capacity)
               : 1;
}

void forgetCode(uintptr_t first, uintptr_t end) {
#if defined(__x86_64__)
    for (KnownRule& known : g_known) {
        const uint64_t pc =
            __atomic_load_n(&known.rule, __ATOMIC_RELAXED) ^ __atomic_load_n(&known.mixed, __ATOMIC_RELAXED);
        if (pc >= first && pc < end) __atomic_store_n(&known.mixed, 0, __ATOMIC_RELAXED);
    }
#else
    static_cast<void>(first);
    static_cast<void>(end);
#endif
}

}  // namespace raddle::rt
