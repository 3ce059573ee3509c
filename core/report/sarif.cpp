#include "core/report/sarif.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/model/rules.h"
#include "core/support/paths.h"

namespace raddle {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostResults = 5000;
constexpr size_t kMostFlowLocations = 1000;

Json text(std::string_view message) {
    return Json{{"text", message.empty() ? std::string_view("-") : message}};
}

const char* baselineState(Novelty novelty) {
    switch (novelty) {
        case Novelty::unknown:
            break;
        case Novelty::fresh:
            return "new";
        case Novelty::known:
            return "unchanged";
        case Novelty::absent:
            return "absent";
    }
    return nullptr;
}

class SarifWriter {
  public:
    explicit SarifWriter(const RenderOptions& options) : options_(options) {}
    Json write(const Report& report) const;

  private:
    Json artifact(const std::string& file) const;
    Json place(const SourceLocation& at) const;
    Json location(const FindingLocation& location) const;
    Json result(const Finding& finding) const;
    Json suppression(const Suppression& suppression) const;
    Json codeFlow(const Finding& finding) const;
    Json threadFlow(const FindingThread& thread, size_t limit) const;
    Json invocation(const Report& report) const;

    RenderOptions options_;
};

Json SarifWriter::artifact(const std::string& file) const {
    std::string relative = relativeTo(options_.root, file);
    if (relative.starts_with('/')) return Json{{"uri", "file://" + uriPath(relative)}};
    return Json{{"uri", uriPath(relative)}, {"uriBaseId", "SRCROOT"}};
}

Json SarifWriter::place(const SourceLocation& at) const {
    Json out{{"artifactLocation", artifact(at.file)}};
    if (at.line == 0) return out;
    out["region"]["startLine"] = at.line;
    if (at.column) out["region"]["startColumn"] = at.column;
    return out;
}

Json SarifWriter::location(const FindingLocation& location) const {
    Json out = Json::object();
    if (!location.at.file.empty()) out["physicalLocation"] = place(location.at);
    if (!location.function.empty())
        out["logicalLocations"] = Json::array({Json{{"fullyQualifiedName", location.function}, {"kind", "function"}}});
    if (!location.role.empty()) out["message"] = text(location.role);
    return out;
}

Json SarifWriter::threadFlow(const FindingThread& thread, size_t limit) const {
    std::string holds = thread.locksHeld.empty() ? "holds no lock" : "holds ";
    for (size_t i = 0; i < thread.locksHeld.size(); ++i) holds += (i ? ", " : "") + thread.locksHeld[i];
    Json steps = Json::array();
    if (!thread.spawnedAt.file.empty()) {
        FindingLocation spawn{thread.spawnedAt, "", "thread " + thread.id + " is created"};
        steps.push_back({{"location", location(spawn)}, {"nestingLevel", 0}});
    }
    // The innermost calls say most, so a stack that is too long loses its outer end.
    size_t count = std::min(thread.stack.size(), limit - 1);
    for (size_t i = thread.stack.size() - count; i < thread.stack.size(); ++i) {
        FindingLocation step = thread.stack[i];
        bool last = i + 1 == thread.stack.size();
        if (step.role.empty()) step.role = last ? "here" : "calls";
        steps.push_back(
            {{"location", location(step)}, {"nestingLevel", i}, {"importance", last ? "essential" : "important"}});
    }
    if (steps.empty()) steps.push_back({{"location", {{"message", text("no stack is known")}}}});
    return Json{{"id", thread.id}, {"message", text("thread " + thread.id + ", " + holds)}, {"locations", steps}};
}

Json SarifWriter::codeFlow(const Finding& finding) const {
    size_t threads = std::min(finding.threads.size(), kMostFlowLocations / 2);
    Json flows = Json::array();
    for (size_t i = 0; i < threads; ++i) flows.push_back(threadFlow(finding.threads[i], kMostFlowLocations / threads));
    return Json{{"message", text(finding.message)}, {"threadFlows", flows}};
}

Json SarifWriter::suppression(const Suppression& suppression) const {
    Json out{{"kind", suppression.by == Suppression::By::comment ? "inSource" : "external"}, {"status", "accepted"}};
    if (!suppression.reason.empty()) out["justification"] = suppression.reason;
    if (!suppression.at.file.empty()) out["location"]["physicalLocation"] = place(suppression.at);
    return out;
}

Json SarifWriter::result(const Finding& finding) const {
    Json out{{"ruleId", finding.rule}};
    if (const Rule* rule = findRule(finding.rule)) out["ruleIndex"] = rule - rules().data();
    out["level"] = toString(finding.severity);
    out["message"] = text(finding.message);
    out["locations"] = Json::array();
    Json related = Json::array();
    for (size_t i = 0; i < finding.locations.size() && i <= kMostFlowLocations; ++i) {
        if (i == 0) {
            out["locations"].push_back(location(finding.locations[0]));
            continue;
        }
        Json other{{"id", i}};
        other.update(location(finding.locations[i]));
        related.push_back(other);
    }
    if (!related.empty()) out["relatedLocations"] = related;
    if (!finding.threads.empty()) out["codeFlows"] = Json::array({codeFlow(finding)});
    if (!finding.fingerprint.empty()) {
        out["partialFingerprints"]["raddleFingerprint/v1"] = finding.fingerprint;
        // The one that GitHub goes by; without it lines of source are hashed.
        out["partialFingerprints"]["primaryLocationLineHash"] = finding.fingerprint + ":1";
    }
    if (const char* state = baselineState(finding.novelty)) out["baselineState"] = state;
    if (finding.suppression) out["suppressions"] = Json::array({suppression(*finding.suppression)});
    out["properties"] = Json{{"property", toString(finding.property)},
                             {"evidence", toString(finding.evidence)},
                             {"cwe", "CWE-" + std::to_string(finding.cwe)},
                             {"why", finding.why}};
    return out;
}

Json SarifWriter::invocation(const Report& report) const {
    Json notifications = Json::array();
    for (const FailedFile& failed : report.coverage.failed)
        notifications.push_back(
            {{"locations", Json::array({Json{{"physicalLocation", {{"artifactLocation", artifact(failed.file)}}}}})},
             {"message", text("not analysed: " + failed.error)},
             {"level", "error"}});
    for (const std::string& note : report.coverage.notes)
        notifications.push_back({{"message", text(note)}, {"level", "note"}});
    if (report.findings.size() > kMostResults)
        notifications.push_back({{"message", text(std::to_string(report.findings.size() - kMostResults) +
                                                  " more findings are left out; the JSON report has them all")},
                                 {"level", "warning"}});
    Json configuration = Json::array();
    for (const Remark& remark : report.remarks)
        configuration.push_back({{"locations", Json::array({Json{{"physicalLocation", place(remark.at)}}})},
                                 {"message", text(remark.message)},
                                 {"level", "warning"}});
    return Json{{"executionSuccessful", report.coverage.failed.empty()},
                {"toolExecutionNotifications", notifications},
                {"toolConfigurationNotifications", configuration}};
}

Json ruleTable(RulePage page) {
    Json out = Json::array();
    for (const Rule& rule : rules()) {
        std::string cwe = std::to_string(rule.cwe);
        Json help{{"text", std::string(rule.summary) + " `raddle explain " + std::string(rule.id) + "` says more."}};
        if (page && !page(rule.id).empty()) help["markdown"] = page(rule.id);
        out.push_back(
            {{"id", rule.id},
             {"shortDescription", text(rule.summary)},
             {"fullDescription", text(rule.summary)},
             {"help", help},
             {"defaultConfiguration", {{"level", toString(rule.severity)}}},
             {"relationships", Json::array({Json{{"target", {{"id", cwe}, {"toolComponent", {{"name", "CWE"}}}}},
                                                 {"kinds", Json::array({"superset"})}}})},
             {"properties",
              {{"tags", Json::array({"concurrency", toString(rule.property), "external/cwe/cwe-" + cwe})}}}});
    }
    return out;
}

Json weaknesses() {
    std::set<int> ids;
    for (const Rule& rule : rules()) ids.insert(rule.cwe);
    Json taxa = Json::array();
    for (int id : ids) taxa.push_back({{"id", std::to_string(id)}});
    return Json{{"name", "CWE"}, {"organization", "MITRE"}, {"taxa", taxa}};
}

Json SarifWriter::write(const Report& report) const {
    size_t space = report.tool.rfind(' ');
    Json driver{{"name", report.tool.substr(0, space)}};
    if (space != std::string::npos) driver["version"] = report.tool.substr(space + 1);
    driver["rules"] = ruleTable(options_.page);
    driver["supportedTaxonomies"] = Json::array({Json{{"name", "CWE"}}});
    Json results = Json::array();
    for (const std::vector<Finding>* findings : {&report.findings, &report.settled})
        for (const Finding& finding : *findings)
            if (results.size() < kMostResults) results.push_back(result(finding));
    Json run{{"tool", {{"driver", driver}}}};
    run["invocations"] = Json::array({invocation(report)});
    if (!options_.root.empty())
        run["originalUriBaseIds"]["SRCROOT"]["uri"] =
            "file://" + uriPath(options_.root.ends_with('/') ? options_.root : options_.root + "/");
    run["taxonomies"] = Json::array({weaknesses()});
    run["columnKind"] = "unicodeCodePoints";
    run["results"] = results;
    return Json{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                {"version", "2.1.0"},
                {"runs", Json::array({run})}};
}

}  // namespace

std::string renderSarif(const Report& report, const RenderOptions& options) {
    return SarifWriter(options).write(report).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace raddle
