#include "instrument/runtime/thread_state.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>

#include "instrument/runtime/governor.h"
#include "instrument/runtime/image.h"
#include "instrument/runtime/modules.h"
#include "instrument/runtime/ring.h"
#include "instrument/runtime/sampler.h"
#include "instrument/runtime/tsan_bridge.h"
#include "instrument/runtime/writer.h"
#include "instrument/runtime/xray.h"

extern "C" void* __libc_stack_end __attribute__((weak));

namespace raddle::rt {

__thread ThreadState* t_state;

namespace {

constexpr uint32_t kFirstChunk = 16 * 1024;
constexpr uint32_t kLargestChunk = 256 * 1024;
constexpr uint32_t kLargestInRing = 8 * 1024 * 1024;
constexpr uint32_t kStretch = 16 * 1024;
constexpr uint32_t kWorthKeeping = 1024;
constexpr int kPoolSize = 64;

// What is left of a thread when its state is gone: to end the process from it, or to name it as a parent.
__thread bool t_ended;
__thread uint32_t t_serial;
__thread uint32_t t_sequence;

ThreadState* g_pool[kPoolSize];

uint64_t alignUp(uint64_t value, uint64_t alignment) {
    return (value + alignment - 1) / alignment * alignment;
}

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

// A chunk goes on from its predecessor's last event, not from now: the event that is about to be written may have
// happened before the chunk was claimed, which takes longer than many a hold. The calibration pair is of that moment.
static void setBaseTime(RaddleChunk* chunk, uint64_t lastTicks) {
    const RaddleFileHeader* header = g_session.header;
    const uint64_t ticks = now();
    const uint64_t ns = monotonicNs();
    chunk->baseTicks = lastTicks ? lastTicks : ticks;
    chunk->baseMonotonicNs = ns;
    if (chunk->baseTicks >= ticks || ticks <= header->startTicks) return;
    const double nsPerTick =
        static_cast<double>(ns - header->startMonotonicNs) / static_cast<double>(ticks - header->startTicks);
    chunk->baseMonotonicNs = ns - static_cast<uint64_t>(static_cast<double>(ticks - chunk->baseTicks) * nsPerTick);
}

// The chunk with the thread's start may be replaced.
void writeGoesOn(ThreadState* state) {
    if (keepMs() == 0 || state->chunk->sequence == 0) return;
    Writer writer = {state, state->at};
    writer.op(kRaddleThreadGoesOn, state->lastTicks);
    const uint64_t numbers[] = {state->tid, state->creator, state->entry, static_cast<uint64_t>(pthread_self()),
                                state->startTicks};
    for (const uint64_t number : numbers) writer.number(number);
    writer.advance();
    char name[16] = {};
    systemCall(SYS_prctl, PR_GET_NAME, reinterpret_cast<long>(name));
    if (memcmp(name, state->firstName, sizeof name) == 0) return;
    writer.op(kRaddleThreadName, state->lastTicks);
    writer.number(static_cast<uint64_t>(pthread_self()));
    writer.string(name, strnlen(name, sizeof name - 1));
    writer.advance();
}

}  // namespace

void beginChunk(ThreadState* state, uint8_t* memory, uint64_t size) {
    auto* chunk = reinterpret_cast<RaddleChunk*>(memory);
    chunk->size = static_cast<uint32_t>(size);
    chunk->kind = kRaddleThreadEvents;
    chunk->image = g_session.image;
    chunk->thread = state->serial;
    chunk->pid = static_cast<uint32_t>(g_session.pid);
    chunk->tid = state->tid;
    chunk->sequence = state->sequence++;
    const uint64_t lost = __atomic_exchange_n(&state->lost, 0, __ATOMIC_RELAXED);
    chunk->dropped = lost > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(lost);
    setBaseTime(chunk, state->lastTicks);
    chunk->committed = 0;
    __atomic_store_n(&chunk->magic, RADDLE_CHUNK_MAGIC, __ATOMIC_RELEASE);

    state->chunk = chunk;
    state->at = memory + sizeof(RaddleChunk);
    state->end = memory + size;
    state->limit = state->at;  // what comes first looks after it
    state->committed = 0;
    state->lastTicks = chunk->baseTicks;
    state->lastObject = 0;
    memset(state->sites, 0, sizeof state->sites);
    memset(state->functions, 0, sizeof state->functions);
    memset(state->stacks, 0, sizeof state->stacks);
    writeGoesOn(state);
}

namespace {

bool beginFreshChunk(ThreadState* state, size_t need) {
    uint64_t size = state->chunkSize ? state->chunkSize * uint64_t{2} : kFirstChunk;
    const uint32_t largest = wantsLargerChunks(state) ? kLargestInRing : kLargestChunk;
    if (size > largest) size = largest;
    const uint64_t least = alignUp(need + sizeof(RaddleChunk) + 2 * kSmallEvent, 4096);
    if (size < least) size = least;
    Region region = reuseRegion(state, false);
    if (!region.memory) region = claimRegion(size);
    if (!region.memory) region = reuseRegion(state, true);
    if (region.size < least) {
        releaseRegion(region);
        return false;
    }
    if (state->chunk) state->governor.events += state->committed >> 32;
    retireRegion(state);
    state->region = region;
    state->chunkSize = static_cast<uint32_t>(region.size);
    beginChunk(state, region.memory, region.size);
    return true;
}

// Cuts the chunk of a thread that ended, so that the next user of the state can go on behind it.
void cutChunk(ThreadState* state) {
    if (!state->chunk) return;
    auto* begin = reinterpret_cast<uint8_t*>(state->chunk);
    uint8_t* next = begin + alignUp(static_cast<uint64_t>(state->at - begin), kRaddleChunkAlign);
    if (state->end - next < static_cast<ptrdiff_t>(kWorthKeeping)) {
        retireRegion(state);
        state->at = state->limit = state->end = nullptr;
    } else {
        __atomic_store_n(&state->chunk->size, static_cast<uint32_t>(next - begin), __ATOMIC_RELEASE);
        state->at = next;
    }
    state->chunk = nullptr;
}

// What must not go on from one thread to the next with the state.
void clearIdentity(ThreadState* state) {
    state->writer = state->lost = 0;
    state->attention = state->scansLeft = 0;
    state->serial = state->sequence = state->tid = state->creator = 0;
    state->live = state->unwinding = state->kept = false;
    state->lastTicks = 0;
    state->chunkSize = 0;
    state->depth = 0;
    state->taskClock = nullptr;
    state->sampleTimer = 0;
    state->destructorRounds = 0;
    state->stackLow = state->stackHigh = state->stackSize = 0;
    state->routine = nullptr;
    state->argument = nullptr;
    state->entry = 0;
}

uint64_t cpuNs() {
    timespec cpu = {};
    systemCall(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, reinterpret_cast<long>(&cpu));
    return static_cast<uint64_t>(cpu.tv_sec) * 1000000000u + static_cast<uint64_t>(cpu.tv_nsec);
}

void writeThreadStart(ThreadState* state) {
    state->cpuAtStart = cpuNs();
    state->startTicks = now();
    systemCall(SYS_prctl, PR_GET_NAME, reinterpret_cast<long>(state->firstName));
    const uint64_t numbers[] = {state->tid, state->creator, state->entry, static_cast<uint64_t>(pthread_self())};
    recordNumbers(state, kRaddleThreadStart, numbers, 4);
}

// Begins the thread's first chunk: the rest of the one that came with the state, or a new one.
void begin(ThreadState* state) {
    state->live = true;
    t_state = state;
    if (state->at) beginChunk(state, state->at, static_cast<uint64_t>(state->end - state->at));
}

}  // namespace

ThreadState* takeState() {
    for (ThreadState*& slot : g_pool)
        if (__atomic_load_n(&slot, __ATOMIC_RELAXED))
            if (ThreadState* state = __atomic_exchange_n(&slot, nullptr, __ATOMIC_ACQ_REL)) return state;
    const size_t size = alignUp(sizeof(ThreadState), 4096);
    const long memory =
        systemCall(SYS_mmap, 0, static_cast<long>(size), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory < 0 && memory > -4096) return nullptr;
    // A child that was forked without our handlers running must not write to its parent's chunk.
    systemCall(SYS_madvise, memory, static_cast<long>(size), MADV_WIPEONFORK);
    return reinterpret_cast<ThreadState*>(memory);
}

void giveBackState(ThreadState* state) {
    clearIdentity(state);
    for (ThreadState*& slot : g_pool) {
        ThreadState* empty = nullptr;
        if (__atomic_compare_exchange_n(&slot, &empty, state, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) return;
    }
    retireRegion(state);
    systemCall(SYS_munmap, reinterpret_cast<long>(state), static_cast<long>(alignUp(sizeof(ThreadState), 4096)));
}

void attach(ThreadState* state, uint32_t serial) {
    state->serial = t_serial = serial ? serial : nextThreadSerial();
    state->tid = static_cast<uint32_t>(systemCall(SYS_gettid));
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
    errno = savedErrno;
    return state;
}

void writeThreadExit(ThreadState* state) {
    const uint64_t used = cpuNs() - state->cpuAtStart;
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
    state->tid = static_cast<uint32_t>(systemCall(SYS_gettid));
    findStack(state);
    begin(state);
    return state;
}

void pauseRecording() {
    t_ended = true;
    t_state = nullptr;
    RADDLE_SIGNAL_FENCE();
}

void resumeRecording(ThreadState* state) {
    RADDLE_SIGNAL_FENCE();
    t_ended = false;
    t_state = state;
}

void beginForkedImage() {
    if (!isOn() || !isOtherProcess()) return;
    const uint32_t parentImage = g_session.image;
    const uint32_t parentThread = t_serial;
    g_session.pid = systemCall(SYS_getpid);
    g_session.image = __atomic_fetch_add(&g_session.header->nextImage, 1, __ATOMIC_RELAXED);
    inheritModules();
    for (ThreadState*& slot : g_pool) slot = nullptr;
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
    state->governor.region = {};
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

bool makeRoom(ThreadState* state, size_t need) {
    const uintptr_t writer = state->writer;
    if (RADDLE_UNLIKELY(!state->live)) {
        // Wiped: this is the child of a fork that we did not see.
        state->writer = 0;
        beginForkedImage();
        state->writer = writer;
        if (!state->live) return false;
    }
    if (state->at + need <= state->end || beginFreshChunk(state, need)) {
        // The budget is looked at now and then.
        state->limit = state->at + need + kStretch < state->end ? state->at + need + kStretch : state->end;
        __atomic_fetch_or(&state->attention, kCheckWanted, __ATOMIC_RELAXED);
        return true;
    }
    loseForSpace(state);
    return false;
}

bool isInterrupting(const ThreadState* state) {
    const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    const bool known = here >= state->stackLow && here < state->stackHigh && state->writer >= state->stackLow &&
                       state->writer < state->stackHigh;
    return !(known && here > state->writer);
}

void loseForSpace(ThreadState* state) {
    __atomic_fetch_add(&state->lost, 1, __ATOMIC_RELAXED);
    countDropped(1);
}

void loseInterrupting(ThreadState* state) {
    loseForSpace(state);
    __atomic_fetch_or(&state->attention, kLossUnsaid, __ATOMIC_RELAXED);
}

}  // namespace raddle::rt
