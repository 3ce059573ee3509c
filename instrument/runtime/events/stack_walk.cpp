#include "instrument/runtime/events/stack_walk.h"

#include <dlfcn.h>
#include <errno.h>

#include "instrument/runtime/base/elf_symbols.h"
#include "instrument/runtime/events/modules.h"

namespace raddle::rt {

namespace {

// The part of <unwind.h> that is needed: the library itself is the program's, found at run time.
struct UnwindContext;
using Backtrace = int (*)(int (*)(UnwindContext*, void*), void*);
using GetIp = uintptr_t (*)(UnwindContext*);

Backtrace g_backtrace;
GetIp g_getIp;
int g_unwinderFound;

struct Collected {
    uintptr_t* pcs;
    uint32_t count;
    uint32_t capacity;
    uintptr_t caller;
    bool found;  // frames up to the caller are the recorder's
};

int collect(UnwindContext* context, void* argument) {
    constexpr int kContinue = 0;
    constexpr int kStop = 5;
    auto* out = static_cast<Collected*>(argument);
    const uintptr_t pc = g_getIp(context);
    if (pc == 0) return kStop;
    if (pc == out->caller) out->found = true;
    if (out->found) out->pcs[out->count++] = pc;
    return out->count < out->capacity ? kContinue : kStop;
}

uint32_t unwind(ThreadState* state, uintptr_t caller, uintptr_t* pcs, uint32_t capacity) {
    if (state->unwinding || !__atomic_load_n(&g_unwinderFound, __ATOMIC_ACQUIRE)) return 0;
    state->unwinding = true;
    RADDLE_SIGNAL_FENCE();
    const int savedErrno = errno;
    Collected out = {pcs, 0, capacity, caller, false};
    g_backtrace(collect, &out);
    errno = savedErrno;
    RADDLE_SIGNAL_FENCE();
    state->unwinding = false;
    return out.count;
}

}  // namespace

void findUnwinder() {
    if (g_unwinderFound) return;
    // A lookup that fails allocates.
    const char* const names[] = {"_Unwind_GetIP", "_Unwind_Backtrace"};
    void* exported[2];
    findExported(names, exported, 2);
    if (!exported[0] || !exported[1]) return;
    g_getIp = reinterpret_cast<GetIp>(dlsym(RTLD_DEFAULT, "_Unwind_GetIP"));
    g_backtrace = reinterpret_cast<Backtrace>(dlsym(RTLD_DEFAULT, "_Unwind_Backtrace"));
    if (g_getIp && g_backtrace) __atomic_store_n(&g_unwinderFound, 1, __ATOMIC_RELEASE);
}

uint32_t followFramePointers(ThreadState* state, const CallerFrames& from, uintptr_t* pcs, uint32_t capacity) {
    pcs[0] = reinterpret_cast<uintptr_t>(from.caller);
    uint32_t count = 1;
    auto frame = reinterpret_cast<uintptr_t>(from.frame);
    if (frame < state->stackLow || frame >= state->stackHigh) return count;
    uintptr_t next = *reinterpret_cast<uintptr_t*>(frame);
    while (count < capacity && next > frame && next + 2 * sizeof(uintptr_t) <= state->stackHigh &&
           next % sizeof(uintptr_t) == 0) {
        frame = next;
        const uintptr_t pc = reinterpret_cast<uintptr_t*>(frame)[1];
        // A register that is not a frame pointer may point into the stack: what is there must be code.
        if (!isCode(pc)) break;
        pcs[count++] = pc;
        next = *reinterpret_cast<uintptr_t*>(frame);
    }
    return count;
}

uint32_t walkStack(ThreadState* state, const CallerFrames& from, StackCare care, uintptr_t* pcs, uint32_t capacity) {
    const auto caller = reinterpret_cast<uintptr_t>(from.caller);
    uint32_t count = care == StackCare::thorough ? unwind(state, caller, pcs, capacity) : 0;
    if (count >= 2) return count;
    count = followFramePointers(state, from, pcs, capacity);
    if (count >= 2 || care == StackCare::thorough) return count;
    count = unwind(state, caller, pcs, capacity);
    if (count > 0) return count;
    pcs[0] = caller;
    return 1;
}

}  // namespace raddle::rt
