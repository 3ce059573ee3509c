#include <iostream>

#include "cli/commands.h"
#include "core/support/file_system.h"
#include "trace/reader.h"
#include "trace/summary.h"

namespace raddle::cli {
namespace {

struct Options {
    std::string file;
    std::string format = "text";
    std::string output;
};

int fail(const Error& error) {
    std::cerr << "raddle report: " << toString(error) << "\n";
    return kBadInput;
}

int runReport(const Options& options) {
    Result<trace::Timeline> timeline = trace::readRecording(options.file);
    if (!timeline) return fail(timeline.error());
    trace::Summary summary = trace::summarize(*timeline);
    std::string text = options.format == "json" ? trace::toJson(*timeline, summary) : trace::toText(*timeline, summary);
    if (!options.output.empty()) {
        Result<> written = writeFile(options.output, text);
        return written ? kSuccess : fail(written.error());
    }
    std::cout << text << std::flush;
    return std::cout ? kSuccess : fail(Error{"cannot write to standard output"});
}

}  // namespace

Run addReport(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("FILE", options->file, "recording made by raddle record")->required();
    app.add_option("--format", options->format, "text (for people) or json (versioned, exact)")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app.add_option("-o,--output", options->output, "write to this file instead of standard output");
    app.footer("Example: raddle report server.raddle --format json -o server.json");
    return [options] { return runReport(*options); };
}

}  // namespace raddle::cli
