#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/model/rules.h"
#include "core/report/markup.h"
#include "core/report/render.h"
#include "core/support/file_system.h"

namespace raddle {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

Finding finding(const std::string& message, const SourceLocation& at) {
    Finding out;
    out.rule = "race-unprotected-access";
    out.evidence = Evidence::definite;
    out.severity = Severity::error;
    out.fingerprint = "0123456789abcdef";
    out.message = message;
    out.locations = {{at, "f<T>", "write"}};
    out.threads = {{"T1", {}, {"mu"}, {{at, "f<T>", "write"}}}, {"main", {}, {}, {}}};
    out.why = {"no common lock"};
    return out;
}

Report report(const std::string& folder) {
    Report out;
    out.tool = "raddle 0.1.0";
    out.findings = {finding("race on `a`, 100%\nand <b>", {folder + "/a,b.c", 2, 5})};
    out.settled = {finding("settled", {folder + "/a,b.c", 1, 1})};
    out.settled[0].suppression = Suppression{Suppression::By::comment, "a \"good\" reason", {folder + "/a,b.c", 1, 9}};
    out.remarks = {{{folder + "/a,b.c", 3, 1}, "expired"}};
    out.coverage = {2, {{folder + "/broken.c", "no header"}}, 7, 9, 1, 2, {"a note"}};
    return out;
}

TEST(CiReport, GithubCommandsAreEscaped) {
    const std::string text = render(report("/p"), Format::github, {"/p"});
    EXPECT_THAT(text, testing::StartsWith("::error file=a%2Cb.c,line=2,col=5,title=race-unprotected-access::race on "
                                          "`a`, 100%25%0Aand <b>%0Athread T1, holds `mu`%0A  f<T> at a,b.c:2:5"));
    EXPECT_THAT(text, HasSubstr("\n::warning file=a%2Cb.c,line=3,col=1,title=raddle::expired\n"));
    EXPECT_THAT(text, HasSubstr("\n::warning file=broken.c,title=not analysed::no header\n"));
    EXPECT_THAT(text, HasSubstr("\n1 finding: 1 race"));
    EXPECT_THAT(text, Not(HasSubstr("settled")));
}

TEST(CiReport, GitlabHasWhatCodeQualityNeeds) {
    const json all = json::parse(render(report("/p"), Format::gitlab, {"/p"}));
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0]["check_name"], "race-unprotected-access");
    EXPECT_EQ(all[0]["fingerprint"], "0123456789abcdef");
    EXPECT_EQ(all[0]["severity"], "critical");
    EXPECT_EQ(all[0]["location"], (json{{"path", "a,b.c"}, {"lines", {{"begin", 2}}}}));
    EXPECT_EQ(json::parse(render({}, Format::gitlab, {})), json::array());
}

TEST(CiReport, JunitHasACaseForEachFindingRuleAndFailedFile) {
    const std::string text = render(report("/p"), Format::junit, {"/p"});
    const std::string all = std::to_string(rules().size() - 1 + 3);
    EXPECT_THAT(text, HasSubstr("tests=\"" + all + "\" failures=\"1\" errors=\"1\" skipped=\"1\""));
    EXPECT_THAT(text, HasSubstr("classname=\"a,b.c\" name=\"race-unprotected-access in f&lt;T&gt;\" file=\"a,b.c\" "
                                "line=\"2\"><failure type=\"race-unprotected-access\""));
    EXPECT_THAT(text, HasSubstr("<skipped message=\"a &quot;good&quot; reason\"/>"));
    EXPECT_THAT(text, HasSubstr("<error message=\"no header\"/>"));
}

TEST(CiReport, SarifShowsRulePages) {
    const auto page = [](std::string_view rule) { return rule == "race-volatile" ? "# page" : std::string_view(); };
    const json run = json::parse(render(report("/p"), Format::sarif, {"/p", false, page}))["runs"][0];
    for (const json& rule : run["tool"]["driver"]["rules"]) {
        EXPECT_EQ(rule["help"].value("markdown", ""), rule["id"] == "race-volatile" ? "# page" : "");
        EXPECT_NE(rule["help"]["text"], "");
        EXPECT_NE(rule["fullDescription"]["text"], "");
    }
}

TEST(CiReport, SarifHasSuppressionsAndRemarks) {
    const json run = json::parse(render(report("/p"), Format::sarif, {"/p"}))["runs"][0];
    EXPECT_FALSE(run["results"][0].contains("suppressions"));
    const json& suppression = run["results"][1]["suppressions"][0];
    EXPECT_EQ(suppression["kind"], "inSource");
    EXPECT_EQ(suppression["justification"], "a \"good\" reason");
    EXPECT_EQ(suppression["location"]["physicalLocation"]["region"]["startLine"], 1);
    EXPECT_EQ(run["invocations"][0]["toolConfigurationNotifications"][0]["message"]["text"], "expired");
}

TEST(CiReport, HtmlNeedsNothingElseAndEscapesAll) {
    std::string folder = testing::TempDir() + "raddle-html-XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    ASSERT_TRUE(writeFile(folder + "/a,b.c", "int a;\n  a = b<T>(\"</script>\"); // <i>\n").ok());
    const std::string text = render(report(folder), Format::html, {folder});
    std::filesystem::remove_all(folder);
    EXPECT_THAT(text, HasSubstr("race on <code>a</code>, 100%\nand &lt;b&gt;"));
    EXPECT_THAT(text, HasSubstr("<span class=\"s\">&quot;&lt;/script&gt;&quot;</span>"));
    EXPECT_THAT(text, HasSubstr("<span class=\"c\">// &lt;i&gt;</span>"));
    EXPECT_THAT(text, HasSubstr("data-state=\"suppressed\""));
    EXPECT_THAT(text, HasSubstr("not analysed: broken.c"));
    for (const char* foreign : {"http:", "https:", "src=", "href=", "@import", "url("})
        EXPECT_THAT(text, Not(HasSubstr(foreign)));
}

TEST(Markup, WhatNoDocumentCanHoldIsReplaced) {
    EXPECT_EQ(escapedMarkup("a\x01\xff\xc3\xbc\xed\xa0\x80z\xc3"),
              "a\xef\xbf\xbd\xef\xbf\xbd\xc3\xbc\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd");
    EXPECT_EQ(escapedMarkup("<&>\"\t\n"), "&lt;&amp;&gt;&quot;\t\n");
}

}  // namespace
}  // namespace raddle
