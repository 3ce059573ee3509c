#include "instrument/runtime/events/modules.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include "instrument/runtime/base/call_tables.h"
#include "instrument/runtime/events/ring.h"
#include "instrument/runtime/events/stack_walk.h"
#include "instrument/runtime/events/writer.h"

namespace raddle::rt {

namespace {

struct Known {
    uintptr_t first;  // 0: the entry is free
    uintptr_t end;
    uint32_t scan;  // the last one that saw it
    bool cxxLibrary;
    const uint8_t* unwindTable;
};

constexpr uint32_t kMostModules = 2048;
Known g_known[kMostModules];
uint32_t g_knownCount;  // atomic: entries in use, free ones among them
uint32_t g_scan;
int g_scanning;   // atomic: one thread at a time, others leave it to the next chance
int g_expected;   // atomic
int g_unloading;  // atomic: threads that are unloading something
uint64_t g_loads;
uint64_t g_unloads;

struct BuildId {
    const uint8_t* bytes;
    size_t size;
};

BuildId findBuildId(const dl_phdr_info* info) {
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = info->dlpi_phdr[i];
        if (segment.p_type != PT_NOTE) continue;
        const auto* at = reinterpret_cast<const uint8_t*>(info->dlpi_addr + segment.p_vaddr);
        const uint8_t* end = at + segment.p_memsz;
        while (at + sizeof(ElfW(Nhdr)) <= end) {
            ElfW(Nhdr) note;
            memcpy(&note, at, sizeof note);
            const uint8_t* name = at + sizeof note;
            const uint8_t* description = name + (note.n_namesz + 3u) / 4u * 4u;
            if (description + note.n_descsz > end) break;
            if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(name, "GNU", 4) == 0)
                return {description, note.n_descsz < 64 ? note.n_descsz : 64};
            at = description + (note.n_descsz + 3u) / 4u * 4u;
        }
    }
    return {nullptr, 0};
}

bool isSameFile(const char* one, const char* other) {
    struct statx first = {};
    struct statx second = {};
    return systemCall(SYS_statx, AT_FDCWD, reinterpret_cast<long>(one), 0, STATX_INO, reinterpret_cast<long>(&first)) ==
               0 &&
           systemCall(SYS_statx, AT_FDCWD, reinterpret_cast<long>(other), 0, STATX_INO,
                      reinterpret_cast<long>(&second)) == 0 &&
           first.stx_ino == second.stx_ino && first.stx_dev_major == second.stx_dev_major &&
           first.stx_dev_minor == second.stx_dev_minor;
}

// Relative to the working folder if need be.
size_t absolutePath(const char* name, char* path, size_t capacity) {
    size_t used = 0;
    if (name[0] != '/') {
        const long length = systemCall(SYS_getcwd, reinterpret_cast<long>(path), static_cast<long>(capacity));
        if (length > 1 && static_cast<size_t>(length) < capacity) {
            used = static_cast<size_t>(length);
            path[used - 1] = '/';
        }
    }
    const size_t length = strnlen(name, capacity - used);
    memcpy(path + used, name, length);
    return used + length;
}

size_t modulePath(const dl_phdr_info* info, bool first, char* path, size_t capacity) {
    const char* name = info->dlpi_name;
    if (first && (!name || !*name)) return programPath(path, capacity);
    if (!name) return 0;
    // Without a slash it is no file (the kernel's own).
    if (strchr(name, '/')) return absolutePath(name, path, capacity);
    const size_t length = strnlen(name, capacity);
    memcpy(path, name, length);
    return length;
}

void writeModule(ThreadState* state, const dl_phdr_info* info, uintptr_t begin, uintptr_t end, bool first) {
    char path[2048];
    const size_t length = modulePath(info, first, path, sizeof path);
    const BuildId id = findBuildId(info);
    Writer writer;
    if (!writer.begin(state, kSmallEvent + 64 + sizeof path)) return;
    writer.op(kRaddleModule, now());
    writer.number(info->dlpi_addr);
    writer.number(begin);
    writer.number(end);
    writer.string(reinterpret_cast<const char*>(id.bytes), id.size);
    writer.string(path, length);
    writer.commit();
}

Known* findKnown(uintptr_t first, uintptr_t end) {
    Known* unused = nullptr;
    for (uint32_t i = 0; i < g_knownCount; ++i) {
        if (g_known[i].first == first && g_known[i].end == end) return &g_known[i];
        if (g_known[i].first == 0 && !unused) unused = &g_known[i];
    }
    if (unused) return unused;
    return g_knownCount < kMostModules ? &g_known[g_knownCount] : nullptr;
}

const Known* moduleOf(uintptr_t pc) {
    const uint32_t count = __atomic_load_n(&g_knownCount, __ATOMIC_ACQUIRE);
    for (uint32_t i = 0; i < count; ++i)
        if (g_known[i].first != 0 && pc >= g_known[i].first && pc < g_known[i].end) return &g_known[i];
    return nullptr;
}

struct Scan {
    ThreadState* state;
    int index;
    bool again;  // not the first scan of the image: nothing to do when the loader's counts are as they were
    bool keeps;
};

int visit(dl_phdr_info* info, size_t, void* argument) {
    auto* scan = static_cast<Scan*>(argument);
    const bool first = scan->index++ == 0;
    if (first) {
        if (scan->again && info->dlpi_adds == g_loads && info->dlpi_subs == g_unloads) return 1;
        g_loads = info->dlpi_adds;
        g_unloads = info->dlpi_subs;
        ++g_scan;
        // The first is kept with the image's start.
        scan->keeps = scan->again;
        if (scan->keeps) beginKept(scan->state);
    }
    uintptr_t begin = UINTPTR_MAX;
    uintptr_t end = 0;
    const uint8_t* unwindTable = nullptr;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = info->dlpi_phdr[i];
        const uintptr_t low = info->dlpi_addr + segment.p_vaddr;
        if (segment.p_type == PT_GNU_EH_FRAME) unwindTable = reinterpret_cast<const uint8_t*>(low);
        if (segment.p_type != PT_LOAD) continue;
        if (low < begin) begin = low;
        if (low + segment.p_memsz > end) end = low + segment.p_memsz;
    }
    if (begin >= end) return 0;
    Known* known = findKnown(begin, end);
    if (!known) return 0;
    known->scan = g_scan;
    if (known->first == begin) return 0;
    writeModule(scan->state, info, begin, end, first);
    if (isAttached()) patchModule(info);
    known->end = end;
    known->unwindTable = unwindTable;
    known->cxxLibrary = info->dlpi_name && strstr(info->dlpi_name, "libstdc++.so");
    __atomic_store_n(&known->first, begin, __ATOMIC_RELEASE);
    if (known == &g_known[g_knownCount]) __atomic_store_n(&g_knownCount, g_knownCount + 1, __ATOMIC_RELEASE);
    return 0;
}

}  // namespace

// A program may have several names, by which it knows what to be; the kernel remembers the one it was started by.
size_t programPath(char* path, size_t capacity) {
    constexpr const char* kProgram = "/proc/self/exe";
    const auto* started = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
    const char* name = started ? strrchr(started, '/') : nullptr;
    const long got = systemCall(SYS_readlinkat, AT_FDCWD, reinterpret_cast<long>(kProgram),
                                reinterpret_cast<long>(path), static_cast<long>(capacity));
    const size_t length = got > 0 ? static_cast<size_t>(got) : 0;
    if (!name) return length;
    const size_t nameLength = strlen(name);
    const bool isItsName = length >= nameLength && memcmp(path + length - nameLength, name, nameLength) == 0;
    return isItsName || !isSameFile(started, kProgram) ? length : absolutePath(started, path, capacity);
}

void scanModules(ThreadState* state) {
    if (__atomic_exchange_n(&g_scanning, 1, __ATOMIC_ACQUIRE)) return;
    Scan scan = {state, 0, g_scan != 0, false};
    if (dl_iterate_phdr(visit, &scan) == 0) {
        for (uint32_t i = 0; i < g_knownCount; ++i) {
            if (g_known[i].first == 0 || g_known[i].scan == g_scan) continue;
            const uint64_t gone = g_known[i].first;
            __atomic_store_n(&g_known[i].first, 0, __ATOMIC_RELEASE);
            forgetCode(gone, g_known[i].end);
            recordNumbers(state, kRaddleModuleGone, &gone, 1);
        }
    }
    if (scan.keeps) endKept(state);
    __atomic_store_n(&g_scanning, 0, __ATOMIC_RELEASE);
}

void expectModuleChange() {
    __atomic_store_n(&g_expected, 1, __ATOMIC_RELAXED);
}

void beginUnloading() {
    expectModuleChange();
    __atomic_fetch_add(&g_unloading, 1, __ATOMIC_ACQ_REL);
}

void endUnloading(ThreadState* state) {
    if (state) scanIfExpected(state);
    __atomic_fetch_sub(&g_unloading, 1, __ATOMIC_ACQ_REL);
}

void scanAfterEvents(ThreadState* state) {
    state->scansLeft = kScansAfterOpen;
    __atomic_fetch_or(&state->attention, kScanWanted, __ATOMIC_RELAXED);
}

void scanIfExpected(ThreadState* state) {
    if (RADDLE_LIKELY(!__atomic_load_n(&g_expected, __ATOMIC_RELAXED))) return;
    const uint64_t before = g_loads + g_unloads;
    scanModules(state);
    // The library may not be there yet: dlopen has only begun.
    if (g_loads + g_unloads != before) __atomic_store_n(&g_expected, 0, __ATOMIC_RELAXED);
}

void inheritModules() {
    __atomic_store_n(&g_unloading, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&g_scanning, 0, __ATOMIC_RELAXED);
}

bool isCxxLibrary(uintptr_t pc) {
    const Known* module = moduleOf(pc);
    return module && module->cxxLibrary;
}

const uint8_t* unwindTableOf(uintptr_t pc) {
    if (__atomic_load_n(&g_unloading, __ATOMIC_ACQUIRE) != 0) return nullptr;
    const Known* module = moduleOf(pc);
    return module ? module->unwindTable : nullptr;
}

bool isCode(uintptr_t pc) {
    return moduleOf(pc) != nullptr;
}

}  // namespace raddle::rt
