// The order of findings, and fingerprints that survive edits elsewhere in the file.
#include <gmock/gmock.h>

#include "analyzer/check/checks.h"
#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

// A race, a lock-order cycle, a missing unlock and a wait without loop, among other functions.
const std::string kProgram = R"(
global @a : pthread_mutex_t mutex
global @b : pthread_mutex_t mutex
global @ready : pthread_cond_t
global @x : int
global @nodes : Node*
func step() {
  acquire @a
  br ? early late
early:
  ret 1
late:
  release @a
  ret 0
}
func worker() {
  acquire @a
  acquire @b
  release @b
  release @a
  store @x = 1
  ret
}
func waiter() {
  acquire @b
  acquire @a
  release @a
  wait @ready(&@b)
  release @b
  ret
}
func main() {
  local %s : pthread_t taken, %t : pthread_t taken
  spawn %s = worker()
  spawn %t = waiter()
  store @x = 2
  call step()
}
)";

std::vector<Finding> findings(std::string_view text) {
    const Analysed program(text);
    return check::runChecks(program.facts);
}

std::vector<std::string> fingerprints(std::string_view text) {
    std::vector<std::string> result;
    for (const Finding& finding : findings(text)) result.push_back(finding.fingerprint);
    return result;
}

TEST(Ranking, SurestFirstThenMostSevere) {
    const std::vector<Finding> all = findings(kProgram);
    ASSERT_GE(all.size(), 4u);
    for (size_t i = 1; i < all.size(); ++i) {
        const auto rank = [](const Finding& finding) {
            return std::pair(-static_cast<int>(finding.evidence), -static_cast<int>(finding.severity));
        };
        EXPECT_LE(rank(all[i - 1]), rank(all[i])) << all[i].message;
    }
    EXPECT_EQ(all.front().rule, "race-unprotected-access");
}

TEST(Ranking, EveryFindingIsComplete) {
    for (const Finding& finding : findings(kProgram)) {
        EXPECT_FALSE(finding.message.empty());
        EXPECT_FALSE(finding.fingerprint.empty()) << finding.message;
        EXPECT_GT(finding.locations.front().at.line, 0u) << finding.message;
        EXPECT_FALSE(finding.why.empty()) << finding.message;
        EXPECT_GT(finding.cwe, 0) << finding.message;
        EXPECT_EQ(finding.message.find('\n'), std::string::npos);
    }
}

TEST(Ranking, SameEveryTime) {
    EXPECT_EQ(findings(kProgram), findings(kProgram));
}

TEST(Fingerprints, NoTwoFindingsShareOne) {
    const std::vector<std::string> all = fingerprints(kProgram);
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
}

TEST(Fingerprints, StayWhenLinesMove) {
    EXPECT_THAT(fingerprints("// one\n// two\n\n" + kProgram),
                testing::UnorderedElementsAreArray(fingerprints(kProgram)));
}

TEST(Fingerprints, StayWhenOtherCodeIsAddedAbove) {
    const std::string added = R"(
global @other : int
func before() {
  store @other = 1
  ret
}
)";
    EXPECT_THAT(fingerprints(added + kProgram), testing::UnorderedElementsAreArray(fingerprints(kProgram)));
}

TEST(Fingerprints, StayWhenAnotherFindingIsAddedAbove) {
    const std::string added = R"(
global @c : pthread_mutex_t mutex
func before() {
  acquire @c
  wait @ready(&@c)
  release @c
  ret
}
)";
    // Globals come before their uses, the rest stays as it is.
    const size_t functions = kProgram.find("func step");
    const std::string program = kProgram.substr(0, functions) + added + kProgram.substr(functions);
    const std::vector<std::string> now = fingerprints(program);
    for (const std::string& known : fingerprints(kProgram)) EXPECT_THAT(now, testing::Contains(known));
    EXPECT_EQ(now.size(), fingerprints(kProgram).size() + 1);
}

}  // namespace
}  // namespace raddle::test
