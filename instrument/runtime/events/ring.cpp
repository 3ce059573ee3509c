#include "instrument/runtime/events/ring.h"

#include "instrument/runtime/events/chunk.h"

#include <string.h>
#include <sys/mman.h>

namespace raddle::rt {

namespace {

constexpr uint64_t kPage = 4096;

uint32_t at(uint32_t index) {
    return index % kRingRegions;
}

void remember(ThreadState* state, uint64_t offset, uint64_t size) {
    Ring& ring = state->ring;
    // What does not fit is never used again: the file grows.
    if (!state->kept && ring.count < kRingRegions)
        ring.regions[at(ring.first + ring.count++)] = {offset, size, monotonicNs()};
}

// Ends the chunk at the end of its page; the thread goes on in the rest of the region.
void leavePages(ThreadState* state) {
    if (keepMs() == 0 || !state->chunk) return;
    state->governor.events += state->committed >> 32;
    auto* begin = reinterpret_cast<uint8_t*>(state->chunk);
    Region& region = state->region;
    const auto used = (static_cast<uint64_t>(state->at - region.memory) + kPage - 1) / kPage * kPage;
    if (used >= region.size) {
        retireRegion(state);
        state->at = state->limit = state->end = nullptr;
        state->chunk = nullptr;
        return;
    }
    __atomic_store_n(&state->chunk->size, static_cast<uint32_t>(region.memory + used - begin), __ATOMIC_RELEASE);
    remember(state, region.offset, used);
    systemCall(SYS_munmap, reinterpret_cast<long>(region.memory), static_cast<long>(used));
    region = {region.memory + used, region.size - used, region.offset + used};
    beginChunk(state, region.memory, region.size);
}

}  // namespace

void retireRegion(ThreadState* state) {
    if (!state->region.memory) return;
    if (keepMs() != 0) remember(state, state->region.offset, state->region.size);
    releaseRegion(state->region);
    state->region = {};
}

Region reuseRegion(ThreadState* state, bool anyAge) {
    Ring& ring = state->ring;
    if (keepMs() == 0 || ring.count == 0) return {};
    const RingRegion oldest = ring.regions[at(ring.first)];
    if (!anyAge && monotonicNs() - oldest.endNs < keepMs() * uint64_t{1000000}) return {};
    const Region region = mapAgain(oldest.offset, oldest.size);
    if (!region.memory) return {};
    ring.first = at(ring.first + 1);
    --ring.count;
    // First what makes it a chunk, for those who read meanwhile; what is behind a chunk's events is zero.
    __atomic_store_n(&reinterpret_cast<RaddleChunk*>(region.memory)->magic, 0, __ATOMIC_RELEASE);
    memset(region.memory, 0, region.size);
    return region;
}

bool wantsLargerChunks(const ThreadState* state) {
    return keepMs() != 0 && state->ring.count > kRingRegions / 2;
}

void beginKept(ThreadState* state) {
    leavePages(state);
    state->kept = true;
}

void endKept(ThreadState* state) {
    leavePages(state);
    state->kept = false;
}

}  // namespace raddle::rt
