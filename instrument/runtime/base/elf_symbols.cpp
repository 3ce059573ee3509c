#include "instrument/runtime/base/elf_symbols.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "instrument/runtime/base/hook.h"

namespace raddle::rt {

namespace {

struct MappedFile {
    const uint8_t* bytes = nullptr;
    size_t size = 0;

    explicit MappedFile(const char* path) {
        const long fd = systemCall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path), O_RDONLY | O_CLOEXEC);
        if (fd < 0) return;
        struct stat status = {};
        if (fstat(static_cast<int>(fd), &status) == 0 && status.st_size > 0) {
            const long memory = systemCall(SYS_mmap, 0, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
            if (memory > 0 || memory < -4095) {
                bytes = reinterpret_cast<const uint8_t*>(memory);
                size = static_cast<size_t>(status.st_size);
            }
        }
        systemCall(SYS_close, fd);
    }
    ~MappedFile() {
        if (bytes) systemCall(SYS_munmap, reinterpret_cast<long>(bytes), static_cast<long>(size));
    }
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    // `count` of T at an offset, or null when the file does not hold them.
    template <class T>
    const T* at(uint64_t offset, uint64_t count) const {
        if (!bytes || offset > size || count > (size - offset) / sizeof(T) || offset % alignof(T) != 0) return nullptr;
        return reinterpret_cast<const T*>(bytes + offset);
    }
};

struct SymbolTable {
    const ElfW(Sym) * symbols;
    uint64_t count;
    const char* strings;
    uint64_t stringsSize;
};

bool findTable(const MappedFile& file, SymbolTable& out) {
    const auto* header = file.at<ElfW(Ehdr)>(0, 1);
    if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return false;
    const auto* sections = file.at<ElfW(Shdr)>(header->e_shoff, header->e_shnum);
    if (!sections) return false;
    for (uint32_t i = 0; i < header->e_shnum; ++i) {
        const ElfW(Shdr)& section = sections[i];
        if (section.sh_type != SHT_SYMTAB || section.sh_link >= header->e_shnum) continue;
        const ElfW(Shdr)& strings = sections[section.sh_link];
        out.count = section.sh_size / sizeof(ElfW(Sym));
        out.symbols = file.at<ElfW(Sym)>(section.sh_offset, out.count);
        out.strings = file.at<char>(strings.sh_offset, strings.sh_size);
        out.stringsSize = strings.sh_size;
        return out.symbols && out.strings && out.stringsSize > 0 && out.strings[out.stringsSize - 1] == 0;
    }
    return false;
}

const char g_here = 0;

const ElfW(Sym) * lookUpGnu(const Dynamic& in, const char* name) {
    uint32_t hash = 5381;
    for (const char* at = name; *at; ++at) hash = hash * 33 + static_cast<uint8_t>(*at);
    const uint32_t buckets = in.gnuHash[0], first = in.gnuHash[1], bloom = in.gnuHash[2];
    const uint32_t* const bucket = in.gnuHash + 4 + bloom * (sizeof(ElfW(Addr)) / 4);
    const uint32_t* const chain = bucket + buckets;
    if (buckets == 0) return nullptr;
    for (uint32_t s = bucket[hash % buckets]; s >= first && s != 0; ++s) {
        const uint32_t other = chain[s - first];
        if ((other | 1) == (hash | 1) && strcmp(in.strings + in.symbols[s].st_name, name) == 0) return &in.symbols[s];
        if (other & 1) break;
    }
    return nullptr;
}

const ElfW(Sym) * lookUpInOrder(const Dynamic& in, const char* name) {
    const uint32_t count = in.hash[1];
    for (uint32_t s = 1; s < count; ++s)
        if (strcmp(in.strings + in.symbols[s].st_name, name) == 0) return &in.symbols[s];
    return nullptr;
}

struct Wanted {
    const char* const* names;
    void** addresses;
    size_t count;
};

int lookUpIn(dl_phdr_info* info, size_t, void* argument) {
    const auto* wanted = static_cast<const Wanted*>(argument);
    if (isIn(info, &g_here)) return 0;
    const Dynamic dynamic = readDynamic(info);
    if (!dynamic.symbols || !dynamic.strings || (!dynamic.gnuHash && !dynamic.hash)) return 0;
    for (size_t i = 0; i < wanted->count; ++i) {
        if (wanted->addresses[i]) continue;
        const auto* symbol =
            dynamic.gnuHash ? lookUpGnu(dynamic, wanted->names[i]) : lookUpInOrder(dynamic, wanted->names[i]);
        if (!symbol || symbol->st_value == 0 || symbol->st_shndx == SHN_UNDEF) continue;
        if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC) continue;
        wanted->addresses[i] = reinterpret_cast<void*>(info->dlpi_addr + symbol->st_value);
    }
    return 0;
}

const char* pathOf(const link_map* module) {
    return module->l_name && *module->l_name ? module->l_name : "/proc/self/exe";
}

link_map* moduleOf(const void* inside) {
    Dl_info info = {};
    link_map* module = nullptr;
    return dladdr1(inside, &info, reinterpret_cast<void**>(&module), RTLD_DL_LINKMAP) ? module : nullptr;
}

}  // namespace

Dynamic readDynamic(const dl_phdr_info* info) {
    Dynamic out;
    const ElfW(Dyn)* entry = nullptr;
    for (int i = 0; i < info->dlpi_phnum; ++i)
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
            entry = reinterpret_cast<const ElfW(Dyn)*>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    for (; entry && entry->d_tag != DT_NULL; ++entry) {
        // The loader has made addresses of these, but not in the kernel's vdso.
        const ElfW(Addr) value = entry->d_un.d_ptr;
        const ElfW(Addr) address = value < info->dlpi_addr ? value + info->dlpi_addr : value;
        switch (entry->d_tag) {
            case DT_SYMTAB:
                out.symbols = reinterpret_cast<const ElfW(Sym)*>(address);
                break;
            case DT_STRTAB:
                out.strings = reinterpret_cast<const char*>(address);
                break;
            case DT_GNU_HASH:
                out.gnuHash = reinterpret_cast<const uint32_t*>(address);
                break;
            case DT_HASH:
                out.hash = reinterpret_cast<const uint32_t*>(address);
                break;
            case DT_JMPREL:
                out.tables[0] = reinterpret_cast<const ElfW(Rela)*>(address);
                break;
            case DT_PLTRELSZ:
                out.counts[0] = value / sizeof(ElfW(Rela));
                break;
            case DT_RELA:
                out.tables[1] = reinterpret_cast<const ElfW(Rela)*>(address);
                break;
            case DT_RELASZ:
                out.counts[1] = value / sizeof(ElfW(Rela));
                break;
            default:
                break;
        }
    }
    return out;
}

bool isIn(const dl_phdr_info* info, const void* address) {
    const auto at = reinterpret_cast<uintptr_t>(address);
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = info->dlpi_phdr[i];
        const uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
        if (segment.p_type == PT_LOAD && at >= begin && at < begin + segment.p_memsz) return true;
    }
    return false;
}

void findExported(const char* const* names, void** addresses, size_t count) {
    for (size_t i = 0; i < count; ++i) addresses[i] = nullptr;
    Wanted wanted = {names, addresses, count};
    dl_iterate_phdr(lookUpIn, &wanted);
}

void findInModuleOf(const void* inside, const char* const* names, void** addresses, size_t count) {
    findExported(names, addresses, count);
    size_t missing = 0;
    for (size_t i = 0; i < count; ++i) missing += addresses[i] == nullptr;
    const link_map* module = missing > 0 ? moduleOf(inside) : nullptr;
    if (!module) return;
    const MappedFile file(pathOf(module));
    SymbolTable table = {};
    if (!findTable(file, table)) return;
    for (uint64_t s = 0; s < table.count && missing > 0; ++s) {
        const ElfW(Sym)& symbol = table.symbols[s];
        if (symbol.st_value == 0 || symbol.st_shndx == SHN_UNDEF || symbol.st_name >= table.stringsSize) continue;
        for (size_t i = 0; i < count; ++i) {
            if (addresses[i] || strcmp(table.strings + symbol.st_name, names[i]) != 0) continue;
            addresses[i] = reinterpret_cast<void*>(module->l_addr + symbol.st_value);
            --missing;
        }
    }
}

bool hasSection(const void* inside, const char* name) {
    const link_map* module = moduleOf(inside);
    if (!module) return false;
    const MappedFile file(pathOf(module));
    const auto* header = file.at<ElfW(Ehdr)>(0, 1);
    const auto* sections = header ? file.at<ElfW(Shdr)>(header->e_shoff, header->e_shnum) : nullptr;
    if (!sections || header->e_shstrndx >= header->e_shnum) return false;
    const ElfW(Shdr)& strings = sections[header->e_shstrndx];
    const char* text = file.at<char>(strings.sh_offset, strings.sh_size);
    if (!text || strings.sh_size == 0 || text[strings.sh_size - 1] != 0) return false;
    for (uint32_t i = 0; i < header->e_shnum; ++i)
        if (sections[i].sh_name < strings.sh_size && strcmp(text + sections[i].sh_name, name) == 0) return true;
    return false;
}

}  // namespace raddle::rt
