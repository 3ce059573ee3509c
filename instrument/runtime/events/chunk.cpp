#include "instrument/runtime/events/chunk.h"

#include <string.h>
#include <sys/prctl.h>

#include "instrument/runtime/events/ring.h"
#include "instrument/runtime/events/writer.h"

namespace raddle::rt {

namespace {

constexpr uint32_t kFirstChunk = 16 * 1024;
constexpr uint32_t kLargestChunk = 256 * 1024;
constexpr uint32_t kLargestInRing = 8 * 1024 * 1024;
constexpr uint32_t kStretch = 16 * 1024;
constexpr uint32_t kWorthKeeping = 1024;

uint64_t alignUp(uint64_t value, uint64_t alignment) {
    return (value + alignment - 1) / alignment * alignment;
}

// A chunk goes on from its predecessor's last event, not from now: the event that is about to be written may have
// happened before the chunk was claimed, which takes longer than many a hold. The calibration pair is of that moment.
void setBaseTime(RaddleChunk* chunk, uint64_t lastTicks) {
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
    state->definitions = 0;
    state->lastSite = state->sites;
    state->siteLow = state->stackLow;
    state->siteSpan = state->stackHigh - state->stackLow;
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

}  // namespace

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

bool makeRoom(ThreadState* state, size_t need) {
    const uintptr_t writer = state->writer;
    if (RADDLE_UNLIKELY(!state->live)) {
        // Wiped: this is the child of a fork that we did not see.
        state->writer = 0;
        beginForkedImage();
        state->writer = writer;
        if (!state->live) return false;
    }
    if (state->end - state->at >= static_cast<ptrdiff_t>(need) || beginFreshChunk(state, need)) {
        // The budget is looked at now and then.
        state->limit = state->at + need + kStretch < state->end ? state->at + need + kStretch : state->end;
        __atomic_fetch_or(&state->attention, kCheckWanted, __ATOMIC_RELAXED);
        return true;
    }
    if (need == kRoomAtRelease && state->end - state->at >= static_cast<ptrdiff_t>(kSmallEvent)) {
        state->limit = state->end;
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
