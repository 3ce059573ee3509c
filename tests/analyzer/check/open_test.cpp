// Programs without main: any caller may call what is public, at any time and with any objects.
#include <gmock/gmock.h>

#include "analyzer/check/checks.h"
#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

// "rule (evidence) at" the text of each line the finding names.
Names found(const std::string& text) {
    std::vector<std::string> lines{""};
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        lines.push_back(text.substr(at, text.find('\n', at) - at));
    const Analysed program(text);
    Names result;
    for (const Finding& finding : check::runChecks(program.facts)) {
        std::string places;
        for (const FindingLocation& location : finding.locations) {
            const std::string& line = lines.at(location.at.line);
            places += (places.empty() ? "" : "; ") + line.substr(line.find_first_not_of(' '));
        }
        result.insert(finding.rule + " (" + std::string(toString(finding.evidence)) + ") at " + places);
    }
    return result;
}

const std::string kTransfer = R"(
func transfer(%from : Account*, %to : Account*) {
  acquire %from->Account::mu
  acquire %to->Account::mu
  store %from->Account::sum = ?
  store %to->Account::sum = ?
  release %to->Account::mu
  release %from->Account::mu
  ret
}
)";

TEST(OpenPrograms, TwoObjectsOfOneClassMayBeGivenInEitherOrder) {
    EXPECT_EQ(found(kTransfer), Names{"deadlock-lock-order (assumed) at acquire %to->Account::mu; "
                                      "acquire %to->Account::mu; acquire %from->Account::mu; "
                                      "acquire %from->Account::mu"});
}

TEST(OpenPrograms, EachObjectIsGuardedByItsOwnLock) {
    EXPECT_EQ(found(R"(
func copy(%from : Account*, %to : Account*) {
  acquire %from->Account::mu
  load %from->Account::sum
  release %from->Account::mu
  acquire %to->Account::mu
  store %to->Account::sum = ?
  release %to->Account::mu
  ret
}
)"),
              Names{});
}

TEST(OpenPrograms, AnotherObjectsLockGuardsNothing) {
    EXPECT_EQ(found(R"(
func copy(%from : Account*, %to : Account*) {
  acquire %from->Account::mu
  store %to->Account::sum = ?
  release %from->Account::mu
  ret
}
)"),
              Names{"race-unprotected-access (assumed) at store %to->Account::sum = ?"});
}

TEST(OpenPrograms, CallsThatLeadToAFindingAreNamed) {
    EXPECT_EQ(found(R"(
func twice(%this : Cache*) private {
  acquire %this->Cache::mu
  acquire %this->Cache::mu
  release %this->Cache::mu
  ret
}
func get(%this : Cache*) {
  call twice(%this) // get
  ret
}
)"),
              Names{"deadlock-self (likely) at acquire %this->Cache::mu; acquire %this->Cache::mu; "
                    "call twice(%this) // get"});
}

}  // namespace
}  // namespace raddle::test
