#include "instrument/runtime/events/governor.h"

#include <string.h>

#include "instrument/runtime/events/calls.h"

namespace raddle::rt {

namespace {

// Enough for some hundreds of locks that are taken equally often to come again.
constexpr uint32_t kTallyEvents = 1024;
// What all threads of a process together may be over, so that short programs are recorded whole.
constexpr uint64_t kFreeNs = 5'000'000;
constexpr uint64_t kCountedCallNs = 4;
constexpr uint64_t kCountedLockNs = 2;
constexpr uint64_t kQuickIoNs = 35;

uint64_t g_overdrawnNs;  // atomic

uint64_t threadCpuNs() {
    timespec cpu = {};
    systemCall(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, reinterpret_cast<long>(&cpu));
    return static_cast<uint64_t>(cpu.tv_sec) * 1000000000u + static_cast<uint64_t>(cpu.tv_nsec);
}

// Of this machine, in hundredths: reading the clock is most of an event.
uint64_t centiNsPerEvent() {
    constexpr uint64_t kReads = 64;
    // With what it takes from the caches of programs that do more than lock, on processors that others use too: an
    // event of a busy server takes 58 ns on a busy machine, where in a loop of nothing else it takes 11.
    constexpr uint64_t kRestOfEvent = 4500;
    static uint64_t measured;
    uint64_t known = __atomic_load_n(&measured, __ATOMIC_RELAXED);
    if (known != 0) return known;
    const uint64_t begin = monotonicNs();
    for (uint64_t i = 0; i < kReads; ++i) now();
    known = (monotonicNs() - begin) * 100 / kReads + kRestOfEvent;
    __atomic_store_n(&measured, known, __ATOMIC_RELAXED);
    return known;
}

// Ticks are taken for nanoseconds, which they are to a factor of two: stacks are a small part.
uint64_t costNs(const ThreadState* state) {
    const uint64_t events = state->governor.events + (state->committed >> 32);
    return events * centiNsPerEvent() / 100 + state->governor.walkedTicks +
           state->governor.timedCalls * kTimedOneIn * kCountedCallNs +
           state->governor.sampledLocks * kSampledOneIn * kCountedLockNs + state->quickIo * kQuickIoNs;
}

void writeMark(ThreadState* state, uint8_t code) {
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    writer.op(code, now());
    writer.publish();
}

// The tables stay mapped: what a signal interrupted may be about to count in them.
void pauseCounts(ThreadState* state) {
    writeMark(state, kRaddleCountPause);
    state->governor.isPaused = true;
    state->counts = nullptr;
    state->callCounts = nullptr;
}

void resumeCounts(ThreadState* state) {
    writeMark(state, kRaddleCountResume);
    Governor& governor = state->governor;
    governor.isPaused = false;
    // Any of them may be held just now.
    memset(governor.timed, 1, sizeof governor.timed);
    if (governor.region.memory) state->counts = static_cast<RaddleLockCount*>(rowsOf(governor.region));
    if (governor.callRegion.memory) state->callCounts = static_cast<RaddleCallCount*>(rowsOf(governor.callRegion));
}

uint8_t* beginTable(const ThreadState* state, uint8_t* at, RaddleChunkKind kind, uint64_t rowsSize, uint64_t size) {
    auto* chunk = reinterpret_cast<RaddleChunk*>(at);
    *chunk = *state->chunk;
    chunk->magic = 0;
    chunk->size = static_cast<uint32_t>(size);
    chunk->kind = static_cast<uint32_t>(kind);
    chunk->dropped = 0;
    chunk->committed = rowsSize;
    __atomic_store_n(&chunk->magic, RADDLE_CHUNK_MAGIC, __ATOMIC_RELEASE);
    return at + size;
}

bool claimCounts(ThreadState* state) {
    constexpr uint64_t kRows = kRaddleCountRows * sizeof(RaddleLockCount), kTable = sizeof(RaddleChunk) + kRows;
    static_assert(kTable == kSecondTable * sizeof(RaddleLockCount) && kTable % kRaddleChunkAlign == 0);
    Governor& governor = state->governor;
    if (governor.isPaused) resumeCounts(state);
    if (state->counts) return true;
    governor.region = claimRegion((2 * kTable + 4095) / 4096 * 4096);
    if (!governor.region.memory) return false;
    uint8_t* second = beginTable(state, governor.region.memory, kRaddleLockCounts, kRows, kTable);
    beginTable(state, second, kRaddleLockCounts, kRows, governor.region.size - kTable);
    memset(governor.timed, 0, sizeof governor.timed);
    state->counts = static_cast<RaddleLockCount*>(rowsOf(governor.region));
    return true;
}

bool isSteppable(uint32_t kind) {
    return (kind >= kRaddleMutex && kind <= kRaddleSpinLock) || kind == kRaddleCondition || kind == kRaddleSemaphore;
}

// Null when other objects were first.
RaddleLockCount* freeRow(const ThreadState* state, uintptr_t object, const RaddleLockCount* except) {
    RaddleLockCount* row = countRow(state, object);
    if (row->object != 0 || row == except) row = secondRow(state, object);
    return row->object != 0 || row == except ? nullptr : row;
}

void stepDown(ThreadState* state, uintptr_t key) {
    const auto kind = static_cast<uint32_t>(key >> kKindBit);
    const uintptr_t object = key & ((uintptr_t{1} << kKindBit) - 1);
    if (!isSteppable(kind) || !claimCounts(state)) return;
    const bool hasWakes = kind == kRaddleCondition || kind == kRaddleSemaphore;
    if (countedRow(state, hasWakes ? wakesOf(object) : object)) return;
    RaddleLockCount* row = kind == kRaddleCondition ? nullptr : freeRow(state, object, nullptr);
    RaddleLockCount* wakes = hasWakes ? freeRow(state, wakesOf(object), row) : nullptr;
    if ((kind != kRaddleCondition && !row) || (hasWakes && !wakes)) return;
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    writer.op(kRaddleStepDown | RADDLE_SAME_SITE, now());
    writer.publish();
    if (hasWakes) __atomic_store_n(&wakes->object, wakesOf(object), __ATOMIC_RELEASE);
    if (kind == kRaddleCondition) return;
    // It may be held just now.
    releaseIsWritten(state, row) = 1;
    __atomic_store_n(&row->object, object, __ATOMIC_RELEASE);
}

}  // namespace

void checkBudget(ThreadState* state) {
    const uint32_t budget = g_session.header->budget;
    if (budget == 0 || state->governor.tallyLeft > 0) return;
    const uint64_t cost = costNs(state);
    // A fifth of the budget is left for what is not reckoned: the file's pages, what events push out of caches.
    const uint64_t allowed = (threadCpuNs() - state->cpuAtStart) * budget / 1250;
    Governor& governor = state->governor;
    if ((state->counts || state->callCounts) && cost < allowed / 2) return pauseCounts(state);
    if (cost <= allowed || cost - allowed <= governor.overdrawnNs) {
        governor.isTallied = false;
        return;
    }
    const uint64_t more = cost - allowed - governor.overdrawnNs;
    governor.overdrawnNs += more;
    if (__atomic_add_fetch(&g_overdrawnNs, more, __ATOMIC_RELAXED) <= kFreeNs) return;
    if (governor.isPaused) resumeCounts(state);
    // What came once goes on counting while the thread stays over its budget.
    if (!governor.isTallied) memset(governor.tally, 0, sizeof governor.tally);
    governor.isTallied = true;
    governor.tallyLeft = kTallyEvents;
    __atomic_fetch_or(&state->attention, kTallyWanted, __ATOMIC_RELAXED);
}

bool isSeenAgain(ThreadState* state, uintptr_t key) {
    uintptr_t& seen = state->governor.tally[hashAddress(key) % kTallied];
    if (seen == key) return true;
    seen = key;
    return false;
}

void tallyEvent(ThreadState* state) {
    Governor& governor = state->governor;
    if (governor.tallyLeft == 0 || --governor.tallyLeft == 0) return;
    __atomic_fetch_or(&state->attention, kTallyWanted, __ATOMIC_RELAXED);
    const bool isCall = governor.lastIsCall;
    governor.lastIsCall = false;
    const uintptr_t key = state->lastObject;
    // Of which the last event is.
    if (!isCall && key != 0 && isSeenAgain(state, key)) stepDown(state, key);
}

void* rowsOf(const Region& region) {
    return reinterpret_cast<RaddleChunk*>(region.memory) + 1;
}

bool claimCallCounts(ThreadState* state) {
    Governor& governor = state->governor;
    if (governor.isPaused) resumeCounts(state);
    if (state->callCounts) return true;
    constexpr uint64_t kRows = kRaddleCallRows * sizeof(RaddleCallCount);
    governor.callRegion = claimRegion((sizeof(RaddleChunk) + kRows + 4095) / 4096 * 4096);
    if (!governor.callRegion.memory) return false;
    beginTable(state, governor.callRegion.memory, kRaddleCallCounts, kRows, governor.callRegion.size);
    state->timing = state->serial * 0x9e3779b9u;
    planNextTimed(state);
    state->callCounts = static_cast<RaddleCallCount*>(rowsOf(governor.callRegion));
    return true;
}

void releaseCounts(ThreadState* state) {
    Governor& governor = state->governor;
    state->counts = nullptr;
    state->callCounts = nullptr;
    releaseRegion(governor.region);
    releaseRegion(governor.callRegion);
    governor.region = governor.callRegion = {};
    governor.events = governor.walkedTicks = governor.overdrawnNs = governor.timedCalls = governor.sampledLocks = 0;
    governor.tallyLeft = 0;
    governor.isPaused = governor.isTallied = governor.lastIsCall = false;
    state->plannedCalls = state->untimedLeft = state->quickIo = 0;
}

}  // namespace raddle::rt
