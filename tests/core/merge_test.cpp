#include "core/model/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace raddle {
namespace {

using testing::ElementsAre;

Finding race(const std::string& file, uint32_t one, uint32_t other, Evidence evidence, const std::string& reason) {
    Finding finding;
    finding.rule = "race-unprotected-access";
    finding.evidence = evidence;
    finding.locations = {{{file, one, 3}, "f", "write"}, {{file, other, 0}, "g", "read"}};
    finding.why = {reason};
    return finding;
}

TEST(Merge, FindingsThatNameTheSameCodeAreOneWithTheSurerEvidence) {
    std::vector<Finding> findings = {race("/home/a/src/q.cpp", 10, 20, Evidence::likely, "scanned")};
    findings[0].fingerprint = "scan";
    mergeFindings(findings, {race("src/q.cpp", 20, 10, Evidence::confirmed, "happened")});
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].fingerprint, "scan");
    EXPECT_EQ(findings[0].evidence, Evidence::confirmed);
    EXPECT_THAT(findings[0].why, ElementsAre("scanned", "happened"));
    mergeFindings(findings, {race("q.cpp", 20, 10, Evidence::assumed, "happened")});
    EXPECT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].evidence, Evidence::confirmed) << "evidence only grows";
}

TEST(Merge, OtherCodeAndOtherPropertiesStayApart) {
    std::vector<Finding> findings = {race("/src/q.cpp", 10, 20, Evidence::likely, "scanned")};
    Finding deadlock = race("/src/q.cpp", 10, 20, Evidence::predicted, "order");
    deadlock.property = Property::deadlock;
    mergeFindings(findings, {race("/src/q.cpp", 10, 21, Evidence::confirmed, "line"),
                             race("/src/longq.cpp", 10, 20, Evidence::confirmed, "file"), deadlock, Finding{}});
    EXPECT_EQ(findings.size(), 5u);
}

}  // namespace
}  // namespace raddle
