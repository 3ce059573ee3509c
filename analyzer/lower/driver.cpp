#include "analyzer/lower/driver.h"

#include <clang/Driver/Options.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <array>

namespace raddle::lower {
namespace {

using Arguments = std::vector<std::string>;

// GCC knows these, Clang stops at them or would load or check something; none changes the meaning of the code.
bool isForeign(const std::string& argument) {
    static constexpr const char* kPrefixes[] = {"-specs=", "-fsanitize", "-Werror", "-fplugin", "--param"};
    return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                       [&](const char* prefix) { return argument.starts_with(prefix); });
}

// Outputs and dependency files would be written.
bool writes(const std::string& argument) {
    return argument == "-c" || argument.starts_with("-o") || argument.starts_with("-M") ||
           argument.starts_with("-Wp,-M") || argument.starts_with("-save-temps") ||
           argument.starts_with("-ftime-trace");
}

// Options of isForeign() and writes() whose value is the next argument.
bool takesNext(const std::string& argument) {
    static constexpr std::array<const char*, 6> kOptions{"-o", "-MF", "-MT", "-MQ", "-MJ", "--param"};
    return std::find(kOptions.begin(), kOptions.end(), argument) != kOptions.end();
}

// Programs that run the compiler named after them.
bool isLauncher(const std::string& argument) {
    static constexpr std::array<const char*, 6> kNames{"ccache", "sccache", "distcc", "icecc", "gomacc", "buildcache"};
    return std::find(kNames.begin(), kNames.end(), llvm::sys::path::stem(argument)) != kNames.end();
}

// With what @FILE arguments hold in their place.
Arguments expanded(const CompileCommand& command, llvm::vfs::FileSystem& files) {
    llvm::BumpPtrAllocator memory;
    llvm::cl::ExpansionContext context(memory, llvm::cl::TokenizeGNUCommandLine);
    context.setVFS(&files).setCurrentDir(command.directory);
    llvm::SmallVector<const char*> arguments;
    for (const std::string& argument : command.arguments) arguments.push_back(argument.c_str());
    // A file that cannot be read stays as it is, and Clang says so.
    llvm::consumeError(context.expandResponseFiles(arguments));
    return {arguments.begin(), arguments.end()};
}

void eraseUnknown(Arguments& arguments) {
    std::vector<const char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
    unsigned missingIndex = 0, missingCount = 0;
    const llvm::opt::InputArgList parsed = clang::driver::getDriverOptTable().ParseArgs(
        pointers, missingIndex, missingCount, llvm::opt::Visibility(clang::driver::options::ClangOption));
    std::vector<unsigned> unknown;
    for (const llvm::opt::Arg* argument : parsed.filtered(clang::driver::options::OPT_UNKNOWN))
        unknown.push_back(argument->getIndex());
    for (auto index = unknown.rbegin(); index != unknown.rend(); ++index)
        arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(*index));
}

// The folder of GCC's newest omp.h; Clang has its own only where its OpenMP runtime is installed.
std::string openMpHeaders(llvm::vfs::FileSystem& files) {
    std::string best;
    int newest = -1;
    std::error_code targets, versions;
    const llvm::vfs::directory_iterator end;
    for (auto target = files.dir_begin("/usr/lib/gcc", targets); !targets && target != end; target.increment(targets))
        for (auto version = files.dir_begin(target->path(), versions); !versions && version != end;
             version.increment(versions)) {
            const int number = std::atoi(llvm::sys::path::filename(version->path()).str().c_str());
            const std::string headers = version->path().str() + "/include";
            if (number > newest && files.exists(headers + "/omp.h")) {
                newest = number;
                best = headers;
            }
        }
    return best;
}

}  // namespace

Arguments driverArguments(const CompileCommand& command, llvm::vfs::FileSystem& files) {
    Arguments given = expanded(command, files), kept;
    size_t first = !given.empty() && isLauncher(given[0]) && given.size() > 1 ? 1 : 0;
    for (size_t i = first + 1; i < given.size(); ++i) {
        if (!writes(given[i]) && !isForeign(given[i]))
            kept.push_back(given[i]);
        else if (takesNext(given[i]))
            ++i;
    }
    eraseUnknown(kept);
    Arguments result{given.empty() ? "clang" : given[first]};
    result.push_back(std::string("-resource-dir=") + RADDLE_CLANG_RESOURCE_DIR);
    result.insert(result.end(), kept.begin(), kept.end());
    if (std::find(kept.begin(), kept.end(), "-fopenmp") != kept.end())
        if (const std::string headers = openMpHeaders(files); !headers.empty())
            result.insert(result.end(), {"-idirafter", headers});
    // What Clang makes errors and GCC warnings of, in code that builds with GCC.
    for (const char* lenient :
         {"-Wno-reserved-user-defined-literal", "-Wno-c++11-narrowing", "-Wno-register", "-Wno-int-conversion",
          "-Wno-implicit-function-declaration", "-Wno-implicit-int", "-Wno-incompatible-function-pointer-types",
          "-Wno-incompatible-pointer-types", "-Wno-return-type", "-Wno-narrowing"})
        result.emplace_back(lenient);
    // Without carets Clang also leaves out its "1 error generated." on standard error.
    for (const char* extra :
         {"-fsyntax-only", "-w", "-Qunused-arguments", "-Wno-unknown-warning-option", "-fno-caret-diagnostics"})
        result.emplace_back(extra);
    return result;
}

}  // namespace raddle::lower
