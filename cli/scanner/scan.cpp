#include "analyzer/scan/scan.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "analyzer/scan/select.h"
#include "cli/base/arguments.h"
#include "cli/base/cache_options.h"
#include "cli/base/capture.h"
#include "cli/base/commands.h"
#include "cli/base/interruption.h"
#include "cli/base/rule_pages.h"
#include "cli/base/scan_progress.h"
#include "cli/base/triage.h"
#include "core/report/render.h"
#include "core/support/file_system.h"
#include "core/support/paths.h"

namespace raddle::cli {
namespace {

struct Options {
    std::string buildDirectory;
    std::string build;
    std::string unitsFolder;
    std::string configFile;
    std::vector<std::string> files;
    Flags flags;
    unsigned jobs = 0;
    std::string format = "text";
    std::string output;
    std::vector<std::string> also;
    std::string failOn;
    std::string minEvidence;
    bool allowIncomplete = false;
    bool stats = false;
    bool dumpConfig = false;
    std::string colour = "auto";
    TriageOptions triage;
    CacheChoice cache;
};

int fail(const Error& error) {
    std::cerr << "raddle scan: " << toString(error) << "\n";
    return kBadInput;
}

Result<Report> runScan(const Options& options, const std::string& folder, triage::Policy& policy) {
    if (!options.build.empty() && (!options.buildDirectory.empty() || options.flags || !options.unitsFolder.empty()))
        return Error{"a build to watch (--build) and a database (-p), flags or units exclude each other"};
    catchInterruptions("raddle scan");
    Capture capture;
    std::string buildDirectory = options.buildDirectory;
    if (!options.build.empty()) buildDirectory = TRY(capture.run(options.build, interrupted()));
    Progress progress(folder);
    scan::ScanOptions scanOptions;
    scanOptions.tool = "raddle " RADDLE_VERSION;
    scanOptions.directory = folder;
    scanOptions.buildDirectory = buildDirectory;
    scanOptions.unitsFolder = options.unitsFolder;
    scanOptions.configFile = options.configFile;
    scanOptions.files = options.files;
    scanOptions.flags = options.flags;
    scanOptions.base = options.triage.base;
    scanOptions.jobs = options.jobs;
    scanOptions.cache = cacheOptions(options.cache, folder);
    scanOptions.cancel = &interrupted();
    scanOptions.progress = [&](size_t done, size_t total, const std::string& file) {
        progress.show(done, total, file);
    };
    Stages stages;
    scanOptions.stage = [&](std::string_view stage) {
        capture.remove();  // its database has been read
        const bool isAnalysing = stage != "parse" && stage != "cache" && stage != "done";
        endAtOnceWhenInterrupted(isAnalysing);
        if (isAnalysing) progress.show(stage);
        stages.begin(stage);
    };
    scan::CacheUse use;
    scanOptions.cacheUsed = [&](const scan::CacheUse& used) { use = used; };
    scanOptions.configured = [&](const triage::Policy& found) { policy = found; };
    Result<Report> report = scan::scan(scanOptions);
    progress.stop();
    if (options.stats) {
        stages.print();
        std::cerr << "from the cache: " << use.units << " files" << (use.findings ? ", all findings" : "") << "\n";
    }
    return report;
}

// Without --min-evidence all is reported, but text for a person leaves assumed findings out beside better ones.
Report shown(Report report, const std::string& format, const Options& options) {
    Evidence least = Evidence::assumed;
    if (!options.minEvidence.empty()) {
        parse(options.minEvidence, least);
    } else if (format == "text" && std::any_of(report.findings.begin(), report.findings.end(),
                                               [](const Finding& f) { return f.evidence >= Evidence::likely; })) {
        least = Evidence::likely;
    }
    const size_t left =
        std::erase_if(report.findings, [&](const Finding& finding) { return finding.evidence < least; });
    if (left > 0 && options.minEvidence.empty())
        report.coverage.notes.push_back(std::to_string(left) +
                                        " assumed findings left out; --min-evidence assumed shows them");
    return report;
}

std::string rendered(const Report& report, const std::string& form, const Options& options, const std::string& folder,
                     bool colour) {
    Format format = Format::text;
    parse(form, format);
    return render(shown(report, form, options), format, {folder, colour, rulePage});
}

Result<> writeReports(const Report& report, const Options& options, const std::string& folder) {
    for (const std::string& also : options.also) {
        const size_t split = also.find('=');
        TRY(writeFile(also.substr(split + 1), rendered(report, also.substr(0, split), options, folder, false)));
    }
    const bool colour = useColour(options.colour, STDOUT_FILENO) && options.output.empty();
    const std::string text = rendered(report, options.format, options, folder, colour);
    if (!options.output.empty()) return writeFile(options.output, text);
    std::cout << text << std::flush;
    if (!std::cout) return Error{"cannot write to standard output"};
    return Unit{};
}

// Before the work that would be lost.
Result<> checkOutputs(const Options& options) {
    for (const std::string& also : options.also) TRY(checkWritable(also.substr(also.find('=') + 1)));
    if (!options.output.empty()) TRY(checkWritable(options.output));
    return checkBaseline(options.triage);
}

// "sarif=FILE". Empty when it is that, else what is wrong.
std::string checkAlso(const std::string& also) {
    Format format{};
    const size_t split = also.find('=');
    const bool isGood = split != std::string::npos && split + 1 < also.size() && parse(also.substr(0, split), format);
    return isGood ? std::string() : "not FORMAT=FILE: " + also;
}

int statusOf(const Report& report, const Options& options) {
    if (!report.coverage.failed.empty() && !options.allowIncomplete) return kIncomplete;
    Evidence level{};
    if (!parse(options.failOn, level)) return kSuccess;  // none
    bool found = std::any_of(report.findings.begin(), report.findings.end(),
                             [&](const Finding& finding) { return finding.evidence >= level; });
    return found ? kFindings : kSuccess;
}

// What the command line does not say, the configuration may.
Options completed(Options options, const triage::Policy& policy) {
    if (options.failOn.empty()) options.failOn = policy.failOn.empty() ? "likely" : policy.failOn;
    if (options.minEvidence.empty() && policy.minEvidence) options.minEvidence = toString(*policy.minEvidence);
    if (options.triage.baseline.empty()) options.triage.baseline = policy.baseline;
    return options;
}

int printConfig(const Options& options, const std::string& folder) {
    scan::ScanOptions scanOptions;
    scanOptions.directory = folder;
    scanOptions.buildDirectory = options.buildDirectory;
    scanOptions.configFile = options.configFile;
    scanOptions.files = options.files;
    scanOptions.flags = options.flags;
    const Result<std::string> text = scan::describeConfig(scanOptions);
    if (!text.ok()) return fail(text.error());
    std::cout << *text << std::flush;
    return std::cout ? kSuccess : fail({"cannot write to standard output"});
}

int run(const Options& given) {
    std::error_code error;
    std::string folder = std::filesystem::current_path(error).string();
    if (error) return fail({"cannot tell the current folder: " + error.message()});
    if (const Result<> writable = checkOutputs(given); !writable.ok()) return fail(writable.error());
    if (given.dumpConfig) return printConfig(given, folder);
    triage::Policy policy;
    Result<Report> report = runScan(given, folder, policy);
    const Options options = completed(given, policy);
    if (report.ok() && interrupted()) report = Error{scan::kInterrupted};
    if (!report.ok()) {
        const int status = fail(report.error());
        return interrupted() ? interruptedStatus() : status;
    }
    Result<> settled = settle(*report, policy, options.triage, folder,
                              options.files.empty() || options.flags ? Completeness::complete : Completeness::partial);
    if (!settled.ok()) return fail(settled.error());
    Result<> written = writeReports(*report, options, folder);
    if (!written.ok()) return fail(written.error());
    // A text report on standard output has named them already.
    if (options.format != "text" || !options.output.empty())
        for (const FailedFile& failed : report->coverage.failed)
            std::cerr << "raddle scan: not analysed: " << relativeTo(folder, failed.file) << ": " << failed.error
                      << "\n";
    return statusOf(*report, options);
}

}  // namespace

Run addScan(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("FILES", options->files, "files or folders of the database; or files to compile with FLAGS")
        ->type_name("");
    addFlags(app, options->flags);
    app.add_option("-p,--build-dir", options->buildDirectory,
                   "folder of compile_commands.json (default: searched upwards from here, also in build/)")
        ->type_name("DIR");
    app.add_option("--build", options->build, "run this shell command and scan what it compiles (needs bear)")
        ->type_name("COMMAND");
    app.add_option("--units", options->unitsFolder, "scan what `raddle unit` wrote there; parse nothing")
        ->type_name("DIR");
    addConfig(app, options->configFile);
    app.add_option("-j,--jobs", options->jobs, "files parsed at a time (default: one a processor)")
        ->check(CLI::Range(1, 1024).description("1 to 1024"))
        ->type_name("N");
    app.add_option("--format", options->format, "text (default), json, sarif, html, github, gitlab or junit")
        ->check(CLI::IsMember({"text", "json", "sarif", "html", "github", "gitlab", "junit"}));
    app.add_option("-o,--output", options->output, "file to write the report to, complete or not at all")
        ->type_name("FILE");
    app.add_option("--also", options->also, "write another report of the same scan; may be repeated")
        ->type_name("FORMAT=FILE")
        ->check(checkAlso, "");
    app.add_option(
           "--fail-on", options->failOn,
           "least evidence of a finding that makes the exit status 1: assumed, likely (default), definite or none")
        ->check(CLI::IsMember({"assumed", "likely", "definite", "none"}));
    app.add_option(
           "--min-evidence", options->minEvidence,
           "leave findings with less evidence out: assumed, likely or definite (default: assumed; in text, likely "
           "where there are any)")
        ->check(CLI::IsMember({"assumed", "likely", "definite"}));
    addTriage(app, options->triage);
    app.add_flag("--allow-incomplete", options->allowIncomplete, "do not fail because files did not parse");
    app.add_flag("--dump-config", options->dumpConfig, "print the configuration as it works, and do nothing else");
    app.add_flag("--stats", options->stats, "tell on standard error what CPU time and memory the stages took");
    addCache(app, options->cache);
    addColour(app, options->colour);
    app.footer(
        "`raddle scan FILES -- FLAGS` compiles FILES with FLAGS and reads no database.\n"
        "Exit status: 0 nothing found, 1 findings, 2 bad usage or input, 3 files did not parse.\n"
        "Examples: raddle scan -p build\n"
        "          raddle scan --build 'make -j2'\n"
        "          raddle scan server.c -- -Iinclude -DNDEBUG");
    return [options] { return run(*options); };
}

}  // namespace raddle::cli
