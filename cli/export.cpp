#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <map>

#include "cli/base/commands.h"
#include "core/support/file_system.h"
#include "trace/exports/exports.h"
#include "trace/read/reader.h"

namespace raddle::cli {
namespace {

using trace::ExportFormat;

const std::map<std::string, ExportFormat> kFormats = {
    {"chrome", ExportFormat::chrome}, {"speedscope", ExportFormat::speedscope}, {"firefox", ExportFormat::firefox},
    {"folded", ExportFormat::folded}, {"callgrind", ExportFormat::callgrind},   {"csv", ExportFormat::csv},
    {"html", ExportFormat::html},     {"call-trees", ExportFormat::callTrees}};

struct Options {
    std::string file;
    std::string format;
    std::string output;
};

std::atomic<bool> interrupted = false;

int fail(const Error& error) {
    std::cerr << "raddle export: " << toString(error) << "\n";
    return kBadInput;
}

void catchInterrupt() {
    struct sigaction action{};
    ::sigaction(SIGINT, nullptr, &action);
    if (action.sa_handler == SIG_IGN) return;
    action.sa_handler = [](int) { interrupted = true; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &action, nullptr);
}

// One line on the terminal that is overwritten.
class Percent {
  public:
    Percent(const char* doing, bool isShown) : doing_(doing), isShown_(isShown) {}
    ~Percent() {
        if (last_ >= 0) std::cerr << "\r\x1b[K" << std::flush;
    }
    void show(double share) {
        int percent = static_cast<int>(share * 100);
        if (!isShown_ || percent == last_) return;
        last_ = percent;
        std::cerr << "\r\x1b[K" << doing_ << " " << percent << " %" << std::flush;
    }

  private:
    const char* doing_;
    bool isShown_;
    int last_ = -1;
};

Result<> writeTo(const Options& options, const trace::Timeline& timeline, const trace::ReadControl& control) {
    ExportFormat format = kFormats.at(options.format);
    if (options.output.empty()) {
        return exportTo(
            format, timeline,
            [](std::string_view text) { return std::fwrite(text.data(), 1, text.size(), stdout) == text.size(); },
            control);
    }
    FileWriter file = TRY(FileWriter::open(options.output));
    Result<> done = exportTo(
        format, timeline,
        [&](std::string_view text) {
            file.write(text);
            return !file.failed();
        },
        control);
    if (!done && !file.failed()) return done;
    return file.commit();
}

int runExport(const Options& options) {
    catchInterrupt();
    const bool isTerminal = ::isatty(STDERR_FILENO);
    Result<> done = [&]() -> Result<> {
        Percent reading("reading", isTerminal);
        trace::ReadControl control{[&](double share) { reading.show(share); }, &interrupted};
        trace::Timeline timeline = TRY(trace::readRecording(options.file, control));
        Percent writing("writing", isTerminal && !(options.output.empty() && ::isatty(STDOUT_FILENO)));
        control.progress = [&](double share) { writing.show(share); };
        return writeTo(options, timeline, control);
    }();
    if (interrupted) return 128 + SIGINT;
    if (!done) return fail(done.error());
    return std::fflush(stdout) == 0 ? kSuccess : fail(Error{"cannot write to standard output"});
}

}  // namespace

Run addExport(CLI::App& app) {
    auto options = std::make_shared<Options>();
    std::vector<std::string> names;
    for (const auto& [name, format] : kFormats) names.push_back(name);
    app.add_option("FILE", options->file, "recording made by raddle record")->required();
    app.add_option("--to", options->format,
                   "chrome (Perfetto, chrome://tracing), speedscope, firefox (profiler.firefox.com), folded "
                   "(flamegraph.pl, inferno; nanoseconds), "
                   "callgrind (KCachegrind), csv (a row for each wait, hold and call), html (one page, for people), "
                   "call-trees (json: each thread's tree)")
        ->required()
        ->check(CLI::IsMember(names));
    app.add_option("-o,--output", options->output, "write to this file instead of standard output");
    app.footer(
        "Examples: raddle export run.raddle --to chrome -o run.json    # open in https://ui.perfetto.dev\n"
        "          raddle export run.raddle --to folded | flamegraph.pl --countname ns > run.svg\n"
        "          raddle export run.raddle --to html -o run.html");
    return [options] { return runExport(*options); };
}

}  // namespace raddle::cli
