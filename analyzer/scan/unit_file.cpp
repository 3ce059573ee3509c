#include "analyzer/scan/unit_file.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "analyzer/ir/binary.h"
#include "core/support/file_system.h"

namespace raddle::scan {
namespace {

namespace fs = std::filesystem;

// As Make reads names.
std::string escaped(const std::string& path) {
    std::string out;
    for (char c : path) {
        if (c == ' ' || c == '#' || c == '\\') out += '\\';
        if (c == '$') out += '$';
        out += c;
    }
    return out;
}

// Clang's paths to system headers go up and down, and Ninja takes `a/..` for nothing even where `a` is a link.
std::string straightened(const std::string& path) {
    std::error_code error;
    const fs::path normal = fs::path(path).lexically_normal();
    if (fs::equivalent(path, normal, error) && !error) return normal.string();
    const fs::path real = fs::canonical(path, error);
    return error ? path : real.string();
}

Result<std::vector<std::string>> unitFilesIn(const std::string& folder) {
    std::vector<std::string> out;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->path().extension() == kUnitExtension) out.push_back(it->path().string());
    if (error) return Error{"cannot be read: " + error.message(), folder};
    if (out.empty()) return Error{"has no units; `raddle unit` writes them", folder};
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace

// A unit with an error and without functions stands for a file that gave none.
std::string encodeUnit(const Result<ir::Unit>& unit, const std::string& sourceFile) {
    if (unit.ok()) return ir::encode(*unit);
    ir::Unit failed;
    failed.file = sourceFile;
    failed.error = unit.error();
    return ir::encode(failed);
}

std::string depfile(const std::string& target, const inputs::Record& record, const std::string& more) {
    std::set<std::string> files;
    for (const inputs::Input& input : record.inputs)
        if (input.question == inputs::Question::content && input.found == inputs::Found::file)
            files.insert(straightened(input.path));
    if (!more.empty()) files.insert(more);
    std::string out = escaped(target) + ":";
    for (const std::string& file : files) out += " \\\n  " + escaped(file);
    return out + "\n";
}

Result<UnitFiles> readUnitFiles(const ScanOptions& options) {
    const std::string folder = (fs::path(options.directory) / options.unitsFolder).lexically_normal().string();
    struct Read {
        std::string path;
        ir::Unit unit;
    };
    std::vector<Read> all;
    const std::vector<std::string> paths = TRY(unitFilesIn(folder));
    for (const std::string& path : paths) {
        const std::string bytes = TRY(readFile(path));
        all.push_back({path, TRY(ir::decode(bytes, path))});
    }
    std::sort(all.begin(), all.end(), [](const Read& a, const Read& b) { return a.unit.file < b.unit.file; });
    for (size_t i = 1; i < all.size(); ++i)
        if (all[i].unit.file == all[i - 1].unit.file)
            return Error{"is a unit of the same file as " + all[i - 1].path + ": " + all[i].unit.file, all[i].path};
    UnitFiles out;
    for (Read& read : all) {
        out.commands.push_back({fs::path(read.unit.file).parent_path().string(), read.unit.file, {}});
        if (read.unit.error && read.unit.functions.empty())
            out.units.emplace_back(*read.unit.error);
        else
            out.units.emplace_back(std::move(read.unit));
    }
    return out;
}

}  // namespace raddle::scan
