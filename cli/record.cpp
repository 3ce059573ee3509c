#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <iostream>
#include <optional>

#include "cli/base/commands.h"
#include "instrument/launch/attach.h"
#include "instrument/launch/record.h"

namespace raddle::cli {

namespace {

struct Unit {
    std::string_view name;  // lower case
    double size;
};

// A number and the unit behind it.
std::optional<double> quantity(const std::string& text, std::initializer_list<Unit> units) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    std::string unit(end, text.data() + text.size());
    std::transform(unit.begin(), unit.end(), unit.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto* known = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == unit; });
    if (error != std::errc() || known == units.end() || !std::isfinite(number)) return std::nullopt;
    return number * known->size;
}

// Options are given to the parser in the unit that is kept, as whole numbers if need be.
std::string kept(std::optional<double> value, double least, double most, const std::string& otherwise) {
    if (!value || *value < least || *value > most) throw CLI::ValidationError(otherwise);
    char text[64];
    std::snprintf(text, sizeof text, *value == std::floor(*value) ? "%.0f" : "%g", *value);
    return text;
}

std::string toMs(const std::string& text) {
    const auto ms = quantity(text, {{"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}});
    return kept(ms ? std::floor(*ms) : ms, 1, 4e9, "'" + text + "' is no time, as 500ms, 30s, 5min or 2h");
}

std::string toBytes(const std::string& text) {
    constexpr double k = 1024;
    const auto bytes = quantity(text, {{"", 1},
                                       {"b", 1},
                                       {"k", k},
                                       {"kb", k},
                                       {"kib", k},
                                       {"m", k * k},
                                       {"mb", k * k},
                                       {"mib", k * k},
                                       {"g", k * k * k},
                                       {"gb", k * k * k},
                                       {"gib", k * k * k},
                                       {"t", k * k * k * k},
                                       {"tb", k * k * k * k},
                                       {"tib", k * k * k * k}});
    return kept(bytes ? std::floor(*bytes) : bytes, 65536, 9e15,
                "'" + text + "' is no size from 64k on, as 500k, 100MB or 2GB");
}

std::string toPercent(const std::string& text) {
    return kept(quantity(text, {{"", 1}, {"%", 1}}), 0.1, 100, "'" + text + "' is no percentage from 0.1 to 100");
}

std::string toHz(const std::string& text) {
    return kept(quantity(text, {{"", 1}, {"hz", 1}, {"khz", 1000}}), 1, 20000,
                "'" + text + "' is no rate from 1 to 20000");
}

std::string toPid(const std::string& text) {
    return kept(quantity(text, {{"", 1}}), 1, 4194304, "'" + text + "' is no process number");
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
        ->transform(toBytes)
        ->type_name("SIZE");
    app.add_option("--last", options->keepMs, "keep only the last part of each thread, as 500ms, 30s, 5min or 2h")
        ->transform(toMs)
        ->type_name("TIME");
    app.add_flag("--sample{251}", options->sampleHz,
                 "see which functions run, without instrumenting them: so many samples a second of CPU time of each "
                 "thread (--sample alone: 251; each costs some 30 microseconds)")
        ->transform(toHz)
        ->type_name("HZ");
    CLI::Option* budget =
        app.add_option("--budget", options->budgetPercent,
                       "percent of each thread's CPU time that recording may take; above it, the locks it takes "
                       "most are counted (exactly) and only their waits recorded")
            ->transform(toPercent)
            ->type_name("PERCENT")
            ->default_str("5%");
    app.add_flag_callback(
           "--exact", [options] { options->budgetPercent = 0; }, "record every event, whatever it costs")
        ->excludes(budget);
    auto process = std::make_shared<Process>();
    app.add_option("--pid", process->pid,
                   "record a process that runs already, until Ctrl-C or its end; it goes on unharmed")
        ->transform(toPid)
        ->type_name("PID");
    app.add_option("--for", process->durationMs, "with --pid: stop recording after this time, as 500ms, 30s or 5min")
        ->transform(toMs)
        ->type_name("TIME")
        ->needs("--pid");
    app.add_flag("-q,--quiet", options->quiet, "no summary line at the end");
    app.prefix_command();
    app.footer(
        "Usage: raddle record [OPTIONS] -- COMMAND ARGS...\nExits as the command did (128+n when signal n ended "
        "it).\nExample: raddle record -o run.raddle -- ./server --port 8080\n         raddle record --pid 4711 --for "
        "10s");
    return [&app, options, process] {
        options->command = app.remaining();
        std::string wrong;
        if (!options->command.empty() && options->command[0].starts_with("--tsan-log"))
            wrong = "logs of ThreadSanitizer are read by `raddle report --tsan-log FILE`";
        else if (!options->command.empty() && options->command[0].starts_with("-"))
            wrong = "no option " + options->command[0] + "; try `raddle record --help`";
        else if (process->pid && !options->command.empty())
            wrong = "name a command or a process, not both";
        else if (!process->pid && options->command.empty())
            wrong = "name a command or a process; try: raddle record -- COMMAND ARGS";
        if (!wrong.empty()) {
            std::cerr << "raddle record: " << wrong << "\n";
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
