#include "trace/symbols/symbols.h"

#include <elfutils/libdwfl.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "trace/symbols/debug_info.h"
#include "trace/symbols/function_starts.h"

namespace raddle::trace {
namespace {

struct DwflEnd {
    void operator()(Dwfl* dwfl) const { dwfl_end(dwfl); }
};

class ElfSymbols : public Symbolizer {
  public:
    ElfSymbols(const std::string& path, const std::string& buildId) {
        callbacks_.find_elf = dwfl_build_id_find_elf;
        callbacks_.find_debuginfo = dwfl_standard_find_debuginfo;
        dwfl_.reset(dwfl_begin(&callbacks_));
        // The path comes from the recording, which can name a pipe that would never open.
        struct stat status;
        if (::stat(path.c_str(), &status) != 0 || ::access(path.c_str(), R_OK) != 0) {
            problem_ = path + ": " + std::strerror(errno);
            return;
        }
        if (!S_ISREG(status.st_mode)) {
            problem_ = path + ": not an ELF file";
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
        if (isSame) {
            module_ = module;
            debugInfo_ = std::make_unique<DebugInfo>(module);
        } else {
            problem_ = path + ": has changed since the recording (other build id)";
        }
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
            name.definedAt = debugInfo_->lineAt(address - offset);
        } else if (const uint64_t start = startOf(address)) {
            char buffer[32];
            std::snprintf(buffer, sizeof buffer, "0x%llx", static_cast<unsigned long long>(start));
            name.function = buffer;
        }
        name.at = debugInfo_->lineAt(address);
        return debugInfo_->withInlined(address, name);
    }

    std::string data(uint64_t address) override {
        if (!module_) return {};
        GElf_Off offset = 0;
        GElf_Sym symbol;
        const char* text = dwfl_module_addrinfo(module_, address, &offset, &symbol, nullptr, nullptr, nullptr);
        bool isInside = text && *text && GELF_ST_TYPE(symbol.st_info) == STT_OBJECT &&
                        offset < std::max<GElf_Xword>(symbol.st_size, 1);
        if (!isInside) return {};
        std::string field = debugInfo_->wayInto(address - offset, offset);
        if (field.empty() && offset > 0) {
            char buffer[32];
            std::snprintf(buffer, sizeof buffer, "+0x%llx", static_cast<unsigned long long>(offset));
            field = buffer;
        }
        return demangle(text) + field;
    }

    SourceLocation dataDeclaredAt(uint64_t address) override {
        if (!module_) return {};
        GElf_Off offset = 0;
        GElf_Sym symbol;
        const char* text = dwfl_module_addrinfo(module_, address, &offset, &symbol, nullptr, nullptr, nullptr);
        return text && *text ? debugInfo_->declaredAt(address - offset, offset) : SourceLocation{};
    }

    Declared declared(uint64_t address, size_t level, std::string_view expression) override {
        return module_ ? debugInfo_->declared(address, level, expression) : Declared{};
    }

    Declared passed(uint64_t returnAddress, int argument) override {
        return module_ ? debugInfo_->passed(returnAddress, argument) : Declared{};
    }

  private:
    uint64_t startOf(uint64_t address) {
        if (!starts_) {
            GElf_Addr bias;
            Elf* elf = dwfl_module_getelf(module_, &bias);
            starts_ = elf ? FunctionStarts::read(elf) : FunctionStarts{};
        }
        return starts_->of(address);
    }

    Dwfl_Callbacks callbacks_ = {};
    std::unique_ptr<Dwfl, DwflEnd> dwfl_;
    Dwfl_Module* module_ = nullptr;  // owned by dwfl_; null when nothing can be named
    std::unique_ptr<DebugInfo> debugInfo_;
    std::optional<FunctionStarts> starts_;  // read when asked for
    std::string problem_;
};

// Of the kernel's own library, which is no file: this process has one, too, the same unless the kernel is another one.
// A descriptor, or -1.
int copyVdso() {
    const auto* image = reinterpret_cast<const char*>(::getauxval(AT_SYSINFO_EHDR));
    if (!image) return -1;
    ElfW(Ehdr) header;
    std::memcpy(&header, image, sizeof header);
    const size_t size = header.e_shoff + size_t{header.e_shnum} * header.e_shentsize;  // they come last
    int file = ::memfd_create("vdso", MFD_CLOEXEC);
    if (file >= 0 && ::write(file, image, size) == static_cast<ssize_t>(size)) return file;
    if (file >= 0) ::close(file);
    return -1;
}

}  // namespace

std::unique_ptr<Symbolizer> openSymbols(const std::string& path, const std::string& buildId) {
    const int vdso = path.starts_with("linux-vdso") ? copyVdso() : -1;
    if (vdso < 0) return std::make_unique<ElfSymbols>(path, buildId);
    auto symbols = std::make_unique<ElfSymbols>("/proc/self/fd/" + std::to_string(vdso), buildId);
    ::close(vdso);
    return symbols;
}

}  // namespace raddle::trace
