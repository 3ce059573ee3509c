#include "analyzer/cache/identity.h"

#include <elf.h>
#include <link.h>

#include <cstdlib>
#include <cstring>
#include <string_view>

#include "analyzer/inputs/inputs.h"
#include "core/support/file_system.h"

namespace raddle::cache {
namespace {

// Of the notes of a loaded object; empty when it was linked without.
std::string buildId(const dl_phdr_info& object) {
    for (size_t i = 0; i < object.dlpi_phnum; ++i) {
        const ElfW(Phdr)& header = object.dlpi_phdr[i];
        if (header.p_type != PT_NOTE) continue;
        const char* at = reinterpret_cast<const char*>(object.dlpi_addr + header.p_vaddr);
        for (const char* end = at + header.p_memsz; at + sizeof(ElfW(Nhdr)) <= end;) {
            ElfW(Nhdr) note;
            std::memcpy(&note, at, sizeof note);
            const auto padded = [](size_t size) { return (size + 3) & ~size_t{3}; };
            const char* name = at + sizeof note;
            const char* content = name + padded(note.n_namesz);
            if (note.n_type == NT_GNU_BUILD_ID && std::string_view(name, note.n_namesz) == std::string_view("GNU\0", 4))
                return {content, note.n_descsz};
            at = content + padded(note.n_descsz);
        }
    }
    return {};
}

int addObject(dl_phdr_info* object, size_t, void* data) {
    auto& out = *static_cast<std::string*>(data);
    const std::string_view name = object->dlpi_name;
    const bool isProgram = name.empty() && out.empty();  // the first; a virtual one has no name either
    const bool isClang = name.find("clang") != name.npos || name.find("LLVM") != name.npos;
    if (!isProgram && !isClang) return 0;
    std::string id = buildId(*object);
    if (id.empty()) {
        Result<std::string> file = readFile(isProgram ? "/proc/self/exe" : std::string(name));
        if (file.ok()) id = inputs::hex(inputs::digest(*file));
    }
    out += std::to_string(id.size()) + ":" + id;
    return 0;
}

}  // namespace

std::string toolIdentity() {
    std::string out;
    ::dl_iterate_phdr(addObject, &out);
    for (const char* variable : {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH"}) {
        const char* value = std::getenv(variable);
        out += value ? "=" + std::string(value) : "-";
        out += '\0';
    }
    return out;
}

}  // namespace raddle::cache
