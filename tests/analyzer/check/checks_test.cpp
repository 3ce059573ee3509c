// Each check on a program that has what it looks for, and on one that differs as little as possible and has not.
#include "analyzer/check/checks.h"

#include <gmock/gmock.h>

#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

using Found = std::set<std::pair<std::string, std::string>>;  // rule, mark of the first place

// What all checks find, each by its rule and the mark of the line it is shown at.
Found found(const Analysed& program, const std::vector<std::string>& marks) {
    Found result;
    for (const Finding& finding : check::runChecks(program.facts)) {
        std::string at = "line " + std::to_string(finding.locations.front().at.line);
        for (const std::string& mark : marks)
            if (program.line(mark) == finding.locations.front().at.line) at = mark;
        result.emplace(finding.rule, at);
    }
    return result;
}

Found found(std::string_view text) {
    return found(Analysed(text), {});
}

TEST(Races, WriteBesideARead) {
    EXPECT_EQ(found(Analysed(R"(
global @x : int
func worker() {
  store @x = 1  // [write]
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  load @x
  join %t
}
)"),
                    {"write"}),
              (Found{{"race-unprotected-access", "write"}}));
    EXPECT_EQ(found(R"(
global @x : int
func worker() {
  store @x = 1
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  join %t
  load @x
}
)"),
              Found{});
}

}  // namespace
}  // namespace raddle::test
