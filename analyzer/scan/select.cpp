#include "analyzer/scan/select.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <string_view>

#include "core/support/file_system.h"

namespace raddle::scan {
namespace {

namespace fs = std::filesystem;
using Commands = std::vector<lower::CompileCommand>;

constexpr std::array<std::string_view, 8> kCxxSources{".cc", ".cp", ".cpp", ".cxx", ".c++", ".C", ".CPP", ".ii"};
constexpr std::array<std::string_view, 8> kOtherSources{".c", ".i", ".h", ".hh", ".hpp", ".hxx", ".cppm", ".ixx"};

bool hasExtension(const std::string& file, std::span<const std::string_view> extensions) {
    std::string extension = fs::path(file).extension().string();
    return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

bool namesLanguage(const std::vector<std::string>& arguments) {
    return std::any_of(arguments.begin(), arguments.end(), [](const std::string& a) { return a.starts_with("-x"); });
}

// A database may also list assembler, Fortran, CUDA and others.
bool isCOrCxx(const lower::CompileCommand& command) {
    return hasExtension(command.file, kCxxSources) || hasExtension(command.file, kOtherSources) ||
           namesLanguage(command.arguments);
}

std::string absolute(const std::string& directory, const std::string& file) {
    std::string out = (fs::path(directory) / file).lexically_normal().string();
    while (out.size() > 1 && out.back() == '/') out.pop_back();
    return out;
}

bool hasDatabase(const fs::path& folder) {
    std::error_code ignored;
    return fs::exists(folder / "compile_commands.json", ignored);
}

// The nearest folder at or above `start` that has a database, itself or in its `build`. Empty when there is none.
std::string findDatabase(const std::string& start) {
    for (fs::path folder = start;; folder = folder.parent_path()) {
        if (hasDatabase(folder)) return folder.string();
        if (hasDatabase(folder / "build")) return (folder / "build").string();
        if (folder == folder.parent_path()) return {};
    }
}

// The same file under another name, through links.
bool sameFile(const std::string& a, const std::string& b) {
    std::error_code error;
    return fs::equivalent(a, b, error) && !error;
}

// What `file`, a file or a folder, picks from the database, in the database's order.
Commands pick(const Commands& commands, const std::string& file) {
    Commands out;
    std::error_code ignored;
    std::string prefix = fs::is_directory(file, ignored) ? (file == "/" ? file : file + "/") : std::string();
    for (const lower::CompileCommand& command : commands)
        if (command.file == file || (!prefix.empty() && command.file.starts_with(prefix))) out.push_back(command);
    if (out.empty() && prefix.empty())
        for (const lower::CompileCommand& command : commands)
            if (sameFile(command.file, file)) out.push_back(command);
    return out;
}

Result<Selection> withFlags(const ScanOptions& options, const std::vector<std::string>& flags) {
    Selection selection;
    if (options.files.empty()) return Error{"flags without files to compile with them"};
    for (const std::string& name : options.files) {
        std::string file = absolute(options.directory, name);
        std::error_code error;
        if (!fs::exists(file, error)) return Error{error ? "cannot be read: " + error.message() : "no such file", name};
        if (fs::is_directory(file, error)) return Error{"is a folder; give its files, or a database with -p", name};
        Commands& chosen = selection.commands;
        lower::CompileCommand command = defaultCommand(options.directory, file, flags);
        if (std::find(chosen.begin(), chosen.end(), command) == chosen.end()) chosen.push_back(std::move(command));
    }
    return selection;
}

Result<Selection> fromDatabase(const ScanOptions& options, const std::string& folder) {
    Commands all = TRY(lower::readCompileCommands(folder));
    std::string database = (fs::path(folder) / "compile_commands.json").string();
    Selection selection;
    selection.database = absolute(options.directory, folder);
    size_t known = all.size();
    std::erase_if(all, [](const lower::CompileCommand& command) { return !isCOrCxx(command); });
    if (all.size() < known)
        selection.notes.push_back(std::to_string(known - all.size()) + " files of " + database +
                                  " are neither C nor C++ and were left out");
    if (all.empty()) return Error{"no C or C++ file in the compilation database", database};
    if (options.files.empty()) {
        selection.commands = std::move(all);
        return selection;
    }
    for (const std::string& name : options.files) {
        Commands picked = pick(all, absolute(options.directory, name));
        if (picked.empty())
            return Error{"not in " + database + "; give its flags after `--` to scan it without the database", name};
        for (lower::CompileCommand& command : picked) {
            Commands& chosen = selection.commands;
            if (std::find(chosen.begin(), chosen.end(), command) == chosen.end()) chosen.push_back(std::move(command));
        }
    }
    return selection;
}

// Empty when no folder at or above `start` has one.
std::string findConfigFile(const fs::path& start) {
    std::error_code ignored;
    for (fs::path folder = start;; folder = folder.parent_path()) {
        if (fs::is_regular_file(folder / config::kFileName, ignored)) return (folder / config::kFileName).string();
        if (folder == folder.parent_path()) return {};
    }
}

std::string configFileFor(const ScanOptions& options, const Selection& selection) {
    if (!options.configFile.empty()) return absolute(options.directory, options.configFile);
    std::string found = findConfigFile(fs::path(selection.commands.front().file).parent_path());
    return found.empty() && !selection.database.empty() ? findConfigFile(selection.database) : found;
}

}  // namespace

Result<std::string> describeConfig(const ScanOptions& options) {
    const Selection selection = TRY(selectCommands(options));
    const std::string file = configFileFor(options, selection);
    if (file.empty()) return "# no .raddle.yaml was found: what holds without one\n" + TRY(config::dumpConfig("", ""));
    const std::string text = TRY(readFile(file));
    return "# " + file + "\n" + TRY(config::dumpConfig(text, file));
}

Result<config::Config> findConfig(const ScanOptions& options, Selection& selection) {
    const std::string found = configFileFor(options, selection);
    if (found.empty()) return config::Config{};
    if (!options.configFile.empty()) return config::readConfig(found);
    selection.notes.push_back("configured by " + found);
    return config::readConfig(found);
}

lower::CompileCommand defaultCommand(const std::string& directory, const std::string& file,
                                     const std::vector<std::string>& flags) {
    bool isC = hasExtension(file, std::array<std::string_view, 2>{".c", ".i"});
    lower::CompileCommand command{directory, file, {isC ? "clang" : "clang++"}};
    bool hasStandard = std::any_of(flags.begin(), flags.end(), [](const std::string& flag) {
        return flag.starts_with("-std=") || flag.starts_with("--std");
    });
    if (!isC && !hasStandard && !namesLanguage(flags)) command.arguments.push_back("-std=gnu++17");
    command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
    command.arguments.insert(command.arguments.end(), {"-c", file});
    return command;
}

Result<Selection> selectCommands(const ScanOptions& options) {
    if (options.flags && !options.buildDirectory.empty())
        return Error{"a database (-p) and flags (after `--`) exclude each other"};
    if (options.flags) return withFlags(options, *options.flags);
    bool isText = std::all_of(options.files.begin(), options.files.end(), [](const std::string& file) {
        return file.ends_with(".ir");  // CIR text, which no database knows
    });
    if (isText && !options.files.empty()) return withFlags(options, {});
    if (!options.buildDirectory.empty()) return fromDatabase(options, options.buildDirectory);
    std::string found = findDatabase(options.directory);
    if (found.empty() && !options.files.empty())
        found = findDatabase(fs::path(absolute(options.directory, options.files[0])).parent_path().string());
    if (!found.empty()) return fromDatabase(options, found);
    if (options.files.empty()) return fromDatabase(options, options.directory);  // its error says what to do
    Selection selection = TRY(withFlags(options, {}));
    selection.notes.push_back(
        "no compilation database was found: compiled with default flags (give others after `--`)");
    return selection;
}

}  // namespace raddle::scan
