// Programs without main: any caller may call what is public, at any time and with any objects.
#include <gmock/gmock.h>

#include "analyzer/check/checks.h"
#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

// "rule (evidence) at" the text of each line the finding names.
Names found(const std::string& text) {
    const std::vector<std::string> lines = linesOf(text);
    const Analysed program(text);
    Names result;
    for (const Finding& finding : check::runChecks(program.facts)) {
        std::string places;
        for (const FindingLocation& location : finding.locations)
            places += (places.empty() ? "" : "; ") + lines.at(location.at.line);
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

TEST(OpenPrograms, WhatIsGivenMayBeWhatTheProgramKeeps) {
    const auto program = [](const std::string& write) {
        return R"(
global @head : Log*
func reader() {
  acquire @head->Log::mu
  load @head->Log::dropped
  store @head->Log::dropped = 0
  release @head->Log::mu
  ret
}
func start() {
  local %t : pthread_t taken
  spawn %t = reader()
  ret
}
func write(%log : Log*) {
)" + write;
    };
    const std::string locked = "  acquire %log->Log::mu\n  store %log->Log::dropped = ?\n  release %log->Log::mu\n}\n";
    const std::string late = "  acquire %log->Log::mu\n  release %log->Log::mu\n  store %log->Log::dropped = ?\n}\n";
    EXPECT_EQ(found(program(locked)), Names{});
    EXPECT_EQ(found(program(late)), Names{"race-unprotected-access (assumed) at store %log->Log::dropped = ?; "
                                          "store @head->Log::dropped = 0; load @head->Log::dropped"});
}

TEST(OpenPrograms, LocksOfWhichNothingSaysThatTheyDifferGuard) {
    EXPECT_EQ(found(R"(
func set(%this : Table*, %context : Context*) {
  acquire %context->Context::mu
  store %this->Table::size = ?
  release %context->Context::mu
  ret
}
)"),
              Names{});
}

TEST(OpenPrograms, FunctionsKeptInTablesAreCalled) {
    const std::string program = R"(
global @table : Ops
global @mu : pthread_mutex_t mutex
func purge() private {
  acquire @mu
  acquire @mu
  ret
}
func init() {
  store @table.Ops::purge = purge
  ret
}
)";
    EXPECT_EQ(found(program), Names{"deadlock-self (likely) at acquire @mu; acquire @mu"});
}

TEST(OpenPrograms, CallersMayGiveNull) {
    EXPECT_EQ(found(R"(
global @mu : pthread_mutex_t mutex
func control(%wanted : Node*) {
  acquire @mu
  br %wanted != 0 b1 b2
b1:
  load %wanted->Node::size
  goto b3
b2:
  acquire @mu
  goto b3
b3:
  release @mu
  ret
}
)"),
              Names{"deadlock-self (likely) at acquire @mu; acquire @mu"});
}

TEST(OpenPrograms, NumbersThatAreHandedInBelongToTheCaller) {
    EXPECT_EQ(found(R"(
global @mu : pthread_mutex_t mutex
func write(%size : size_t*) {
  acquire @mu
  store *%size = 1
  release @mu
  ret
}
func read(%size : size_t*) {
  load *%size
  ret
}
)"),
              Names{});
}

TEST(OpenPrograms, LockHeldNearlyEverywhere) {
    const auto locked = [](const std::string& name) {
        return "func " + name +
               "(%this : Cache*) {\n  acquire %this->Cache::mu\n  store %this->Cache::size = ?\n"
               "  release %this->Cache::mu\n  ret\n}\n";
    };
    const std::string slip = "func peek(%this : Cache*) {\n  load %this->Cache::size\n  ret\n}\n";
    const auto evidence = [](const std::string& text) {
        const Analysed program(text);
        const std::vector<Finding> findings = check::runChecks(program.facts);
        EXPECT_EQ(findings.size(), 1u);
        return findings.empty() ? std::string() : toString(findings[0].evidence) + (": " + findings[0].message);
    };
    EXPECT_THAT(
        evidence("\n" + locked("a") + locked("b") + locked("c") + slip),
        testing::AllOf(testing::StartsWith("likely"), testing::HasSubstr("`Cache::mu` is held in 3 of 4 accesses")));
    EXPECT_THAT(evidence("\n" + locked("a") + slip), testing::StartsWith("assumed"));
}

TEST(OpenPrograms, WhoMakesTheLockIsAlone) {
    EXPECT_EQ(found(R"(
func init(%this : Cache*) {
  initLock %this->Cache::mu mutex
  store %this->Cache::size = 0
  ret
}
func add(%this : Cache*) {
  acquire %this->Cache::mu
  store %this->Cache::size = ?
  release %this->Cache::mu
  ret
}
)"),
              Names{});
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
