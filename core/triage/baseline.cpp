#include "core/triage/baseline.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "core/model/report_io.h"
#include "core/model/rules.h"
#include "core/support/text_position.h"

namespace raddle::triage {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr const char* kSarifFingerprint = "raddleFingerprint/v1";

BaselineEntry entryOf(const Finding& finding, const std::string& root) {
    BaselineEntry entry{{}, {}, finding.rule, finding.fingerprint, finding.message};
    if (finding.locations.empty()) return entry;
    const std::string& file = finding.locations[0].at.file;
    entry.file = root.empty() ? file : std::filesystem::path(file).lexically_relative(root).string();
    entry.function = finding.locations[0].function;
    return entry;
}

BaselineEntry entryFrom(const Json& json) {
    return {json.value("file", ""), json.value("function", ""), json.value("rule", ""),
            json.at("fingerprint").get<std::string>(), json.value("message", "")};
}

bool isPresent(const Finding& finding) {
    return finding.novelty != Novelty::absent && !finding.suppression;
}

Result<Baseline> fromSarif(const Json& sarif, const std::string& file) {
    Baseline out;
    for (const Json& run : sarif.at("runs"))
        for (const Json& result : run.value("results", Json::array())) {
            const Json prints = result.value("partialFingerprints", Json::object());
            if (!prints.contains(kSarifFingerprint)) return Error{"has results without raddle's fingerprints", file};
            if (result.value("baselineState", "") == "absent") continue;
            const std::string message = result.value("message", Json::object()).value("text", "");
            out.entries.push_back({{}, {}, result.value("ruleId", ""), prints[kSarifFingerprint], message});
        }
    return out;
}

Result<Baseline> fromReport(const std::string& text, const std::string& file) {
    const Report report = TRY(loadReport(text, file));
    return baselineOf(report, {});
}

Finding absentFinding(const BaselineEntry& entry) {
    Finding out;
    out.rule = entry.rule;
    if (const Rule* rule = findRule(entry.rule)) {
        out.property = rule->property;
        out.severity = rule->severity;
        out.cwe = rule->cwe;
    }
    out.fingerprint = entry.fingerprint;
    out.message = entry.message;
    if (!entry.file.empty()) out.locations.push_back({{entry.file}, entry.function, "was here"});
    out.novelty = Novelty::absent;
    return out;
}

std::set<std::string> fingerprints(const Report& report) {
    std::set<std::string> out;
    for (const std::vector<Finding>* findings : {&report.findings, &report.settled})
        for (const Finding& finding : *findings)
            if (finding.novelty != Novelty::absent) out.insert(finding.fingerprint);
    return out;
}

}  // namespace

Result<Baseline> parseBaseline(const std::string& text, const std::string& file) {
    try {
        const Json json = Json::parse(text);
        if (json.is_object() && json.contains("runs")) return fromSarif(json, file);
        if (!json.is_object() || !json.contains("version") || !json.contains("findings"))
            return Error{"neither a baseline nor a report of raddle", file};
        if (json.contains("coverage")) return fromReport(text, file);
        if (json["version"] != kVersion)
            return Error{"baseline version " + json["version"].dump() + " is not one this raddle reads (" +
                             std::to_string(kVersion) + ")",
                         file};
        Baseline out;
        for (const Json& finding : json["findings"]) out.entries.push_back(entryFrom(finding));
        return out;
    } catch (const Json::parse_error& error) {
        return errorAtByte("not valid JSON", file, text, error.byte);
    } catch (const Json::exception& error) {
        return Error{std::string("not a valid baseline: ") + error.what(), file};
    }
}

std::string saveBaseline(const Baseline& baseline, const std::string& tool) {
    std::vector<BaselineEntry> entries = baseline.entries;
    std::sort(entries.begin(), entries.end());
    std::string out = "{\n  \"version\": " + std::to_string(kVersion) + ",\n  \"tool\": " + Json(tool).dump() +
                      ",\n  \"findings\": [";
    bool isFirst = true;
    for (const BaselineEntry& entry : entries) {
        const Json line{{"fingerprint", entry.fingerprint},
                        {"rule", entry.rule},
                        {"file", entry.file},
                        {"function", entry.function},
                        {"message", entry.message}};
        out += (isFirst ? "\n    " : ",\n    ") + line.dump(-1, ' ', false, Json::error_handler_t::replace);
        isFirst = false;
    }
    return out + (isFirst ? "]\n}\n" : "\n  ]\n}\n");
}

Baseline baselineOf(const Report& report, const std::string& root) {
    Baseline out;
    for (const std::vector<Finding>* findings : {&report.findings, &report.settled})
        for (const Finding& finding : *findings)
            if (isPresent(finding)) out.entries.push_back(entryOf(finding, root));
    return out;
}

Baseline pruned(Baseline baseline, const Report& report) {
    const std::set<std::string> present = fingerprints(report);
    std::erase_if(baseline.entries, [&](const BaselineEntry& entry) { return !present.contains(entry.fingerprint); });
    return baseline;
}

void compare(Report& report, const Baseline& baseline) {
    std::set<std::string> then;
    for (const BaselineEntry& entry : baseline.entries) then.insert(entry.fingerprint);
    const std::set<std::string> now = fingerprints(report);
    const auto judge = [&](Finding& finding) {
        if (finding.novelty == Novelty::known || finding.novelty == Novelty::absent) return;
        finding.novelty = then.contains(finding.fingerprint) ? Novelty::known : Novelty::fresh;
    };
    for (Finding& finding : report.settled) judge(finding);
    std::vector<Finding> fresh;
    for (Finding& finding : report.findings) {
        judge(finding);
        (finding.novelty == Novelty::fresh ? fresh : report.settled).push_back(std::move(finding));
    }
    report.findings = std::move(fresh);
    for (const BaselineEntry& entry : baseline.entries)
        if (!now.contains(entry.fingerprint)) report.settled.push_back(absentFinding(entry));
}

}  // namespace raddle::triage
