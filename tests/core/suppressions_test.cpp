#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "core/support/file_system.h"
#include "core/triage/pattern.h"
#include "core/triage/policy.h"
#include "core/triage/suppressions.h"

namespace raddle::triage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Pattern, StarsStopAtSlashesAndDoubleStarsDoNot) {
    EXPECT_TRUE(matches("race-*", "race-volatile"));
    EXPECT_TRUE(matches("*", ""));
    EXPECT_TRUE(matches("a?c", "abc"));
    EXPECT_TRUE(matches("**/x.c", "a/b/x.c"));
    EXPECT_TRUE(matches("a*b*c", "a1b2b3c"));
    EXPECT_FALSE(matches("race-*", "a race-volatile"));
    EXPECT_FALSE(matches("*", "a/b"));
    EXPECT_FALSE(matches("", "a"));
    EXPECT_FALSE(matches("a?", "a"));
}

TEST(Pattern, PathsAreExcludedWithTheirFolders) {
    EXPECT_TRUE(matchesPath("third_party", "third_party/zlib/inflate.c"));
    EXPECT_TRUE(matchesPath("third_party", "src/third_party/x.c"));
    EXPECT_TRUE(matchesPath("third_party/", "third_party/x.c"));
    EXPECT_TRUE(matchesPath("src/gen", "src/gen/x.c"));
    EXPECT_TRUE(matchesPath("*_test.cpp", "src/a_test.cpp"));
    EXPECT_TRUE(matchesPath("src/**/x.c", "src/a/b/x.c"));
    EXPECT_TRUE(matchesPath("/usr/include", "/usr/include/x.h"));
    EXPECT_FALSE(matchesPath("src/gen", "lib/src/gen/x.c"));
    EXPECT_FALSE(matchesPath("third", "third_party/x.c"));
    EXPECT_FALSE(matchesPath("x.c", "x.cc"));
    EXPECT_FALSE(matchesPath("a", ""));
}

std::vector<Remark> remarks;

std::vector<Allowance> find(const std::string& text) {
    remarks.clear();
    return findAllowances(text, "a.c", remarks);
}

std::vector<std::string> messages() {
    std::vector<std::string> out;
    for (const Remark& remark : remarks) out.push_back(std::to_string(remark.at.line) + ": " + remark.message);
    return out;
}

TEST(Allowances, HoldForTheirLineOrTheNextLineOfCode) {
    auto found = find(
        "x++;  // raddle: allow race-volatile -- a statistic\n"
        "// raddle: allow race-volatile, deadlock-self -- two rules\n"
        "// another comment\n"
        "\n"
        "   y++;\n"
        "/* raddle: allow race-container -- closed */ z++;\n");
    ASSERT_EQ(found.size(), 3u);
    EXPECT_THAT(messages(), IsEmpty());
    EXPECT_THAT(found[0].rules, ElementsAre("race-volatile"));
    EXPECT_EQ(found[0].reason, "a statistic");
    EXPECT_EQ(found[0].at, (SourceLocation{"a.c", 1, 10}));
    EXPECT_EQ(found[0].firstLine, 1u);
    EXPECT_THAT(found[1].rules, ElementsAre("race-volatile", "deadlock-self"));
    EXPECT_EQ(found[1].firstLine, 5u);
    EXPECT_EQ(found[1].lastLine, 5u);
    EXPECT_EQ(found[2].reason, "closed");
}

TEST(Allowances, DatesEndThem) {
    auto found = find("x; // raddle: allow race-volatile -- until the rewrite, until 2027-01-31\n");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].until, "2027-01-31");
    EXPECT_EQ(found[0].reason, "until the rewrite");
    found = find("x; // raddle: allow race-volatile -- until the rewrite\n");
    EXPECT_EQ(found[0].until, "");
    EXPECT_EQ(found[0].reason, "until the rewrite");
    EXPECT_THAT(find("x; // raddle: allow race-volatile -- r until 2027-1-31\n"), IsEmpty());
    EXPECT_THAT(messages(), ElementsAre(HasSubstr("1: its date is not like")));
}

TEST(Allowances, WhatIsWrongIsSaid) {
    find("x; // raddle: allow\n");
    EXPECT_THAT(messages(), ElementsAre("1: names no rule, so it allows nothing"));
    EXPECT_THAT(find("x; // raddle: allow race-volatil -- r\n"), IsEmpty());
    EXPECT_THAT(messages(), ElementsAre("1: 'race-volatil' is no rule: did you mean 'race-volatile'?"));
    EXPECT_EQ(find("x; // raddle: allow race-* -- r\n").size(), 1u);
    EXPECT_THAT(messages(), ElementsAre(HasSubstr("'race-*' allows more than one rule")));
    EXPECT_EQ(find("x; // raddle: allow race-volatile\n").size(), 1u);
    EXPECT_THAT(messages(), ElementsAre(HasSubstr("says no reason")));
    EXPECT_THAT(find("// the raddle: allowed nothing\nraddle: allow race-volatile\n"), IsEmpty());
    EXPECT_THAT(messages(), IsEmpty());
}

TEST(Allowances, NolintWorksForNamesThatAreOurs) {
    auto found = find(
        "x; // NOLINT(bugprone-x, raddle-race-volatile): why not\n"
        "// NOLINTNEXTLINE(raddle-deadlock-self)\n"
        "y;\n"
        "// NOLINTBEGIN(raddle-race-container)\n"
        "z;\n"
        "// NOLINTEND(raddle-race-container)\n"
        "x; // NOLINT\n"
        "x; // NOLINT(bugprone-x)\n");
    ASSERT_EQ(found.size(), 3u);
    EXPECT_THAT(messages(), IsEmpty());
    EXPECT_THAT(found[0].rules, ElementsAre("race-volatile"));
    EXPECT_EQ(found[0].reason, "why not");
    EXPECT_EQ(found[1].firstLine, 3u);
    EXPECT_EQ(found[2].firstLine, 4u);
    EXPECT_EQ(found[2].lastLine, 6u);
    find("// NOLINTBEGIN(raddle-race-volatile)\nx;\n// NOLINTEND(raddle-race-container)\n");
    EXPECT_THAT(messages(), ElementsAre(HasSubstr("3: NOLINTEND without"), HasSubstr("1: NOLINTBEGIN without")));
}

class Suppress : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "raddle-suppress-XXXXXX";
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        file_ = folder_ + "/a.c";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    Report report(const std::string& text, uint32_t line, uint32_t otherLine) {
        EXPECT_TRUE(writeFile(file_, text).ok());
        Finding finding;
        finding.rule = "race-volatile";
        finding.locations = {{{file_, line, 1}, "f", ""}};
        finding.threads = {{"a", {}, {}, {{{file_, line, 1}, "f", ""}}},
                           {"b", {}, {}, {{{file_, 99, 1}, "g", ""}, {{file_, otherLine, 1}, "h", ""}}}};
        Report out;
        out.findings = {finding};
        out.coverage.sources = {file_};
        return out;
    }
    static void run(Report& report, bool complete = true) {
        suppress(report, {report.coverage.sources, "2026-11-21", complete});
    }

    std::string folder_, file_;
};

TEST_F(Suppress, WhereAnyThreadEnds) {
    for (uint32_t line : {1u, 2u}) {
        Report one = report("x; // raddle: allow race-volatile -- fine\n", line, 3 - line);
        run(one);
        EXPECT_THAT(one.findings, IsEmpty());
        ASSERT_EQ(one.settled.size(), 1u);
        EXPECT_EQ(one.settled[0].suppression, (Suppression{Suppression::By::comment, "fine", {file_, 1, 7}}));
        EXPECT_THAT(one.remarks, IsEmpty());
    }
    Report calls = report("x; // raddle: allow race-volatile -- fine\n", 2, 3);
    run(calls);
    EXPECT_EQ(calls.findings.size(), 1u);
}

TEST_F(Suppress, WhatAllowsNothingOrNoMoreIsSaid) {
    Report other = report("x; // raddle: allow race-container -- fine\n", 1, 2);
    run(other);
    EXPECT_EQ(other.findings.size(), 1u);
    ASSERT_EQ(other.remarks.size(), 1u);
    EXPECT_THAT(other.remarks[0].message, HasSubstr("allows race-container, which is not found here"));
    Report partial = report("x; // raddle: allow race-container -- fine\n", 1, 2);
    run(partial, false);
    EXPECT_THAT(partial.remarks, IsEmpty());
    Report expired = report("x; // raddle: allow race-volatile -- fine until 2026-11-20\n", 1, 2);
    run(expired);
    EXPECT_EQ(expired.findings.size(), 1u);
    ASSERT_EQ(expired.remarks.size(), 1u);
    EXPECT_EQ(expired.remarks[0].message, "expired on 2026-11-20");
    Report lasting = report("x; // raddle: allow race-volatile -- fine until 2026-11-21\n", 1, 2);
    run(lasting);
    EXPECT_THAT(lasting.findings, IsEmpty());
}

TEST_F(Suppress, PoliciesSettleAndRate) {
    Report off = report("x;\n", 1, 2);
    apply(off, {{{"race-*", false, {}, {"c", 1, 1}}}, {}, folder_});
    ASSERT_EQ(off.settled.size(), 1u);
    EXPECT_EQ(off.settled[0].suppression->by, Suppression::By::configuration);
    Report on = report("x;\n", 1, 2);
    apply(on, {{{"race-*", false, {}, {}}, {"race-volatile", true, Severity::note, {}}}, {}, folder_});
    ASSERT_EQ(on.findings.size(), 1u);
    EXPECT_EQ(on.findings[0].severity, Severity::note);
    Report excluded = report("x;\n", 1, 2);
    apply(excluded, {{}, {{"a.c", {}}}, folder_});
    EXPECT_EQ(excluded.settled.size(), 1u);
    Report partly = report("x;\n", 1, 2);
    partly.findings[0].threads[1].stack.back().at.file = folder_ + "/b.c";
    apply(partly, {{}, {{"a.c", {}}}, folder_});
    EXPECT_EQ(partly.findings.size(), 1u);
}

}  // namespace
}  // namespace raddle::triage
