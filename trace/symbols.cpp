#include "trace/symbols.h"

#include <cxxabi.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "trace/variables.h"

namespace raddle::trace {
namespace {

struct DwflEnd {
    void operator()(Dwfl* dwfl) const { dwfl_end(dwfl); }
};

SourceLocation location(const char* file, const char* directory, int line, int column) {
    if (!file || !*file) return {};
    std::filesystem::path path(file);
    if (path.is_relative() && directory) path = std::filesystem::path(directory) / path;
    return {path.lexically_normal().string(), line > 0 ? static_cast<uint32_t>(line) : 0,
            column > 0 ? static_cast<uint32_t>(column) : 0};
}

const char* compilationDirectory(Dwarf_Die* unit) {
    Dwarf_Attribute attribute;
    return dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
}

// The name of a subprogram or inlined one: the linkage name says the scopes, the plain one does not.
std::string dieName(Dwarf_Die* die) {
    Dwarf_Attribute attribute;
    for (unsigned name : {unsigned{DW_AT_linkage_name}, unsigned{DW_AT_MIPS_linkage_name}})
        if (const char* text = dwarf_formstring(dwarf_attr_integrate(die, name, &attribute))) return demangle(text);
    const char* plain = dwarf_diename(die);
    return plain ? plain : "";
}

class ElfSymbols : public Symbolizer {
  public:
    ElfSymbols(const std::string& path, const std::string& buildId) {
        callbacks_.find_elf = dwfl_build_id_find_elf;
        callbacks_.find_debuginfo = dwfl_standard_find_debuginfo;
        dwfl_.reset(dwfl_begin(&callbacks_));
        if (::access(path.c_str(), R_OK) != 0) {
            problem_ = path + ": " + std::strerror(errno);
            return;
        }
        if (!dwfl_) {
            problem_ = path + ": cannot read symbols";
            return;
        }
        dwfl_report_begin(dwfl_.get());
        Dwfl_Module* module = dwfl_report_elf(dwfl_.get(), path.c_str(), path.c_str(), -1, 0, true);
        dwfl_report_end(dwfl_.get(), nullptr, nullptr);
        GElf_Addr bias;
        if (!module || !dwfl_module_getelf(module, &bias)) {
            problem_ = path + ": not an ELF file";
            return;
        }
        const unsigned char* bits = nullptr;
        GElf_Addr at;
        int length = dwfl_module_build_id(module, &bits, &at);
        bool isSame = buildId.empty() || (length > 0 && buildId == std::string_view(reinterpret_cast<const char*>(bits),
                                                                                    static_cast<size_t>(length)));
        if (isSame)
            module_ = module;
        else
            problem_ = path + ": has changed since the recording (other build id)";
    }

    std::string problem() const override { return problem_; }

    std::vector<CodeName> code(uint64_t address) override {
        if (!module_) return {CodeName{}};
        CodeName name;
        GElf_Off offset = 0;
        GElf_Sym symbol;
        const char* text = dwfl_module_addrinfo(module_, address, &offset, &symbol, nullptr, nullptr, nullptr);
        bool isFunction = text && *text && GELF_ST_TYPE(symbol.st_info) != STT_OBJECT;
        if (isFunction) {
            name.function = demangle(text);
            name.definedAt = lineOf(address - offset);
        }
        name.at = lineOf(address);
        return withInlined(address, name);
    }

    std::string data(uint64_t address) override {
        if (!module_) return {};
        GElf_Off offset = 0;
        GElf_Sym symbol;
        const char* text = dwfl_module_addrinfo(module_, address, &offset, &symbol, nullptr, nullptr, nullptr);
        bool isInside = text && *text && GELF_ST_TYPE(symbol.st_info) == STT_OBJECT &&
                        offset < std::max<GElf_Xword>(symbol.st_size, 1);
        if (!isInside) return {};
        if (!variables_) variables_ = std::make_unique<Variables>(module_);
        std::string field = variables_->wayTo(address - offset, offset);
        if (field.empty() && offset > 0) {
            char buffer[32];
            std::snprintf(buffer, sizeof buffer, "+0x%llx", static_cast<unsigned long long>(offset));
            field = buffer;
        }
        return demangle(text) + field;
    }

  private:
    SourceLocation lineOf(uint64_t address) const {
        Dwfl_Line* line = dwfl_module_getsrc(module_, address);
        if (!line) return {};
        int number = 0, column = 0;
        const char* file = dwfl_lineinfo(line, nullptr, &number, &column, nullptr, nullptr);
        return location(file, dwfl_line_comp_dir(line), number, column);
    }

    // `outer` is the function whose code it is; debug info says which calls were inlined into it there.
    std::vector<CodeName> withInlined(uint64_t address, const CodeName& outer) const {
        Dwarf_Addr bias = 0;
        Dwarf_Die* unit = dwfl_module_addrdie(module_, address, &bias);
        Dwarf_Die* scopes = nullptr;
        int count = unit ? dwarf_getscopes(unit, address - bias, &scopes) : 0;
        std::vector<CodeName> names;
        SourceLocation at = outer.at;
        for (int i = 0; i < count; ++i) {
            int tag = dwarf_tag(&scopes[i]);
            if (tag == DW_TAG_subprogram) break;
            if (tag != DW_TAG_inlined_subroutine) continue;
            names.push_back({dieName(&scopes[i]), at, declaration(&scopes[i], unit)});
            at = callSite(&scopes[i], unit);
        }
        std::free(scopes);
        names.push_back({outer.function, at, outer.definedAt});
        return names;
    }

    static SourceLocation inUnit(Dwarf_Die* unit, Dwarf_Word file, Dwarf_Word line) {
        Dwarf_Files* files;
        size_t count;
        if (dwarf_getsrcfiles(unit, &files, &count) != 0 || file >= count) return {};
        return location(dwarf_filesrc(files, file, nullptr, nullptr), compilationDirectory(unit),
                        static_cast<int>(line), 0);
    }

    static SourceLocation callSite(Dwarf_Die* inlined, Dwarf_Die* unit) {
        Dwarf_Attribute attribute;
        Dwarf_Word file = 0, line = 0;
        dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file);
        dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line);
        return inUnit(unit, file, line);
    }

    static SourceLocation declaration(Dwarf_Die* inlined, Dwarf_Die* unit) {
        int line = 0;
        const char* file = dwarf_decl_file(inlined);
        dwarf_decl_line(inlined, &line);
        return location(file, compilationDirectory(unit), line, 0);
    }

    Dwfl_Callbacks callbacks_ = {};
    std::unique_ptr<Dwfl, DwflEnd> dwfl_;
    Dwfl_Module* module_ = nullptr;  // owned by dwfl_; null when nothing can be named
    std::unique_ptr<Variables> variables_;
    std::string problem_;
};

}  // namespace

std::unique_ptr<Symbolizer> openSymbols(const std::string& path, const std::string& buildId) {
    return std::make_unique<ElfSymbols>(path, buildId);
}

std::string demangle(const std::string& name) {
    if (!name.starts_with("_Z")) return name;
    // Local copies carry suffixes (.part.0, .cold, .lto_priv.3) that are no part of the name.
    std::string mangled = name.substr(0, name.find('.'));
    int status = 0;
    char* text = abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status);
    std::string out = status == 0 && text ? text : name;
    std::free(text);
    return out;
}

}  // namespace raddle::trace
