#include "analyzer/scan/units.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include "analyzer/ir/parse.h"
#include "core/support/file_system.h"

namespace raddle::scan {

namespace {

// The file is named beside it, so only another one (a header) is named again.
std::string firstError(Error error, const std::string& file) {
    if (error.file != file) return toString(error);
    error.file.clear();
    std::string place = error.line ? std::to_string(error.line) + ":" : std::string();
    if (error.line && error.column) place += std::to_string(error.column) + ":";
    return place + (place.empty() ? "" : " ") + error.message;
}

}  // namespace

Result<ir::Unit> readUnit(const lower::CompileCommand& command, const models::Library& models) {
    if (!command.file.ends_with(".ir")) {
        Result<ir::Unit> unit = lower::lowerFile(command, models);
        // Clang names files as the command does, relative to its directory.
        Error* error = !unit.ok() ? &unit.error() : unit->error ? &*unit->error : nullptr;
        if (error && !error->file.empty())
            error->file = (std::filesystem::path(command.directory) / error->file).lexically_normal().string();
        return unit;
    }
    std::string text = TRY(readFile(command.file));
    return ir::parse(text, command.file);
}

Units readUnits(const std::vector<lower::CompileCommand>& commands, const ScanOptions& options, const ReadUnit& read) {
    std::vector<std::optional<Result<ir::Unit>>> results(commands.size());
    std::atomic<size_t> next = 0;
    size_t done = 0;
    std::mutex reporting;  // guards done, and calls of options.progress
    auto cancelled = [&] { return options.cancel && options.cancel->load(std::memory_order_relaxed); };
    auto work = [&] {
        for (size_t i = next++; i < commands.size() && !cancelled(); i = next++) {
            results[i] = read(commands[i]);
            std::lock_guard lock(reporting);
            ++done;
            if (options.progress) options.progress(done, commands.size(), commands[i].file);
        }
    };
    size_t jobs = options.jobs ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
    {
        std::vector<std::jthread> pool;
        for (size_t i = 1; i < std::min(jobs, commands.size()); ++i) pool.emplace_back(work);
        work();
    }
    Units out;
    out.interrupted = cancelled();
    for (size_t i = 0; i < commands.size(); ++i) {
        if (!results[i]) continue;
        if (results[i]->ok() && (*results[i])->error)
            out.failed.push_back({commands[i].file, "in part: " + firstError(*(*results[i])->error, commands[i].file)});
        if (results[i]->ok())
            out.units.push_back(std::move(**results[i]));
        else
            out.failed.push_back({commands[i].file, firstError(results[i]->error(), commands[i].file)});
    }
    return out;
}

}  // namespace raddle::scan
