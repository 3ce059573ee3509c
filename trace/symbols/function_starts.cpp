#include "trace/symbols/function_starts.h"

#include <gelf.h>

#include <algorithm>
#include <cstring>

namespace raddle::trace {

FunctionStarts FunctionStarts::read(Elf* elf) {
    constexpr unsigned char kUdata4 = 0x03;         // DW_EH_PE_udata4
    constexpr unsigned char kDataRelSdata4 = 0x3b;  // DW_EH_PE_datarel | DW_EH_PE_sdata4
    FunctionStarts out;
    size_t size = 0, segments = 0;
    const char* bytes = elf_rawfile(elf, &size);
    if (!bytes || elf_getphdrnum(elf, &segments) != 0) return out;
    for (size_t i = 0; i < segments; ++i) {
        GElf_Phdr segment;
        if (!gelf_getphdr(elf, static_cast<int>(i), &segment) || segment.p_type != PT_GNU_EH_FRAME) continue;
        if (segment.p_offset > size || segment.p_filesz > size - segment.p_offset || segment.p_filesz < 12) continue;
        const char* table = bytes + segment.p_offset;
        // Version, the encodings of the pointer to .eh_frame, of the count and of the table; pointer; count.
        if (table[0] != 1 || (table[1] & 0x0f) != 0x0b || table[2] != kUdata4 || table[3] != kDataRelSdata4) continue;
        uint32_t count;
        std::memcpy(&count, table + 8, sizeof count);
        count = std::min<uint32_t>(count, static_cast<uint32_t>((segment.p_filesz - 12) / 8));
        for (uint32_t k = 0; k < count; ++k) {
            int32_t start;
            std::memcpy(&start, table + 12 + 8 * size_t{k}, sizeof start);
            out.starts_.push_back(segment.p_vaddr + static_cast<uint64_t>(int64_t{start}));
        }
    }
    std::sort(out.starts_.begin(), out.starts_.end());
    return out;
}

uint64_t FunctionStarts::of(uint64_t address) const {
    auto behind = std::upper_bound(starts_.begin(), starts_.end(), address);
    return behind == starts_.begin() ? 0 : *std::prev(behind);
}

}  // namespace raddle::trace
