#include <iostream>

#include "cli/base/commands.h"
#include "instrument/launch/attach.h"
#include "instrument/launch/record.h"

namespace raddle::cli {

namespace {

std::string withoutPercent(std::string text) {
    if (text.ends_with('%')) text.pop_back();
    return text;
}

struct Process {
    int pid = 0;  // 0: a command is recorded
    uint64_t durationMs = 0;
};

}  // namespace

Run addRecord(CLI::App& app) {
    auto options = std::make_shared<launch::RecordOptions>();
    app.add_option("-o,--output", options->output, "file to write (default: raddle.COMMAND.PID.raddle)");
    app.add_flag("-f,--force", options->force, "replace the output file even if it is not a recording");
    app.add_option("-m,--max-size", options->sizeLimit, "stop recording (not the command) at this size")
        ->transform(CLI::AsSizeValue(false));
    app.add_option("--last", options->keepMs, "keep only the last part of each thread, as 500ms, 30s, 5min or 2h")
        ->transform(CLI::AsNumberWithUnit(
            std::map<std::string, uint32_t>{{"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}},
            CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"));
    app.add_flag("--sample{251}", options->sampleHz,
                 "see which functions run, without instrumenting them: so many samples a second of CPU time of each "
                 "thread (--sample alone: 251; each costs some 30 microseconds)")
        ->check(CLI::Range(1, 20000).description(""))
        ->type_name("HZ");
    CLI::Option* budget =
        app.add_option("--budget", options->budgetPercent,
                       "percent of each thread's CPU time that recording may take; above it, the locks it takes "
                       "most are counted (exactly) and only their waits recorded")
            ->transform(withoutPercent)
            ->check(CLI::Range(0.1, 100.0))
            ->default_str("5%");
    app.add_flag_callback(
           "--exact", [options] { options->budgetPercent = 0; }, "record every event, whatever it costs")
        ->excludes(budget);
    auto process = std::make_shared<Process>();
    app.add_option("--pid", process->pid,
                   "record a process that runs already, until Ctrl-C or its end; it goes on unharmed")
        ->check(CLI::PositiveNumber.description(""))
        ->type_name("PID");
    app.add_option("--for", process->durationMs, "with --pid: stop recording after this time, as 500ms, 30s or 5min")
        ->transform(CLI::AsNumberWithUnit(std::map<std::string, uint64_t>{{"ms", 1}, {"s", 1000}, {"min", 60000}},
                                          CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"))
        ->needs("--pid");
    app.add_flag("-q,--quiet", options->quiet, "no summary line at the end");
    app.prefix_command();
    app.footer(
        "Usage: raddle record [OPTIONS] -- COMMAND ARGS...\nExits as the command did (128+n when signal n ended "
        "it).\nExample: raddle record -o run.raddle -- ./server --port 8080\n         raddle record --pid 4711 --for "
        "10s");
    return [&app, options, process] {
        options->command = app.remaining();
        if (options->command.empty() == (process->pid == 0)) {
            std::cerr << "raddle record: name a command or a process; try: raddle record -- COMMAND ARGS\n";
            return kBadInput;
        }
        auto status = process->pid ? launch::attachAndRecord(process->pid, process->durationMs, *options)
                                   : launch::record(*options);
        if (!status.ok()) {
            std::cerr << "raddle record: " << toString(status.error()) << "\n";
            return kBadInput;
        }
        return *status;
    };
}

}  // namespace raddle::cli
