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
constexpr const char* kTaxonomy = "CWE";

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
    SarifWriter(const Report& report, const RenderOptions& options);
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
    Json ruleTable() const;
    Json taxonomy() const;
    Json taxon(int cwe) const;

    RenderOptions options_;
    std::vector<int> weaknesses_;  // sorted; references are by place
};

SarifWriter::SarifWriter(const Report& report, const RenderOptions& options) : options_(options) {
    std::set<int> ids;
    for (const Rule& rule : rules()) ids.insert(rule.cwe);
    for (const std::vector<Finding>* findings : {&report.findings, &report.settled})
        for (const Finding& finding : *findings)
            if (finding.cwe > 0) ids.insert(finding.cwe);
    weaknesses_.assign(ids.begin(), ids.end());
}

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
    if (finding.cwe > 0) out["taxa"] = Json::array({taxon(finding.cwe)});
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

Json SarifWriter::ruleTable() const {
    Json out = Json::array();
    for (const Rule& rule : rules()) {
        Json help{{"text", std::string(rule.summary) + " `raddle explain " + std::string(rule.id) + "` says more."}};
        if (options_.page && !options_.page(rule.id).empty()) help["markdown"] = options_.page(rule.id);
        out.push_back(
            {{"id", rule.id},
             {"shortDescription", text(rule.summary)},
             {"fullDescription", text(rule.summary)},
             {"help", help},
             {"defaultConfiguration", {{"level", toString(rule.severity)}}},
             {"relationships", Json::array({Json{{"target", taxon(rule.cwe)}, {"kinds", Json::array({"superset"})}}})},
             {"properties",
              {{"tags", Json::array({"concurrency", toString(rule.property),
                                     "external/cwe/cwe-" + std::to_string(rule.cwe)})}}}});
    }
    return out;
}

Json SarifWriter::taxon(int cwe) const {
    const auto at = std::lower_bound(weaknesses_.begin(), weaknesses_.end(), cwe);
    return Json{{"id", std::to_string(cwe)},
                {"index", at - weaknesses_.begin()},
                {"toolComponent", {{"name", kTaxonomy}, {"index", 0}}}};
}

Json SarifWriter::taxonomy() const {
    Json taxa = Json::array();
    for (int id : weaknesses_) {
        Json weakness{{"id", std::to_string(id)}};
        if (const std::string_view name = weaknessName(id); !name.empty()) weakness["shortDescription"] = text(name);
        weakness["helpUri"] = "https://cwe.mitre.org/data/definitions/" + std::to_string(id) + ".html";
        taxa.push_back(weakness);
    }
    return Json{{"name", kTaxonomy},
                {"organization", "MITRE"},
                {"shortDescription", text("The MITRE Common Weakness Enumeration")},
                {"informationUri", "https://cwe.mitre.org/data/"},
                {"isComprehensive", false},
                {"taxa", taxa}};
}

Json SarifWriter::write(const Report& report) const {
    size_t space = report.tool.rfind(' ');
    Json driver{{"name", report.tool.substr(0, space)}};
    if (space != std::string::npos) driver["version"] = report.tool.substr(space + 1);
    driver["rules"] = ruleTable();
    driver["supportedTaxonomies"] = Json::array({Json{{"name", kTaxonomy}, {"index", 0}}});
    Json results = Json::array();
    for (const std::vector<Finding>* findings : {&report.findings, &report.settled})
        for (const Finding& finding : *findings)
            if (results.size() < kMostResults) results.push_back(result(finding));
    Json run{{"tool", {{"driver", driver}}}};
    run["invocations"] = Json::array({invocation(report)});
    if (!options_.root.empty())
        run["originalUriBaseIds"]["SRCROOT"]["uri"] =
            "file://" + uriPath(options_.root.ends_with('/') ? options_.root : options_.root + "/");
    run["taxonomies"] = Json::array({taxonomy()});
    run["columnKind"] = "unicodeCodePoints";
    run["results"] = results;
    return Json{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                {"version", "2.1.0"},
                {"runs", Json::array({run})}};
}

}  // namespace

std::string renderSarif(const Report& report, const RenderOptions& options) {
    return SarifWriter(report, options).write(report).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace raddle
