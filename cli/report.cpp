#include <filesystem>
#include <iostream>

#include "cli/base/commands.h"
#include "core/model/merge.h"
#include "core/model/report_io.h"
#include "core/report/render.h"
#include "core/support/file_system.h"
#include "trace/answers/observed.h"
#include "trace/read/reader.h"
#include "trace/report/report.h"
#include "trace/tables/summary.h"
#include "trace/tsan/tsan_log.h"

namespace raddle::cli {
namespace {

struct Options {
    std::string file;
    std::vector<std::string> tsanLogs;
    std::string merged;
    std::string format = "text";
    std::string output;
};

int fail(const Error& error) {
    std::cerr << "raddle report: " << toString(error) << "\n";
    return kBadInput;
}

// Findings as `raddle scan` writes them: those of the scan to merge with first, then those that are new.
Result<Report> mergedReport(const Options& options, const std::vector<Finding>& findings,
                            const std::vector<std::string>& notes) {
    Report report;
    if (!options.merged.empty()) {
        std::string text = TRY(readFile(options.merged));
        report = TRY(loadReport(text, options.merged));
    }
    report.tool = "raddle " RADDLE_VERSION;
    mergeFindings(report.findings, findings);
    report.coverage.notes.insert(report.coverage.notes.end(), notes.begin(), notes.end());
    return report;
}

std::string rendered(const Report& report, Format format) {
    std::error_code ignored;
    return render(report, format, {std::filesystem::current_path(ignored).string(), false});
}

Result<std::string> logReport(const Options& options, Format format) {
    std::vector<tsan::TsanReport> reports;
    for (const std::string& log : options.tsanLogs) {
        std::string text = TRY(readFile(log));
        for (tsan::TsanReport& report : tsan::readTsanLog(text)) reports.push_back(std::move(report));
    }
    std::vector<std::string> notes;
    std::vector<Finding> findings = tsan::toFindings(reports, notes);
    if (reports.empty()) notes.push_back("no report of ThreadSanitizer in the log");
    return rendered(TRY(mergedReport(options, findings, notes)), format);
}

Result<std::string> recordingReport(const Options& options, Format format) {
    trace::Timeline timeline = TRY(trace::readRecording(options.file));
    trace::Summary summary = trace::summarize(timeline);
    trace::Analysis analysis = trace::analyse(timeline);
    mergeFindings(summary.findings, trace::deadlockFindings(timeline, summary.deadlocks));
    mergeFindings(summary.findings, trace::inversionFindings(timeline, analysis.order.inversions));
    Report report = TRY(mergedReport(options, summary.findings, summary.findingNotes));
    summary.findings = report.findings;
    if (format == Format::sarif) return rendered(report, format);
    if (format == Format::json) return trace::toJson(timeline, summary, analysis);
    std::string text = trace::toText(timeline, summary, analysis);
    bool hasFindings = !report.findings.empty() || !report.coverage.notes.empty();
    return hasFindings ? text + "\nFindings\n" + rendered(report, format) : text;
}

int runReport(const Options& options) {
    Format format{};
    parse(options.format, format);
    if (options.file.empty() == options.tsanLogs.empty())
        return fail(Error{"name a recording, or logs with --tsan-log; try --help"});
    Result<std::string> text = options.file.empty() ? logReport(options, format) : recordingReport(options, format);
    if (!text) return fail(text.error());
    if (!options.output.empty()) {
        Result<> written = writeFile(options.output, *text);
        return written ? kSuccess : fail(written.error());
    }
    std::cout << *text << std::flush;
    return std::cout ? kSuccess : fail(Error{"cannot write to standard output"});
}

}  // namespace

Run addReport(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("FILE", options->file, "recording made by raddle record");
    app.add_option("--tsan-log", options->tsanLogs,
                   "instead of a recording: findings of what ThreadSanitizer printed (a log, or output with reports)")
        ->type_name("LOG");
    app.add_option("--merge", options->merged,
                   "report of `raddle scan --format json`; findings that name the same code become one")
        ->type_name("FILE");
    app.add_option("--format", options->format,
                   "text (for people), json (versioned, exact) or sarif (findings only, for code review tools)")
        ->check(CLI::IsMember({"text", "json", "sarif"}))
        ->capture_default_str();
    app.add_option("-o,--output", options->output, "write to this file instead of standard output");
    app.footer(
        "With --tsan-log, json is what `raddle scan --format json` writes.\n"
        "Examples: raddle report server.raddle --format json -o server.json\n"
        "          raddle report --tsan-log ci.log --merge scan.json --format sarif");
    return [options] { return runReport(*options); };
}

}  // namespace raddle::cli
