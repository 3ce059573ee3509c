#include "instrument/runtime/base/call_tables.h"

#include <string.h>
#include <sys/mman.h>

#include "instrument/runtime/base/elf_symbols.h"
#include "instrument/runtime/base/hook.h"

namespace raddle::rt {

namespace {

struct Hook {
    const char* name;
    uintptr_t address;
};
constexpr uint32_t kMostHooks = 256;
Hook g_hooks[kMostHooks];
uint32_t g_hookCount;

struct Patch {
    uintptr_t* slot;
    uintptr_t before;
    bool isReadOnly;
};
constexpr uint32_t kMostPatches = 16384;
Patch g_patches[kMostPatches];
uint32_t g_patchCount;
int g_attached;  // atomic

const char g_here = 0;

// Our own exported functions: those are the hooks. The GNU hash table lists the exported symbols from symoffset on,
// the last of each chain with bit 0 of its hash set.
void collectHooks(const Dynamic& own, uintptr_t base) {
    if (!own.gnuHash || !own.symbols) return;
    const uint32_t buckets = own.gnuHash[0], first = own.gnuHash[1], bloom = own.gnuHash[2];
    const uint32_t* bucket = own.gnuHash + 4 + bloom * (sizeof(ElfW(Addr)) / 4);
    const uint32_t* chain = bucket + buckets;
    for (uint32_t b = 0; b < buckets; ++b) {
        if (bucket[b] < first) continue;
        for (uint32_t s = bucket[b];; ++s) {
            const ElfW(Sym)& symbol = own.symbols[s];
            const char* name = own.strings + symbol.st_name;
            if (symbol.st_value && strncmp(name, "raddle_", 7) != 0 && g_hookCount < kMostHooks)
                g_hooks[g_hookCount++] = {name, base + symbol.st_value};
            if (chain[s - first] & 1) break;
        }
    }
}

const Hook* findHook(const char* name) {
    for (uint32_t i = 0; i < g_hookCount; ++i)
        if (strcmp(g_hooks[i].name, name) == 0) return &g_hooks[i];
    return nullptr;
}

void write(uintptr_t* slot, uintptr_t value, bool isReadOnly) {
    const uintptr_t page = reinterpret_cast<uintptr_t>(slot) & ~uintptr_t{4095};
    if (isReadOnly) systemCall(SYS_mprotect, static_cast<long>(page), 4096, PROT_READ | PROT_WRITE);
    __atomic_store_n(slot, value, __ATOMIC_RELAXED);
    if (isReadOnly) systemCall(SYS_mprotect, static_cast<long>(page), 4096, PROT_READ);
}

// The loader makes whole pages of the table read-only after it has filled them in.
bool isReadOnly(const dl_phdr_info* info, const uintptr_t* slot) {
    const auto address = reinterpret_cast<uintptr_t>(slot);
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = info->dlpi_phdr[i];
        const uintptr_t begin = (info->dlpi_addr + segment.p_vaddr) & ~uintptr_t{4095};
        const uintptr_t end = (info->dlpi_addr + segment.p_vaddr + segment.p_memsz) & ~uintptr_t{4095};
        if (segment.p_type == PT_GNU_RELRO && address >= begin && address < end) return true;
    }
    return false;
}

bool isSlot(uint64_t type) {
#if defined(__x86_64__)
    return type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT;
#else
    return type == R_AARCH64_JUMP_SLOT || type == R_AARCH64_GLOB_DAT;
#endif
}

bool isLoaderOrLibc(const char* name) {
    const char* const slash = name ? strrchr(name, '/') : nullptr;
    const char* const file = slash ? slash + 1 : name;
    return file && (strncmp(file, "libc.so", 7) == 0 || strncmp(file, "ld-linux", 8) == 0 ||
                    strncmp(file, "linux-vdso", 10) == 0 || strncmp(file, "libpthread", 10) == 0);
}

int visit(dl_phdr_info* info, size_t, void*) {
    patchModule(info);
    return 0;
}

int visitOwn(dl_phdr_info* info, size_t, void*) {
    if (!isIn(info, &g_here)) return 0;
    collectHooks(readDynamic(info), info->dlpi_addr);
    return 1;
}

}  // namespace

bool isAttached() {
    return __atomic_load_n(&g_attached, __ATOMIC_ACQUIRE) != 0;
}

void patchModule(const dl_phdr_info* info) {
    if (isLoaderOrLibc(info->dlpi_name) || isIn(info, &g_here)) return;
    const Dynamic dynamic = readDynamic(info);
    if (!dynamic.symbols || !dynamic.strings) return;
    for (int t = 0; t < 2; ++t) {
        for (size_t i = 0; dynamic.tables[t] && i < dynamic.counts[t]; ++i) {
            const ElfW(Rela)& relocation = dynamic.tables[t][i];
            if (!isSlot(ELF64_R_TYPE(relocation.r_info))) continue;
            const ElfW(Sym)& symbol = dynamic.symbols[ELF64_R_SYM(relocation.r_info)];
            const Hook* hook = findHook(dynamic.strings + symbol.st_name);
            if (!hook || symbol.st_shndx != SHN_UNDEF || g_patchCount == kMostPatches) continue;
            auto* slot = reinterpret_cast<uintptr_t*>(info->dlpi_addr + relocation.r_offset);
            if (*slot == hook->address) continue;
            const Patch& patch = g_patches[g_patchCount++] = {slot, *slot, isReadOnly(info, slot)};
            write(slot, hook->address, patch.isReadOnly);
        }
    }
}

void leadCallsHere() {
    dl_iterate_phdr(visitOwn, nullptr);
    __atomic_store_n(&g_attached, 1, __ATOMIC_RELEASE);
    dl_iterate_phdr(visit, nullptr);
}

bool putCallsBack() {
    if (!__atomic_exchange_n(&g_attached, 0, __ATOMIC_ACQ_REL)) return false;
    for (uint32_t i = g_patchCount; i-- > 0;) write(g_patches[i].slot, g_patches[i].before, g_patches[i].isReadOnly);
    return true;
}

}  // namespace raddle::rt
