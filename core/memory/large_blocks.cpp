#include "core/memory/large_blocks.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <thread>

namespace raddle::memory {
namespace {

constexpr size_t kLarge = size_t{1} << 20;
constexpr size_t kPage = 4096;
// Addresses, of which there are plenty: those of a block are not given out again, so that none need be looked for.
constexpr size_t kAddresses = size_t{1} << 44;
constexpr std::chrono::milliseconds kLook{20};  // in which a program gets through some 100 MB

// Stands in the page before a block.
struct BlockHead {
    size_t mappedBytes;
};

struct State {
    std::string folder;
    Limits limits;
    char* begin = nullptr;  // of the addresses; null: not in use
    std::atomic<size_t> used = 0;
    std::atomic<uint64_t> inMemory = 0;
    std::atomic<uint64_t> inFiles = 0;
};

// Never destroyed: what is freed at exit asks for it.
State* state = nullptr;

bool isInFile(const void* block) {
    const State* s = state;
    if (!s) return false;
    const auto address = reinterpret_cast<uintptr_t>(block), begin = reinterpret_cast<uintptr_t>(s->begin);
    return address >= begin && address - begin < kAddresses;
}

// Null when there is no room for it.
void* mapBlock(State& s, size_t size) {
    const size_t bytes = (size + kPage - 1) / kPage * kPage + kPage;
    if (bytes > kAddresses / 16) return nullptr;
    const int fd = ::open(s.folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) return nullptr;
    void* mapped = MAP_FAILED;
    // Room that was not promised would be missed when a page is written, where nobody can be told.
    if (::fallocate(fd, 0, 0, static_cast<off_t>(bytes)) == 0)
        if (const size_t at = s.used.fetch_add(bytes); at + bytes <= kAddresses)
            mapped = ::mmap(s.begin + at, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
    ::close(fd);
    if (mapped == MAP_FAILED) return nullptr;
    static_cast<BlockHead*>(mapped)->mappedBytes = bytes;
    s.inFiles += bytes;
    return static_cast<char*>(mapped) + kPage;
}

void unmapBlock(State& s, void* block) {
    char* mapped = static_cast<char*>(block) - kPage;
    const size_t bytes = reinterpret_cast<BlockHead*>(mapped)->mappedBytes;
    // In one step, so that nobody else's memory comes to lie there.
    ::mmap(mapped, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    s.inFiles -= bytes;
}

// Of this process, pages of files.
uint64_t residentFileBytes() {
    std::FILE* file = std::fopen("/proc/self/statm", "re");
    if (!file) return 0;
    unsigned long long size = 0, resident = 0, shared = 0;
    const int got = std::fscanf(file, "%llu %llu %llu", &size, &resident, &shared);
    std::fclose(file);
    return got == 3 ? shared * kPage : 0;
}

// What a page holds stays in its file, or the system's cache of it.
void keepBelow(State& s) {
    for (;; std::this_thread::sleep_for(kLook))
        if (s.inFiles > s.limits.resident && residentFileBytes() > s.limits.resident)
            ::madvise(s.begin, std::min(s.used.load(), kAddresses), MADV_DONTNEED);
}

void* allocate(size_t size) {
    State* s = state;
    if (s && size >= kLarge && s->inMemory + size > s->limits.inMemory)
        if (void* block = mapBlock(*s, size)) return block;
    for (;;) {
        if (void* block = std::malloc(size ? size : 1)) {
            if (s && size >= kLarge / 2)
                if (const size_t usable = ::malloc_usable_size(block); usable >= kLarge) s->inMemory += usable;
            return block;
        }
        const std::new_handler handler = std::get_new_handler();
        if (!handler) throw std::bad_alloc();
        handler();
    }
}

void release(void* block) {
    if (!block) return;
    if (isInFile(block)) return unmapBlock(*state, block);
    if (State* s = state)
        if (const size_t usable = ::malloc_usable_size(block); usable >= kLarge)
            // Blocks from before are not in the sum.
            s->inMemory -= std::min<uint64_t>(usable, s->inMemory);
    std::free(block);
}

}  // namespace

void keepLargeBlocksIn(const std::string& folder, Limits limits) {
    if (state) return;
    void* addresses = ::mmap(nullptr, kAddresses, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (addresses == MAP_FAILED) return;
    auto* s = new State;
    s->folder = folder;
    s->limits = limits;
    s->begin = static_cast<char*>(addresses);
    state = s;
    std::thread([s] { keepBelow(*s); }).detach();
}

uint64_t largeBlocksInFiles() {
    return state ? state->inFiles.load() : 0;
}

}  // namespace raddle::memory

#if defined(__has_feature)
#define RADDLE_IS_SANITIZED __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RADDLE_IS_SANITIZED 1
#else
#define RADDLE_IS_SANITIZED 0
#endif

#if !(RADDLE_IS_SANITIZED)
// The other forms (arrays, sized, that do not throw) are made of these two.
void* operator new(size_t size) {
    return raddle::memory::allocate(size);
}

void operator delete(void* block) noexcept {
    raddle::memory::release(block);
}
#endif
