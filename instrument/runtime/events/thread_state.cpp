#include "instrument/runtime/events/thread_state.h"

#include <sys/mman.h>

#include "instrument/runtime/events/ring.h"

namespace raddle::rt {

__thread ThreadState* t_state;
__thread bool t_ended;

namespace {

constexpr int kPoolSize = 64;
constexpr uint64_t kStateSize = (sizeof(ThreadState) + 4095) / 4096 * 4096;

ThreadState* g_pool[kPoolSize];

}  // namespace

// What must not go on from one thread to the next with the state.
void clearIdentity(ThreadState* state) {
    state->writer = state->lost = 0;
    state->attention = state->scansLeft = 0;
    state->serial = state->sequence = state->tid = state->creator = 0;
    state->live = state->kept = false;
    state->lastTicks = 0;
    state->chunkSize = 0;
    state->depth = 0;
    state->taskClock = nullptr;
    state->sampleTimer = 0;
    state->destructorRounds = 0;
    state->isConfined = false;
    state->ioIsQuick = false;
    state->stackLow = state->stackHigh = state->stackSize = 0;
    state->routine = nullptr;
    state->argument = nullptr;
    state->entry = 0;
}

static ThreadState* newState() {
    const long memory =
        systemCall(SYS_mmap, 0, long{kStateSize}, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory < 0 && memory > -4096) return nullptr;
    // A child that was forked without our handlers running must not write to its parent's chunk.
    systemCall(SYS_madvise, memory, long{kStateSize}, MADV_WIPEONFORK);
    return reinterpret_cast<ThreadState*>(memory);
}

ThreadState* takeState() {
    for (ThreadState*& slot : g_pool)
        if (__atomic_load_n(&slot, __ATOMIC_RELAXED))
            if (ThreadState* state = __atomic_exchange_n(&slot, nullptr, __ATOMIC_ACQ_REL)) return state;
    return newState();
}

void stockStates(int count) {
    for (; count > 0; --count)
        if (ThreadState* state = newState()) giveBackState(state);
}

void giveBackState(ThreadState* state) {
    clearIdentity(state);
    for (ThreadState*& slot : g_pool) {
        ThreadState* empty = nullptr;
        if (__atomic_compare_exchange_n(&slot, &empty, state, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) return;
    }
    retireRegion(state);
    systemCall(SYS_munmap, reinterpret_cast<long>(state), long{kStateSize});
}

void forgetStates() {
    for (ThreadState*& slot : g_pool) slot = nullptr;
}

}  // namespace raddle::rt
