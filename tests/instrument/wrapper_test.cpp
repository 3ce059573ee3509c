// raddle-cc and raddle-c++ with both compilers, and the counts of calls against callgrind's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/instrument/run.h"

namespace raddle::test {
namespace {

using nlohmann::json;
using Counts = std::map<std::string, uint64_t>;

Outcome compile(const std::string& wrapper, const std::string& compiler, const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {RADDLE_BUILD_DIR "/bin/" + wrapper};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command, {.environment = {"RADDLE_CC=" + compiler, "RADDLE_CXX=" + compiler}});
}

// Calls of each function, as callgrind counted them (docs/html/cl-format.html of valgrind): `cfn=` names what the next
// `calls=` counts, a name is given with its number once.
Counts readCallgrind(const std::string& path) {
    Counts counts;
    std::map<std::string, std::string> names;
    std::string called;
    std::ifstream file(path);
    const std::regex function("c?fn=\\((\\d+)\\)(?: (.*))?");
    for (std::string line; std::getline(file, line);) {
        std::smatch match;
        if (std::regex_match(line, match, function)) {
            // "fib'2" is fib called by itself.
            if (match[2].matched) names[match[1]] = std::regex_replace(match[2].str(), std::regex("'\\d+$"), "");
            if (line[0] == 'c') called = names[match[1]];
        } else if (line.rfind("calls=", 0) == 0) {
            counts[called] += std::stoull(line.substr(6));
        }
    }
    return counts;
}

const std::string kCallMix = RADDLE_SOURCE_DIR "/tests/instrument/programs/call_mix.c";

void expectSameCounts(const TemporaryFolder& folder) {
    ASSERT_EQ(run({raddle(), "record", "-q", "-o", folder / "r", "--", folder / "mix"}).status, 0);
    ASSERT_EQ(
        run({"valgrind", "--tool=callgrind", "--callgrind-out-file=" + (folder / "counts"), folder / "mix"}).status, 0);
    const Counts expected = readCallgrind(folder / "counts");
    const json report = json::parse(run({raddle(), "report", folder / "r", "--format", "json"}).out);
    ASSERT_EQ(report["functions"].size(), 10u) << report["functions"].dump(1);
    for (const json& row : report["functions"]) {
        const std::string name = row["name"];
        ASSERT_TRUE(expected.count(name)) << name;
        EXPECT_EQ(row["calls"], expected.at(name)) << name;
        EXPECT_LE(row["self_ns"], row["cumulative_ns"]) << name;
    }
}

void expectSameCounts(const std::string& compiler) {
    const TemporaryFolder folder;
    const Outcome built = compile("raddle-cc", compiler, {"-O1", "-g", "-pthread", kCallMix, "-o", folder / "mix"});
    ASSERT_EQ(built.status, 0) << built.err;
    expectSameCounts(folder);
}

std::string clangForC() {
    return std::regex_replace(RADDLE_CLANG, std::regex("clang\\+\\+"), "clang");
}

TEST(CompilerWrappers, CallsOfGccBuildsAreThoseThatCallgrindCounts) {
    expectSameCounts("gcc");
}

TEST(CompilerWrappers, CallsOfClangBuildsAreThoseThatCallgrindCounts) {
    expectSameCounts(clangForC());
}

TEST(Xray, CallsAreThoseThatCallgrindCounts) {
    const TemporaryFolder folder;
    const Outcome built = run({clangForC(), "-O1", "-g", "-pthread", "-fxray-instrument",
                               "-fxray-instruction-threshold=1", kCallMix, "-o", folder / "mix"});
    ASSERT_EQ(built.status, 0) << built.err;
    expectSameCounts(folder);
}

TEST(Xray, AStrippedProgramSaysThatItsCallsAreMissing) {
    const TemporaryFolder folder;
    ASSERT_EQ(run({clangForC(), "-s", "-pthread", "-fxray-instrument", kCallMix, "-o", folder / "mix"}).status, 0);
    ASSERT_EQ(run({raddle(), "record", "-q", "-o", folder / "r", "--", folder / "mix"}).status, 0);
    EXPECT_THAT(run({raddle(), "report", folder / "r"}).out, testing::HasSubstr("XRay's calls are not recorded"));
}

TEST(CompilerWrappers, TakeTheCompilersArgumentsAndStatus) {
    const TemporaryFolder folder;
    std::ofstream(folder / "bad.cpp") << "int main() { return nothing; }\n";
    std::ofstream(folder / "good.cpp")
        << "int twice(int x) { return 2 * x; }\nint main() { return twice(21) - 42 + WITH_SPACE[0] - 'a'; }\n";
    const Outcome bad = compile("raddle-c++", "g++", {"-c", folder / "bad.cpp", "-o", folder / "bad.o"});
    EXPECT_EQ(bad.status, 1);
    EXPECT_THAT(bad.err, testing::HasSubstr("nothing"));
    // Compiling and linking apart, as build systems do; an argument with blanks and quotes.
    for (const std::string& compiler : {std::string("g++"), std::string(RADDLE_CLANG), std::string("c++")}) {
        const Outcome object = compile("raddle-c++", compiler,
                                       {"-DWITH_SPACE=\"a b\"", "-c", folder / "good.cpp", "-o", folder / "good.o"});
        ASSERT_EQ(object.status, 0) << object.err;
        ASSERT_EQ(compile("raddle-c++", compiler, {folder / "good.o", "-o", folder / "good"}).status, 0);
        EXPECT_EQ(run({folder / "good"}).status, 0) << "without the recorder";
        ASSERT_EQ(run({raddle(), "record", "-q", "-f", "-o", folder / "r", "--", folder / "good"}).status, 0);
        EXPECT_EQ(decode(folder / "r").count(kRaddleEnter), 2u) << compiler;
    }
    EXPECT_THAT(run({RADDLE_BUILD_DIR "/bin/raddle-cc"}).out, testing::HasSubstr("Example:"));
}

}  // namespace
}  // namespace raddle::test
