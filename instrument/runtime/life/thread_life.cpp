#include "instrument/runtime/life/thread_life.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "instrument/runtime/base/call_tables.h"
#include "instrument/runtime/base/hook.h"
#include "instrument/runtime/events/chunk.h"
#include "instrument/runtime/events/governor.h"
#include "instrument/runtime/events/modules.h"
#include "instrument/runtime/events/ring.h"
#include "instrument/runtime/events/sized_event.h"
#include "instrument/runtime/events/writer.h"
#include "instrument/runtime/life/image.h"
#include "instrument/runtime/life/kernel_counts.h"
#include "instrument/runtime/sources/sampler.h"
#include "instrument/runtime/sources/tsan_bridge.h"
#include "instrument/runtime/sources/xray.h"

extern "C" void* __libc_stack_end __attribute__((weak));

namespace raddle::rt {

namespace {

// What is left of a thread when its state is gone: to end the process from it, or to name it as a parent.
__thread uint32_t t_serial;
__thread uint32_t t_sequence;

// Thread stacks end below their thread control block; the stack of the first thread is where the loader says.
void findStack(ThreadState* state) {
    const size_t size = state->stackSize ? state->stackSize : g_session.defaultStackSize;
    const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    const auto control = reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
    const auto first = &__libc_stack_end ? reinterpret_cast<uintptr_t>(__libc_stack_end) : 0;
    constexpr uintptr_t kMostOfFirst = 8u << 20;
    state->stackLow = state->stackHigh = 0;
    if (here < first && first - here < kMostOfFirst) {
        state->stackLow = first - kMostOfFirst;
        state->stackHigh = first;
    } else if (size != 0 && here < control && control - here < size) {
        state->stackLow = control - size;
        state->stackHigh = control;
    }
}

// 0 where the kernel is not to be asked.
uint64_t cpuNs() {
    timespec cpu = {};
    systemCall(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, reinterpret_cast<long>(&cpu));
    return static_cast<uint64_t>(cpu.tv_sec) * 1000000000u + static_cast<uint64_t>(cpu.tv_nsec);
}

// Where the kernel is not to be asked, the C library knows: a mutex that is checked keeps its owner.
uint32_t ownTid() {
    if (!isConfined()) return static_cast<uint32_t>(systemCall(SYS_gettid));
    pthread_mutex_t mine = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
    RADDLE_REAL(pthread_mutex_lock)(&mine);
    const auto tid = static_cast<uint32_t>(mine.__data.__owner);
    RADDLE_REAL(pthread_mutex_unlock)(&mine);
    return tid;
}

void writeThreadStart(ThreadState* state) {
    state->cpuAtStart = cpuNs();
    state->startTicks = now();
    systemCall(SYS_prctl, PR_GET_NAME, reinterpret_cast<long>(state->firstName));
    const uint64_t numbers[] = {state->tid, state->creator, state->entry, static_cast<uint64_t>(pthread_self())};
    recordNumbers(state, kRaddleThreadStart, numbers, 4);
}

// That a thread gave itself before its process was recorded; that of the process says nothing.
void recordEarlierName(ThreadState* state) {
    const ProcessName process = processName();
    if (strncmp(state->firstName, process.text, sizeof state->firstName) != 0)
        recordName(state, pthread_self(), state->firstName);
}

// Begins the thread's first chunk: the rest of the one that came with the state, or a new one.
void begin(ThreadState* state) {
    state->live = true;
    t_state = state;
    if (state->at) beginChunk(state, state->at, static_cast<uint64_t>(state->end - state->at));
}

}  // namespace

void attach(ThreadState* state, uint32_t serial) {
    if (state->isConfined) t_confined = true;
    state->serial = t_serial = serial ? serial : nextThreadSerial();
    state->tid = ownTid();
    findStack(state);
    begin(state);
    if (claimImageStart()) {
        state->kept = true;
        writeImageStart(state, kRaddleStartedByExec, 0, 0);
        writeThreadStart(state);
        scanModules(state);
        endKept(state);
        bridgeTsan(state);
        patchXray(state);
    } else {
        writeThreadStart(state);
    }
    pthread_setspecific(g_session.threadKey, state);
    startSampling(state);
}

ThreadState* attachSelf() {
    if (t_ended) return nullptr;
    const int phase = __atomic_load_n(&g_session.phase, __ATOMIC_ACQUIRE);
    if (phase == kOff || phase == kStarting) return nullptr;
    if (phase == kIdle && !startSession()) return nullptr;
    const int savedErrno = errno;
    ThreadState* state = takeState();
    if (state) attach(state, 0);
    if (state && isAttached()) recordEarlierName(state);
    errno = savedErrno;
    return state;
}

void writeThreadExit(ThreadState* state) {
    const uint64_t until = cpuNs();
    const uint64_t used = until > state->cpuAtStart ? until - state->cpuAtStart : 0;
    if (used >= kWorthAskingNs) writeQueued(state, state->tid);
    recordNumbers(state, kRaddleThreadExit, &used, 1);
}

void detach() {
    ThreadState* state = t_state;
    stopSampling(state);
    scanIfExpected(state);
    writeThreadExit(state);
    t_sequence = state->sequence;
    t_ended = true;
    t_state = nullptr;
    RADDLE_SIGNAL_FENCE();
    cutChunk(state);
    releaseCounts(state);
    giveBackState(state);
}

ThreadState* reattach() {
    if (!t_ended || !isOn()) return nullptr;
    ThreadState* state = takeState();
    if (!state) return nullptr;
    state->serial = t_serial;
    state->sequence = t_sequence;
    state->tid = ownTid();
    findStack(state);
    begin(state);
    return state;
}

void beginForkedImage() {
    if (!isOn() || !isOtherProcess()) return;
    const uint32_t parentImage = g_session.image;
    const uint32_t parentThread = t_serial;
    g_session.pid = systemCall(SYS_getpid);
    g_session.image = __atomic_fetch_add(&g_session.header->nextImage, 1, __ATOMIC_RELAXED);
    inheritModules();
    forgetStates();
    t_ended = false;
    ThreadState* state = t_state ? t_state : takeState();
    if (!state) return;
    clearIdentity(state);
    state->region = {};
    state->at = state->limit = state->end = nullptr;
    state->chunk = nullptr;
    state->serial = t_serial = nextThreadSerial();
    state->creator = parentThread;
    state->tid = static_cast<uint32_t>(g_session.pid);
    state->ring.count = 0;
    // The table is the parent's.
    state->governor.region = state->governor.callRegion = {};
    releaseCounts(state);
    findStack(state);
    begin(state);
    state->kept = true;
    writeImageStart(state, kRaddleStartedByFork, parentImage, parentThread);
    writeThreadStart(state);
    if (state->writer == 0) endKept(state);
    pthread_setspecific(g_session.threadKey, state);
    startSampling(state);
}

}  // namespace raddle::rt
