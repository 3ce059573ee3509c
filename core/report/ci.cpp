#include "core/report/ci.h"

#include <nlohmann/json.hpp>
#include <set>

#include "core/model/rules.h"
#include "core/report/markup.h"
#include "core/report/text.h"
#include "core/support/paths.h"

namespace raddle {
namespace {

using Json = nlohmann::ordered_json;

SourceLocation placeOf(const Finding& finding) {
    return finding.locations.empty() ? SourceLocation{} : finding.locations[0].at;
}

std::string percentEncoded(std::string_view text, std::string_view special) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (char c : text) {
        if (special.find(c) == std::string_view::npos) {
            out += c;
            continue;
        }
        out += '%';
        out += kHex[static_cast<unsigned char>(c) >> 4];
        out += kHex[c & 15];
    }
    return out;
}

std::string githubCommand(std::string_view level, const SourceLocation& at, const std::string& title,
                          const std::string& message, const RenderOptions& options) {
    const auto property = [](const std::string& value) { return percentEncoded(value, "%\r\n:,"); };
    std::string out = "::" + std::string(level) + " ";
    if (!at.file.empty()) {
        out += "file=" + property(relativeTo(options.root, at.file)) + ",";
        if (at.line) out += "line=" + std::to_string(at.line) + ",";
        if (at.line && at.column) out += "col=" + std::to_string(at.column) + ",";
    }
    return out + "title=" + property(title) + "::" + percentEncoded(message, "%\r\n") + "\n";
}

// What fits into an annotation: the message, each thread's way to its place, and where to read more.
std::string story(const Finding& finding, const RenderOptions& options) {
    std::string out = finding.message;
    for (const FindingThread& thread : finding.threads) {
        out += "\n" + threadTitle(thread);
        for (const FindingLocation& step : thread.stack) {
            SourceLocation at = step.at;
            at.file = relativeTo(options.root, at.file);
            out += "\n  " + (step.function.empty() ? "" : step.function + " at ") + toString(at) +
                   (step.role.empty() ? "" : ": " + step.role);
        }
    }
    return out;
}

const char* gitlabSeverity(const Finding& finding) {
    switch (finding.severity) {
        case Severity::note:
            return "info";
        case Severity::warning:
            return finding.evidence >= Evidence::definite ? "major" : "minor";
        case Severity::error:
            return finding.evidence >= Evidence::definite ? "critical" : "major";
    }
    return "info";
}

class JunitWriter {
  public:
    explicit JunitWriter(const RenderOptions& options) : options_(options) {}

    std::string write(const Report& report) {
        std::set<std::string> found;
        for (const Finding& finding : report.findings) {
            found.insert(finding.rule);
            begin(finding);
            cases_ += "<failure type=\"" + escapedMarkup(finding.rule) + "\" message=\"" +
                      escapedMarkup(finding.message) + "\">" + escapedMarkup(body(finding)) + "</failure></testcase>\n";
            ++failures_;
        }
        for (const Finding& finding : report.settled) {
            if (finding.novelty == Novelty::absent) continue;
            found.insert(finding.rule);
            begin(finding);
            const std::string reason = finding.suppression ? finding.suppression->reason : "known";
            cases_ += "<skipped message=\"" + escapedMarkup(reason) + "\"/></testcase>\n";
            ++skipped_;
        }
        for (const FailedFile& failed : report.coverage.failed) {
            begin(relativeTo(options_.root, failed.file), "is analysed", {});
            cases_ += "<error message=\"" + escapedMarkup(failed.error) + "\"/></testcase>\n";
            ++errors_;
        }
        for (const Rule& rule : rules())
            if (!found.contains(std::string(rule.id))) {
                begin("raddle", std::string(rule.id), {});
                cases_ += "</testcase>\n";
            }
        const std::string counts = " tests=\"" + std::to_string(tests_) + "\" failures=\"" + std::to_string(failures_) +
                                   "\" errors=\"" + std::to_string(errors_) + "\" skipped=\"" +
                                   std::to_string(skipped_) + "\"";
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"raddle\"" + counts +
               ">\n  <testsuite name=\"raddle scan\"" + counts + ">\n" + cases_ + "  </testsuite>\n</testsuites>\n";
    }

  private:
    void begin(const Finding& finding) {
        const SourceLocation at = placeOf(finding);
        const std::string file = relativeTo(options_.root, at.file);
        const std::string function = finding.locations.empty() || finding.locations[0].function.empty()
                                         ? ""
                                         : " in " + finding.locations[0].function;
        begin(file.empty() ? "raddle" : file, finding.rule + function, at);
    }
    void begin(const std::string& group, const std::string& name, const SourceLocation& at) {
        ++tests_;
        cases_ += "    <testcase classname=\"" + escapedMarkup(group) + "\" name=\"" + escapedMarkup(name) + "\"";
        if (!at.file.empty()) cases_ += " file=\"" + escapedMarkup(relativeTo(options_.root, at.file)) + "\"";
        if (at.line) cases_ += " line=\"" + std::to_string(at.line) + "\"";
        cases_ += ">";
    }
    std::string body(const Finding& finding) const {
        std::string out = story(finding, options_) + "\n";
        for (const std::string& reason : finding.why) out += "- " + reason + "\n";
        return out;
    }

    RenderOptions options_;
    std::string cases_;
    size_t tests_ = 0, failures_ = 0, errors_ = 0, skipped_ = 0;
};

}  // namespace

std::string renderGithub(const Report& report, const RenderOptions& options) {
    static constexpr const char* kLevels[] = {"notice", "warning", "error"};
    std::string out;
    for (const Finding& finding : report.findings)
        out += githubCommand(kLevels[static_cast<size_t>(finding.severity)], placeOf(finding), finding.rule,
                             story(finding, options), options);
    for (const Remark& remark : report.remarks)
        out += githubCommand("warning", remark.at, "raddle", remark.message, options);
    for (const FailedFile& failed : report.coverage.failed)
        out += githubCommand("warning", {failed.file}, "not analysed", failed.error, options);
    return out + summaryText(report, options);
}

std::string renderGitlab(const Report& report, const RenderOptions& options) {
    Json out = Json::array();
    for (const Finding& finding : report.findings) {
        const SourceLocation at = placeOf(finding);
        out.push_back({{"description", finding.message},
                       {"check_name", finding.rule},
                       {"fingerprint", finding.fingerprint},
                       {"severity", gitlabSeverity(finding)},
                       {"location",
                        {{"path", relativeTo(options.root, at.file)}, {"lines", {{"begin", std::max(at.line, 1u)}}}}}});
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string renderJunit(const Report& report, const RenderOptions& options) {
    return JunitWriter(options).write(report);
}

}  // namespace raddle
