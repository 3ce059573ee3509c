#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/model/report_io.h"
#include "core/model/rules.h"
#include "core/report/render.h"
#include "core/support/file_system.h"
#include "core/support/paths.h"

namespace raddle {
namespace {

using nlohmann::json;
using testing::HasSubstr;

Report sample(const std::string& folder) {
    Finding race;
    race.rule = "race-unprotected-access";
    race.property = Property::race;
    race.evidence = Evidence::definite;
    race.severity = Severity::error;
    race.cwe = 362;
    race.fingerprint = "0123456789abcdef";
    race.message = "data race on `counter`";
    race.locations = {{{folder + "/a b.c", 2, 5}, "worker", "write"}, {{"/usr/include/x.h", 3, 0}, "", "read"}};
    race.threads = {{"T1: worker", {folder + "/a b.c", 3, 1}, {"mu"}, {{{folder + "/a b.c", 2, 5}, "worker", "write"}}},
                    {"main", {}, {}, {}}};
    race.why = {"no common lock"};
    Finding other;
    other.rule = "a-rule-of-another-tool";
    other.property = Property::deadlock;
    Report report;
    report.tool = "raddle 0.1.0";
    report.findings = {race, other};
    report.coverage = {2, {{folder + "/b.c", "2:1: expected ';'"}}, 7, 9, 1, 2, {"OpenMP pragmas in b.c are opaque"}};
    return report;
}

class ReportFiles : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "raddle-report-XXXXXX";
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string folder_;
};

TEST_F(ReportFiles, TextQuotesTheSourceAndTellsEachStory) {
    ASSERT_TRUE(writeFile(folder_ + "/a b.c", "int counter;\n\tü = counter++;\n").ok());
    EXPECT_EQ(render(sample(folder_), Format::text, {folder_}),
              "a b.c:2:5: error: data race on `counter` [race-unprotected-access] (definite)\n"
              "    2 | \tü = counter++;\n"
              "      | \t  ^\n"
              "/usr/include/x.h:3: note: read\n"
              "  thread T1: worker, holds `mu`, created at a b.c:3:1\n"
              "    worker at a b.c:2:5: write\n"
              "  main thread, holds no lock\n"
              "  not excluded, because\n"
              "    - no common lock\n"
              "\n"
              "<unknown>: warning:  [a-rule-of-another-tool] (assumed)\n"
              "\n"
              "2 findings: 1 race, 1 deadlock, 0 atomicity, 0 misuse\n"
              "2 files, 1 failed, 7 functions, 1 of 9 calls unresolved, 2 threads\n"
              "failed: b.c: 2:1: expected ';'\n"
              "note: OpenMP pragmas in b.c are opaque\n");
}

TEST_F(ReportFiles, TextPassesNoEscapeSequencesOn) {
    ASSERT_TRUE(writeFile(folder_ + "/a b.c", "x\n\x1b[31m\n").ok());
    EXPECT_THAT(render(sample(folder_), Format::text, {folder_}), testing::Not(HasSubstr("\x1b")));
    EXPECT_THAT(render(sample(folder_), Format::text, {folder_, true}), HasSubstr("\x1b[1;31merror:\x1b[0m"));
}

TEST(Report, SarifHasWhatCodeScanningNeeds) {
    json sarif = json::parse(render(sample("/src/p"), Format::sarif, {"/src/p"}));
    EXPECT_EQ(sarif["version"], "2.1.0");
    const json& run = sarif["runs"][0];
    EXPECT_EQ(run["tool"]["driver"]["name"], "raddle");
    EXPECT_EQ(run["tool"]["driver"]["version"], "0.1.0");
    EXPECT_EQ(run["tool"]["driver"]["rules"].size(), rules().size());
    EXPECT_EQ(run["originalUriBaseIds"]["SRCROOT"]["uri"], "file:///src/p/");
    const json& result = run["results"][0];
    EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<size_t>()]["id"], result["ruleId"]);
    EXPECT_EQ(result["level"], "error");
    const json& place = result["locations"][0]["physicalLocation"];
    EXPECT_EQ(place["artifactLocation"], (json{{"uri", "a%20b.c"}, {"uriBaseId", "SRCROOT"}}));
    EXPECT_EQ(place["region"], (json{{"startLine", 2}, {"startColumn", 5}}));
    const json& related = result["relatedLocations"][0]["physicalLocation"];
    EXPECT_EQ(related["artifactLocation"], (json{{"uri", "file:///usr/include/x.h"}}));
    EXPECT_EQ(related["region"], (json{{"startLine", 3}}));
    EXPECT_EQ(result["partialFingerprints"]["raddleFingerprint/v1"], "0123456789abcdef");
    const json& taxa = run["taxonomies"][0]["taxa"];
    const json& rule = run["tool"]["driver"]["rules"][result["ruleIndex"].get<size_t>()];
    for (const json& reference : {rule["relationships"][0]["target"], result["taxa"][0]}) {
        EXPECT_EQ(taxa[reference["index"].get<size_t>()]["id"], reference["id"]);
        EXPECT_EQ(run["taxonomies"][reference["toolComponent"]["index"].get<size_t>()]["name"], "CWE");
    }
    for (const json& taxon : taxa) EXPECT_NE(taxon["shortDescription"]["text"], "") << taxon;
    ASSERT_EQ(result["codeFlows"].size(), 1u);
    const json& flows = result["codeFlows"][0]["threadFlows"];
    ASSERT_EQ(flows.size(), 2u);
    EXPECT_EQ(flows[0]["locations"].size(), 2u);
    EXPECT_EQ(flows[0]["message"]["text"], "thread T1: worker, holds mu");
    EXPECT_EQ(flows[1]["locations"].size(), 1u);
    EXPECT_FALSE(run["results"][1].contains("ruleIndex"));
    const json& invocation = run["invocations"][0];
    EXPECT_EQ(invocation["executionSuccessful"], false);
    EXPECT_EQ(invocation["toolExecutionNotifications"][0]["message"]["text"], "not analysed: 2:1: expected ';'");
}

TEST(Report, SarifStaysWithinTheLimitsOfCodeScanning) {
    Report report = sample("/src");
    FindingThread deep = report.findings[0].threads[0];
    deep.stack.resize(5000, deep.stack[0]);
    report.findings[0].threads = {deep, deep, deep};
    report.findings.resize(6000, report.findings[1]);
    json run = json::parse(render(report, Format::sarif, {"/src"}))["runs"][0];
    EXPECT_EQ(run["results"].size(), 5000u);
    size_t places = 0;
    for (const json& flow : run["results"][0]["codeFlows"][0]["threadFlows"]) places += flow["locations"].size();
    EXPECT_LE(places, 1000u);
    EXPECT_GT(places, 900u);
    EXPECT_THAT(run["invocations"][0]["toolExecutionNotifications"].back()["message"]["text"].get<std::string>(),
                HasSubstr("1000 more findings"));
}

TEST(Report, EmptyReportsRender) {
    Report report;
    report.tool = "raddle";
    EXPECT_EQ(render(report, Format::text, {}),
              "0 findings: 0 race, 0 deadlock, 0 atomicity, 0 misuse\n"
              "0 files, 0 failed, 0 functions, 0 of 0 calls unresolved, 0 threads\n");
    json run = json::parse(render(report, Format::sarif, {}))["runs"][0];
    EXPECT_EQ(run["results"], json::array());
    EXPECT_EQ(run["invocations"][0]["executionSuccessful"], true);
}

TEST(Report, PathsAreRelativeOnlyBelowTheRoot) {
    EXPECT_EQ(relativeTo("/a/b", "/a/b/c.c"), "c.c");
    EXPECT_EQ(relativeTo("/a/b/", "/a/b/c.c"), "c.c");
    EXPECT_EQ(relativeTo("/a/b", "/a/bc/c.c"), "/a/bc/c.c");
    EXPECT_EQ(relativeTo("", "/a"), "/a");
    EXPECT_EQ(relativeTo("/", "/a"), "a");
    EXPECT_EQ(uriPath("/a b/ü%.c"), "/a%20b/%C3%BC%25.c");
}

TEST(Report, JsonRoundTripKeepsEverything) {
    Report report = sample("/src");
    Result<Report> again = loadReport(saveReport(report), "r.json");
    ASSERT_TRUE(again.ok()) << toString(again.error());
    EXPECT_EQ(*again, report);
}

TEST(Report, JsonThatIsNoReportIsAnErrorWithAPlace) {
    auto error = [](const std::string& text) {
        Result<Report> report = loadReport(text, "r.json");
        return report.ok() ? std::string("loaded") : toString(report.error());
    };
    EXPECT_EQ(error("{\n  \"version\": 1,\n  oops\n}"), "r.json:3:3: not valid JSON");
    EXPECT_EQ(error(""), "r.json:1:1: not valid JSON");
    EXPECT_EQ(error("[]"), "r.json: not a raddle report");
    EXPECT_EQ(error("{\"version\": 99, \"findings\": []}"),
              "r.json: report version 99 is not one this raddle reads (1)");
    EXPECT_THAT(error("{\"version\": 1, \"findings\": [{\"property\": \"x\"}]}"), HasSubstr("unknown property"));
    EXPECT_THAT(error("{\"version\": 1, \"findings\": [7]}"), HasSubstr("r.json: not a valid raddle report"));
    EXPECT_THAT(error("{\"version\": 1, \"findings\": 7}"), HasSubstr("r.json: not a valid raddle report"));
    for (const char* line : {"3.3e125", "-1", "1.5", "4294967296", "\"7\""})
        EXPECT_THAT(error(std::string("{\"version\": 1, \"findings\": [], \"remarks\": [{\"line\": ") + line + "}]}"),
                    HasSubstr("\"line\" is no whole number, or too large"));
}

}  // namespace
}  // namespace raddle
