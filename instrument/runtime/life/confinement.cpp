#include "instrument/runtime/life/confinement.h"

#include "instrument/runtime/events/sized_event.h"

namespace raddle::rt {

namespace {

constexpr int kStockedStates = 16;
int g_noted;  // atomic

}  // namespace

void expectConfinement() {
    if (isConfined()) return;
    claimReserve();
    stockStates(kStockedStates);
}

void confine(ThreadState* state, bool all) {
    t_confined = true;
    if (all) __atomic_store_n(&g_confined, true, __ATOMIC_RELAXED);
    if (__atomic_exchange_n(&g_noted, 1, __ATOMIC_RELAXED)) return;
    recordNote(state,
               all ? "the program forbade itself system calls (seccomp): from then on CPU times are unknown, its "
                     "children are not recorded, and no more is than what fits into 4 MB"
                   : "a thread forbade itself system calls (seccomp): of it and those it creates, CPU times are "
                     "unknown, children are not recorded, and no more is than what fits into 4 MB");
}

}  // namespace raddle::rt
