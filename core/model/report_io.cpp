#include "core/model/report_io.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/support/text_position.h"

namespace raddle {
namespace {

using Json = nlohmann::ordered_json;

Json toJson(const FindingLocation& location) {
    return Json{{"file", location.at.file},
                {"line", location.at.line},
                {"column", location.at.column},
                {"function", location.function},
                {"role", location.role}};
}

// A count, a line, …: what does not fit its type is an error, as JSON's library would make it any number.
template <class T>
T numberFrom(const Json& json, const char* key) {
    if (!json.contains(key)) return 0;
    const Json& value = json[key];
    bool fits = value.is_number_unsigned() && value.get<uint64_t>() <= uint64_t{std::numeric_limits<T>::max()};
    if (!fits) throw std::runtime_error(std::string("\"") + key + "\" is no whole number, or too large");
    return static_cast<T>(value.get<uint64_t>());
}

FindingLocation locationFrom(const Json& json) {
    FindingLocation location;
    location.at.file = json.value("file", "");
    location.at.line = numberFrom<uint32_t>(json, "line");
    location.at.column = numberFrom<uint32_t>(json, "column");
    location.function = json.value("function", "");
    location.role = json.value("role", "");
    return location;
}

Json toJson(const std::vector<FindingLocation>& locations) {
    Json out = Json::array();
    for (const FindingLocation& location : locations) out.push_back(toJson(location));
    return out;
}

std::vector<FindingLocation> locationsFrom(const Json& json, const char* key) {
    std::vector<FindingLocation> out;
    for (const Json& item : json.value(key, Json::array())) out.push_back(locationFrom(item));
    return out;
}

Json toJson(const FindingThread& thread) {
    Json spawned = nullptr;
    if (!thread.spawnedAt.file.empty())
        spawned =
            Json{{"file", thread.spawnedAt.file}, {"line", thread.spawnedAt.line}, {"column", thread.spawnedAt.column}};
    return Json{
        {"id", thread.id}, {"spawned_at", spawned}, {"locks_held", thread.locksHeld}, {"stack", toJson(thread.stack)}};
}

FindingThread threadFrom(const Json& json) {
    FindingThread thread;
    thread.id = json.value("id", "");
    if (json.contains("spawned_at") && json["spawned_at"].is_object())
        thread.spawnedAt = locationFrom(json["spawned_at"]).at;
    thread.locksHeld = json.value("locks_held", std::vector<std::string>{});
    thread.stack = locationsFrom(json, "stack");
    return thread;
}

Json toJson(const Suppression& suppression) {
    return Json{{"by", toString(suppression.by)},
                {"reason", suppression.reason},
                {"file", suppression.at.file},
                {"line", suppression.at.line},
                {"column", suppression.at.column}};
}

Suppression suppressionFrom(const Json& json) {
    Suppression suppression;
    if (!parse(json.value("by", ""), suppression.by)) throw std::runtime_error("unknown kind of suppression");
    suppression.reason = json.value("reason", "");
    suppression.at = locationFrom(json).at;
    return suppression;
}

Json toJson(const Finding& finding) {
    Json threads = Json::array();
    for (const FindingThread& thread : finding.threads) threads.push_back(toJson(thread));
    Json out{{"rule", finding.rule},
             {"property", toString(finding.property)},
             {"evidence", toString(finding.evidence)},
             {"severity", toString(finding.severity)},
             {"cwe", finding.cwe},
             {"fingerprint", finding.fingerprint},
             {"message", finding.message},
             {"locations", toJson(finding.locations)},
             {"threads", threads},
             {"why", finding.why}};
    if (finding.doubts > 0) out["doubts"] = finding.doubts;
    if (finding.novelty != Novelty::unknown) out["baseline"] = toString(finding.novelty);
    if (finding.suppression) out["suppression"] = toJson(*finding.suppression);
    return out;
}

Json toJson(const std::vector<Finding>& findings) {
    Json out = Json::array();
    for (const Finding& finding : findings) out.push_back(toJson(finding));
    return out;
}

Finding findingFrom(const Json& json) {
    Finding finding;
    finding.rule = json.value("rule", "");
    if (!parse(json.value("property", ""), finding.property)) throw std::runtime_error("unknown property in a finding");
    if (!parse(json.value("evidence", ""), finding.evidence)) throw std::runtime_error("unknown evidence in a finding");
    if (!parse(json.value("severity", ""), finding.severity)) throw std::runtime_error("unknown severity in a finding");
    finding.cwe = numberFrom<int>(json, "cwe");
    finding.doubts = numberFrom<uint32_t>(json, "doubts");
    finding.fingerprint = json.value("fingerprint", "");
    finding.message = json.value("message", "");
    finding.locations = locationsFrom(json, "locations");
    for (const Json& thread : json.value("threads", Json::array())) finding.threads.push_back(threadFrom(thread));
    finding.why = json.value("why", std::vector<std::string>{});
    if (!parse(json.value("baseline", "unknown"), finding.novelty))
        throw std::runtime_error("unknown baseline state in a finding");
    if (json.contains("suppression")) finding.suppression = suppressionFrom(json["suppression"]);
    return finding;
}

}  // namespace

std::string saveReport(const Report& report) {
    Json remarks = Json::array();
    for (const Remark& remark : report.remarks)
        remarks.push_back(Json{{"file", remark.at.file},
                               {"line", remark.at.line},
                               {"column", remark.at.column},
                               {"message", remark.message}});
    Json failed = Json::array();
    for (const FailedFile& file : report.coverage.failed)
        failed.push_back(Json{{"file", file.file}, {"error", file.error}});
    const Coverage& coverage = report.coverage;
    Json out{{"version", kReportVersion},
             {"tool", report.tool},
             {"findings", toJson(report.findings)},
             {"settled", toJson(report.settled)},
             {"remarks", remarks},
             {"coverage",
              {{"files", coverage.files},
               {"failed", coverage.failed.size()},
               {"failed_files", failed},
               {"functions", coverage.functions},
               {"calls", coverage.calls},
               {"unresolved_calls", coverage.unresolvedCalls},
               {"threads", coverage.threads},
               {"notes", coverage.notes},
               {"sources", coverage.sources}}}};
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Report> loadReport(const std::string& text, const std::string& file) {
    try {
        Json json = Json::parse(text);
        if (!json.is_object() || !json.contains("version") || !json.contains("findings"))
            return Error{"not a raddle report", file};
        if (json["version"] != kReportVersion)
            return Error{"report version " + json["version"].dump() + " is not one this raddle reads (" +
                             std::to_string(kReportVersion) + ")",
                         file};
        Report report;
        report.tool = json.value("tool", "");
        for (const Json& finding : json["findings"]) report.findings.push_back(findingFrom(finding));
        for (const Json& finding : json.value("settled", Json::array())) report.settled.push_back(findingFrom(finding));
        for (const Json& remark : json.value("remarks", Json::array()))
            report.remarks.push_back({locationFrom(remark).at, remark.value("message", "")});
        Json coverage = json.value("coverage", Json::object());
        report.coverage.files = numberFrom<uint64_t>(coverage, "files");
        for (const Json& failed : coverage.value("failed_files", Json::array()))
            report.coverage.failed.push_back({failed.value("file", ""), failed.value("error", "")});
        report.coverage.functions = numberFrom<uint64_t>(coverage, "functions");
        report.coverage.calls = numberFrom<uint64_t>(coverage, "calls");
        report.coverage.unresolvedCalls = numberFrom<uint64_t>(coverage, "unresolved_calls");
        report.coverage.threads = numberFrom<uint64_t>(coverage, "threads");
        report.coverage.sources = coverage.value("sources", std::vector<std::string>{});
        report.coverage.notes = coverage.value("notes", std::vector<std::string>{});
        return report;
    } catch (const Json::parse_error& error) {
        return errorAtByte("not valid JSON", file, text, error.byte);
    } catch (const std::exception& error) {
        return Error{std::string("not a valid raddle report: ") + error.what(), file};
    }
}

}  // namespace raddle
