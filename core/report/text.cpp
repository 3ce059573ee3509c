#include "core/report/text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "core/report/markup.h"
#include "core/report/sources.h"
#include "core/support/paths.h"

namespace raddle {
namespace {

constexpr size_t kLongestQuotedLine = 400;

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kMagenta = "\x1b[1;35m";
constexpr std::string_view kCyan = "\x1b[1;36m";
constexpr std::string_view kGreen = "\x1b[1;32m";
constexpr std::string_view kReset = "\x1b[0m";

std::string counted(uint64_t count, std::string_view noun) {
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

// Source is quoted on terminals, so what could be an escape sequence is not passed through.
std::string printable(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) c = '?';
    return out;
}

bool isCompared(const Report& report) {
    const auto isJudged = [](const Finding& finding) { return finding.novelty != Novelty::unknown; };
    return std::any_of(report.findings.begin(), report.findings.end(), isJudged) ||
           std::any_of(report.settled.begin(), report.settled.end(), isJudged);
}

class TextWriter {
  public:
    explicit TextWriter(const RenderOptions& options) : options_(options) {}

    void write(const Finding& finding);
    void writeSummary(const Report& report);
    std::string take() { return std::move(out_); }

  private:
    std::string at(SourceLocation location) const {
        location.file = relativeTo(options_.root, location.file);
        return toString(location);
    }
    std::string coloured(std::string_view colour, std::string_view text) const {
        if (!options_.colour) return std::string(text);
        return std::string(colour) + std::string(text) + std::string(kReset);
    }
    void quote(const SourceLocation& location);
    void write(const FindingThread& thread);
    void writeSettled(const Report& report);
    void writeStep(const FindingLocation& step, std::string_view indent);

    RenderOptions options_;
    Sources sources_;
    std::string out_;
};

void TextWriter::quote(const SourceLocation& location) {
    std::optional<std::string> line = sources_.line(location);
    if (!line || line->size() > kLongestQuotedLine) return;
    std::string number = std::to_string(location.line);
    if (number.size() < 5) number.insert(0, 5 - number.size(), ' ');
    out_ += number + " | " + printable(*line) + "\n";
    if (location.column == 0 || location.column > line->size() + 1) return;
    out_ += std::string(number.size(), ' ') + " | ";
    // Columns count bytes; the caret must pass over a character of several bytes once, and over tabs as tabs.
    for (size_t i = 0; i + 1 < location.column; ++i) {
        char c = (*line)[i];
        if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) out_ += c == '\t' ? '\t' : ' ';
    }
    out_ += coloured(kGreen, "^") + "\n";
}

void TextWriter::writeStep(const FindingLocation& step, std::string_view indent) {
    out_ += indent;
    out_ += (step.function.empty() ? "" : step.function + " at ") + at(step.at);
    if (!step.role.empty()) out_ += ": " + printable(step.role);
    out_ += "\n";
}

void TextWriter::write(const FindingThread& thread) {
    out_ += "  " + coloured(kBold, printable(threadTitle(thread)));
    if (!thread.spawnedAt.file.empty()) out_ += ", created at " + at(thread.spawnedAt);
    out_ += "\n";
    for (const FindingLocation& step : thread.stack) writeStep(step, "    ");
}

void TextWriter::write(const Finding& finding) {
    static constexpr std::array kColours{kCyan, kMagenta, kRed};
    SourceLocation where = finding.locations.empty() ? SourceLocation{} : finding.locations[0].at;
    out_ += coloured(kBold, at(where) + ":") + " " +
            coloured(kColours[static_cast<size_t>(finding.severity)], std::string(toString(finding.severity)) + ":") +
            " " + coloured(kBold, printable(finding.message)) + " [" + finding.rule + "] (" +
            toString(finding.evidence) + ")\n";
    quote(where);
    for (size_t i = 1; i < finding.locations.size(); ++i) {
        const FindingLocation& other = finding.locations[i];
        out_ += at(other.at) + ": " + coloured(kCyan, "note:") + " " +
                (other.role.empty() ? "see also" : printable(other.role)) +
                (other.function.empty() ? "" : " in " + other.function) + "\n";
        quote(other.at);
    }
    for (const FindingThread& thread : finding.threads) write(thread);
    if (!finding.why.empty()) out_ += "  not excluded, because\n";
    for (const std::string& reason : finding.why) out_ += "    - " + printable(reason) + "\n";
    out_ += "\n";
}

void TextWriter::writeSettled(const Report& report) {
    uint64_t suppressed = 0, known = 0, absent = 0;
    for (const Finding& finding : report.settled) {
        if (finding.suppression)
            ++suppressed;
        else if (finding.novelty == Novelty::absent)
            ++absent;
        else
            ++known;
    }
    std::string line;
    const auto add = [&](uint64_t count, std::string_view what) {
        if (count > 0) line += (line.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(what);
    };
    add(known, "known");
    add(absent, "no longer found");
    add(suppressed, "suppressed");
    if (!line.empty()) out_ += "not reported: " + line + "\n";
}

void TextWriter::writeSummary(const Report& report) {
    std::array<uint64_t, 4> counts{};
    for (const Finding& finding : report.findings) ++counts[static_cast<size_t>(finding.property)];
    const bool compared = isCompared(report);
    out_ += coloured(kBold, counted(report.findings.size(), compared ? "new finding" : "finding")) + ":";
    for (size_t i = 0; i < counts.size(); ++i)
        out_ += std::string(i ? ", " : " ") + std::to_string(counts[i]) + " " + toString(static_cast<Property>(i));
    const Coverage& coverage = report.coverage;
    out_ += "\n";
    writeSettled(report);
    // What was not scanned has findings of other origin only.
    if (coverage.files > 0 || report.findings.empty())
        out_ += counted(coverage.files, "file") + ", " + std::to_string(coverage.failed.size()) + " failed, " +
                counted(coverage.functions, "function") + ", " + std::to_string(coverage.unresolvedCalls) + " of " +
                counted(coverage.calls, "call") + " unresolved, " + counted(coverage.threads, "thread") + "\n";
    for (const Remark& remark : report.remarks)
        out_ += coloured(kBold, at(remark.at) + ":") + " " + coloured(kMagenta, "warning:") + " " +
                printable(remark.message) + "\n";
    for (const FailedFile& failed : coverage.failed)
        out_ += coloured(kRed, "failed:") + " " + relativeTo(options_.root, failed.file) + ": " +
                printable(failed.error) + "\n";
    for (const std::string& note : coverage.notes) out_ += coloured(kCyan, "note:") + " " + printable(note) + "\n";
}

}  // namespace

std::string renderText(const Report& report, const RenderOptions& options) {
    TextWriter writer(options);
    for (const Finding& finding : report.findings) writer.write(finding);
    writer.writeSummary(report);
    return writer.take();
}

std::string summaryText(const Report& report, const RenderOptions& options) {
    TextWriter writer(options);
    writer.writeSummary(report);
    return writer.take();
}

}  // namespace raddle
