#include "core/report/html.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "core/model/rules.h"
#include "core/report/html_assets.h"
#include "core/report/html_code.h"
#include "core/report/markup.h"
#include "core/report/sources.h"
#include "core/report/text.h"
#include "core/support/paths.h"

namespace raddle {
namespace {

constexpr const char* kPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

// Names that a message quotes, as code.
std::string quoted(std::string_view text) {
    std::string out;
    bool inCode = false;
    while (!text.empty()) {
        const size_t end = text.find('`');
        out += escapedMarkup(text.substr(0, end));
        if (end == std::string_view::npos) break;
        out += inCode ? "</code>" : "<code>";
        inCode = !inCode;
        text.remove_prefix(end + 1);
    }
    return out + (inCode ? "</code>" : "");
}

std::string element(std::string_view name, const std::string& content, std::string_view classes = {}) {
    const std::string tag(name);
    return "<" + tag + (classes.empty() ? "" : " class=\"" + std::string(classes) + "\"") + ">" + content + "</" + tag +
           ">";
}

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

std::string stateOf(const Finding& finding) {
    if (finding.suppression) return "suppressed";
    return finding.novelty == Novelty::unknown ? "found" : toString(finding.novelty);
}

class HtmlWriter {
  public:
    explicit HtmlWriter(const RenderOptions& options) : options_(options) {}

    std::string write(const Report& report);

  private:
    std::string place(SourceLocation at) const {
        at.file = relativeTo(options_.root, at.file);
        return escapedMarkup(toString(at));
    }
    std::string head(const Report& report) const;
    std::string filters(const Report& report) const;
    std::string choice(const std::string& id, const std::string& all, const std::set<std::string>& values) const;
    std::string finding(const Finding& finding, bool isSettled);
    std::string thread(const FindingThread& thread);
    std::string step(const FindingLocation& step);
    std::string coverage(const Report& report) const;

    RenderOptions options_;
    Sources sources_;
};

std::string HtmlWriter::head(const Report& report) const {
    std::string title = std::to_string(report.findings.size()) +
                        (report.findings.size() == 1 ? " concurrency finding" : " concurrency findings");
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    out += "<meta http-equiv=\"Content-Security-Policy\" content=\"" + std::string(kPolicy) + "\">\n";
    out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    out += element("title", "raddle: " + title) + "\n<style>" + std::string(kHtmlStyle) + "</style>\n</head>\n<body>\n";
    out += "<header>\n" + element("h1", title) + "\n";
    return out + element("div", escapedMarkup(report.tool + " · " + options_.root), "soft") + "\n" + filters(report) +
           "</header>\n";
}

std::string HtmlWriter::choice(const std::string& id, const std::string& all,
                               const std::set<std::string>& values) const {
    if (values.size() < 2) return {};
    std::string out = "<select id=\"" + id + "\" aria-label=\"" + all + "\"><option value=\"\">" + all + "</option>";
    for (const std::string& value : values)
        out += "<option value=\"" + escapedMarkup(value) + "\">" + escapedMarkup(value) + "</option>";
    return out + "</select>\n";
}

std::string HtmlWriter::filters(const Report& report) const {
    std::set<std::string> rules, evidence, states;
    for (const std::vector<Finding>* findings : {&report.findings, &report.settled})
        for (const Finding& finding : *findings) {
            rules.insert(finding.rule);
            evidence.insert(toString(finding.evidence));
            states.insert(stateOf(finding));
        }
    return "<form id=\"filters\">\n" + choice("rule", "all rules", rules) +
           choice("evidence", "all evidence", evidence) + choice("state", "all states", states) +
           "<input id=\"text\" type=\"search\" placeholder=\"file, function or words of the message\" "
           "aria-label=\"file, function or words of the message\">\n"
           "<button id=\"open\" type=\"button\">open / close all</button>\n"
           "<button id=\"theme\" type=\"button\">light / dark</button>\n"
           "<span id=\"shown\" class=\"soft\" role=\"status\"></span>\n</form>\n";
}

std::string HtmlWriter::step(const FindingLocation& step) {
    std::string title = step.function.empty() ? "" : element("code", escapedMarkup(step.function)) + " ";
    title += element("span", place(step.at), "soft");
    if (!step.role.empty()) title += "<br>" + quoted(step.role);
    return element("div", element("div", title) + excerptMarkup(sources_, step.at), "step") + "\n";
}

std::string HtmlWriter::thread(const FindingThread& thread) {
    std::string out = element("h3", quoted(threadTitle(thread)));
    if (!thread.spawnedAt.file.empty()) out += step({thread.spawnedAt, "", "created here"});
    for (const FindingLocation& one : thread.stack) out += step(one);
    return element("div", out, "thread") + "\n";
}

std::string HtmlWriter::finding(const Finding& finding, bool isSettled) {
    const SourceLocation at = finding.locations.empty() ? SourceLocation{} : finding.locations[0].at;
    const std::string severity = toString(finding.severity), state = stateOf(finding);
    std::string words = finding.message + " " + finding.rule;
    for (const FindingLocation& location : finding.locations)
        words += " " + relativeTo(options_.root, location.at.file) + " " + location.function;
    std::string out = "<details class=\"finding " + severity + (isSettled ? " settled" : "") + "\" id=\"f" +
                      escapedMarkup(finding.fingerprint) + "\" data-rule=\"" + escapedMarkup(finding.rule) +
                      "\" data-evidence=\"" + toString(finding.evidence) + "\" data-state=\"" + state +
                      "\" data-text=\"" + escapedMarkup(lowered(words)) + "\">\n";
    std::string summary = element("span", severity, "badge " + severity) +
                          element("span", escapedMarkup(finding.rule), "badge") +
                          element("span", toString(finding.evidence), "badge");
    if (finding.cwe) summary += element("span", "CWE-" + std::to_string(finding.cwe), "badge");
    if (state != "found") summary += element("span", state, "badge");
    out += element("summary", element("h2", quoted(finding.message)) + summary + element("span", place(at), "place"));
    out += "\n<div class=\"body\">\n";
    if (finding.suppression)
        out += element("p", "suppressed by a " + std::string(toString(finding.suppression->by)) + " at " +
                                place(finding.suppression->at) + ": " + escapedMarkup(finding.suppression->reason));
    std::string threads;
    for (const FindingThread& one : finding.threads) threads += thread(one);
    if (!threads.empty()) out += element("div", threads, "threads") + "\n";
    // The first places are where the stories end.
    const size_t told = std::min(finding.threads.size(), finding.locations.size());
    if (told < finding.locations.size()) {
        out += element("h3", told > 0 ? "Other places that take part" : "Places");
        for (size_t i = told; i < finding.locations.size(); ++i) out += step(finding.locations[i]);
    }
    if (!finding.why.empty()) {
        std::string reasons;
        for (const std::string& reason : finding.why) reasons += element("li", quoted(reason));
        out += element("h3", "Why it was not excluded") + element("ul", reasons);
    }
    if (const Rule* rule = findRule(finding.rule))
        out += element(
            "p", escapedMarkup(rule->summary) + " <code>raddle explain " + finding.rule + "</code> says more.", "soft");
    return out + "</div>\n</details>\n";
}

std::string HtmlWriter::coverage(const Report& report) const {
    std::string items;
    for (const Remark& remark : report.remarks)
        items += element("li", place(remark.at) + ": " + escapedMarkup(remark.message));
    for (const FailedFile& failed : report.coverage.failed)
        items += element("li", "not analysed: " + place({failed.file}) + ": " + escapedMarkup(failed.error));
    for (const std::string& note : report.coverage.notes) items += element("li", escapedMarkup(note));
    std::string summary = summaryText(report, {options_.root});
    summary = summary.substr(0, summary.find("\nfailed:"));
    summary = summary.substr(0, summary.find("\nnote:"));
    return "<footer>\n" + element("h2", "What was seen") + element("p", quoted(summary), "soft") +
           (items.empty() ? "" : element("ul", items)) + "\n</footer>\n";
}

std::string HtmlWriter::write(const Report& report) {
    std::string out = head(report) + "<main>\n";
    if (report.findings.empty()) out += element("p", "Nothing was found that needs to be looked at.") + "\n";
    out += "<p id=\"none\" hidden>Nothing fits these filters.</p>\n";
    for (const Finding& one : report.findings) out += finding(one, false);
    for (const Finding& one : report.settled) out += finding(one, true);
    return out + "</main>\n" + coverage(report) + "<script>" + std::string(kHtmlScript) +
           "</script>\n</body>\n</html>\n";
}

}  // namespace

std::string renderHtml(const Report& report, const RenderOptions& options) {
    return HtmlWriter(options).write(report);
}

}  // namespace raddle
