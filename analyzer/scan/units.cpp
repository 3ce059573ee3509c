#include "analyzer/scan/units.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include "analyzer/ir/parse.h"
#include "core/model/report_io.h"
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

bool isCancelled(const ScanOptions& options) {
    return options.cancel && options.cancel->load(std::memory_order_relaxed);
}

// Calls work(0) … work(count - 1) on up to options.jobs threads, fewer when cancelled.
template <class Work>
void eachInParallel(size_t count, const ScanOptions& options, const Work& work) {
    std::atomic<size_t> next = 0;
    const auto run = [&] {
        for (size_t i = next++; i < count && !isCancelled(options); i = next++) work(i);
    };
    const size_t jobs = options.jobs ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::jthread> pool;
    for (size_t i = 1; i < std::min(jobs, count); ++i) pool.emplace_back(run);
    run();
}

// The folder that all that is scanned has in common: the repository that the first file is in, else what is above all
// files and the folders that they are compiled in.
std::string rootOf(const std::vector<lower::CompileCommand>& commands) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    for (fs::path folder = fs::path(commands.front().file).parent_path();; folder = folder.parent_path()) {
        if (fs::exists(folder / ".git", ignored)) return folder.string();
        if (folder == folder.parent_path()) break;
    }
    fs::path common = fs::path(commands.front().file).parent_path();
    const auto narrow = [&](const fs::path& path) {
        const auto [end, other] = std::mismatch(common.begin(), common.end(), path.begin(), path.end());
        fs::path shared;
        for (auto part = common.begin(); part != end; ++part) shared /= *part;
        common = shared;
    };
    for (const lower::CompileCommand& command : commands) {
        narrow(fs::path(command.file).parent_path());
        narrow(command.directory);
    }
    return common.string();
}

}  // namespace

lower::Lowered readUnit(const lower::CompileCommand& command, const models::Library& models, inputs::Disk& disk) {
    if (command.file.ends_with(".ir")) {
        Result<std::string> text = readFile(command.file);
        return {text.ok() ? ir::parse(*text, command.file) : Result<ir::Unit>(text.error()), {{}, false}};
    }
    lower::Lowered lowered = lower::lowerFile(command, models, disk);
    // Clang names files as the command does, relative to its directory.
    Result<ir::Unit>& unit = lowered.unit;
    Error* error = !unit.ok() ? &unit.error() : unit->error ? &*unit->error : nullptr;
    if (error && !error->file.empty())
        error->file = (std::filesystem::path(command.directory) / error->file).lexically_normal().string();
    return lowered;
}

Result<ir::Unit> readUnit(const lower::CompileCommand& command, const models::Library& models) {
    inputs::Disk disk;
    return readUnit(command, models, disk).unit;
}

Units readUnits(const std::vector<lower::CompileCommand>& commands, const ScanOptions& options, const ReadUnit& read) {
    std::vector<std::optional<Result<ir::Unit>>> results(commands.size());
    size_t done = 0;
    std::mutex reporting;  // guards done, and calls of options.progress
    eachInParallel(commands.size(), options, [&](size_t i) {
        results[i] = read(i);
        std::lock_guard lock(reporting);
        ++done;
        if (options.progress) options.progress(done, commands.size(), commands[i].file);
    });
    Units out;
    out.interrupted = isCancelled(options);
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

UnitSource::UnitSource(const ScanOptions& options, const std::vector<lower::CompileCommand>& commands,
                       const models::Library& models, std::string_view meaning)
    : options_(options), commands_(commands), models_(models), keys_(commands.size()) {
    if (!options.cache) return;
    store_.emplace(options.cache->folder, options.cache->limitBytes);
    cache_.emplace(*store_, disk_, rootOf(commands), meaning);
}

void UnitSource::pretend(const std::vector<EarlierFile>& files) {
    for (const EarlierFile& file : files) disk_.pretend(file.path, file.content);
}

std::optional<Report> UnitSource::knownReport() {
    if (!cache_) return std::nullopt;
    eachInParallel(commands_.size(), options_, [&](size_t i) { keys_[i] = cache_->find(commands_[i]); });
    const std::optional<cache::Digest> key = reportKey();
    std::optional<std::string> text = key ? cache_->loadResult(*key) : std::nullopt;
    if (!text) return std::nullopt;
    Result<Report> report = loadReport(*text, store_->folder());
    if (!report.ok()) return std::nullopt;
    found_ = commands_.size();
    return std::move(*report);
}

Units UnitSource::read() {
    return readUnits(commands_, options_, [&](size_t index) { return readOne(index); });
}

Result<ir::Unit> UnitSource::readOne(size_t index) {
    const lower::CompileCommand& command = commands_[index];
    if (keys_[index]) {
        if (std::optional<Result<ir::Unit>> unit = cache_->load(*keys_[index])) {
            ++found_;
            return std::move(*unit);
        }
    }
    lower::Lowered lowered = readUnit(command, models_, disk_);
    if (cache_) keys_[index] = cache_->keep(command, lowered);
    return std::move(lowered.unit);
}

std::optional<cache::Digest> UnitSource::reportKey() const {
    std::string all = "report";
    for (const std::optional<cache::Digest>& key : keys_) {
        if (!key) return std::nullopt;
        all += inputs::hex(*key);
    }
    return inputs::digest(all);
}

void UnitSource::keepReport(const Report& report) {
    if (!cache_) return;
    if (const std::optional<cache::Digest> key = reportKey()) cache_->keepResult(*key, saveReport(report));
}

std::vector<std::string> UnitSource::finish() {
    std::vector<std::string> notes;
    if (!store_) return notes;
    store_->trim();
    if (const size_t damaged = store_->damaged(); damaged > 0)
        notes.push_back("damaged entries of the cache " + store_->folder() +
                        " were ignored: " + std::to_string(damaged));
    if (const std::optional<Error> error = store_->firstError())
        notes.push_back("nothing can be kept for the next scan: " + toString(*error));
    return notes;
}

}  // namespace raddle::scan
