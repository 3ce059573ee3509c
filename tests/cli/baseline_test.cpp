#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace raddle::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// A program with findings of several rules, in parts that can be put together in other orders.
constexpr const char* kHead = R"(#include <pthread.h>

extern int hits;
extern pthread_mutex_t first, second;
extern pthread_cond_t ready;
extern bool isReady;
void* count(void*);
void* forwards(void*);
void* backwards(void*);
void* await(void*);
void* twice(void*);
)";
constexpr const char* kData = R"(
int hits;
pthread_mutex_t first, second;
pthread_cond_t ready;
bool isReady;
)";
constexpr const char* kParts[] = {
    R"(
void* count(void*) { ++hits; return nullptr; }
)",
    R"(
void* forwards(void*) {
    pthread_mutex_lock(&first);
    pthread_mutex_lock(&second);
    pthread_mutex_unlock(&second);
    pthread_mutex_unlock(&first);
    return nullptr;
}
)",
    R"(
void* backwards(void*) {
    pthread_mutex_lock(&second);
    pthread_mutex_lock(&first);
    pthread_mutex_unlock(&first);
    pthread_mutex_unlock(&second);
    return nullptr;
}
)",
    R"(
void* await(void*) {
    pthread_mutex_lock(&first);
    if (!isReady) pthread_cond_wait(&ready, &first);
    pthread_mutex_unlock(&first);
    return nullptr;
}
)",
    R"(
void* twice(void*) {
    pthread_mutex_lock(&first);
    if (hits > 3) return nullptr;
    pthread_mutex_unlock(&first);
    return nullptr;
}
)",
};
constexpr const char* kMain = R"(
int main() {
    static int local = 0;
    pthread_t threads[8];
    pthread_create(&threads[0], nullptr, count, nullptr);
    pthread_create(&threads[1], nullptr, count, nullptr);
    pthread_create(&threads[2], nullptr, forwards, nullptr);
    pthread_create(&threads[3], nullptr, backwards, nullptr);
    pthread_create(&threads[4], nullptr, await, nullptr);
    pthread_create(&threads[5], nullptr, [](void* p) { ++local; return p; }, nullptr);
    pthread_create(&threads[6], nullptr, [](void* p) { ++local; return p; }, nullptr);
    pthread_create(&threads[7], nullptr, twice, nullptr);
    for (pthread_t thread : threads) pthread_join(thread, nullptr);
}
)";
constexpr size_t kCount = std::size(kParts);

std::string program(bool backwards = false) {
    std::string out = std::string(kHead) + kData;
    for (size_t i = 0; i < kCount; ++i) out += kParts[backwards ? kCount - 1 - i : i];
    return out + kMain;
}

// All on other lines: each brace and semicolon ends one.
std::string reformatted(const std::string& text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        if (text[i] == '{' || text[i] == ';' || text[i] == ',') out += "\n\n      ";
    }
    return out;
}

class BaselineCommand : public CommandTest {
  protected:
    static constexpr const char* kFlags = " -- -std=c++20 -pthread";

    Outcome scan(const std::string& arguments) { return raddle("scan " + arguments + kFlags); }
    json scanJson(const std::string& arguments) {
        Outcome outcome = scan(arguments + " --format json");
        EXPECT_NE(outcome.out, "") << outcome.err;
        return outcome.out.empty() ? json{{"findings", json::array()}, {"settled", json::array()}}
                                   : json::parse(outcome.out);
    }
    // Writes the baseline of `program()` in program.cpp.
    void makeBaseline() {
        write("program.cpp", program());
        ASSERT_EQ(scan("program.cpp --baseline base.json --update-baseline").status, 0);
        const json baseline = json::parse(read(folder_ / "base.json"));
        std::set<std::string> rules;
        for (const json& finding : baseline["findings"]) rules.insert(finding["rule"]);
        ASSERT_THAT(rules, testing::IsSupersetOf({"race-unprotected-access", "deadlock-lock-order",
                                                  "misuse-wait-without-loop", "misuse-missing-unlock"}));
        count_ = baseline["findings"].size();
        ASSERT_GE(count_, 4u);
    }
    void expectAllKnown(const std::string& arguments) {
        const json report = scanJson(arguments + " --baseline base.json");
        EXPECT_EQ(report["findings"], json::array());
        ASSERT_EQ(report["settled"].size(), count_);
        for (const json& finding : report["settled"]) EXPECT_EQ(finding["baseline"], "known") << finding["message"];
    }

    size_t count_ = 0;
};

TEST_F(BaselineCommand, SurvivesLinesAboveReformattingAndOtherOrders) {
    makeBaseline();
    expectAllKnown("program.cpp");
    write("program.cpp", "// A comment.\n\n\nint unrelated(int x) { return x + 1; }\n" + program());
    expectAllKnown("program.cpp");
    write("program.cpp", reformatted(program()));
    expectAllKnown("program.cpp");
    write("program.cpp", program(true));
    expectAllKnown("program.cpp");
}

TEST_F(BaselineCommand, SurvivesRenamedFilesAndMovedFunctions) {
    makeBaseline();
    write("sub/renamed.cpp", program());
    expectAllKnown("sub/renamed.cpp");
    write("program.h", kHead);
    std::string first = "#include \"program.h\"\n", second = first;
    for (size_t i = 0; i < kCount; ++i) (i % 2 ? first : second) += kParts[i];
    write("one.cpp", first + kMain);
    write("two.cpp", second + kData);
    expectAllKnown("one.cpp two.cpp");
    expectAllKnown("two.cpp one.cpp");
}

TEST_F(BaselineCommand, ReportsWhatIsNewAndWhatIsGone) {
    makeBaseline();
    EXPECT_EQ(scan("program.cpp --baseline base.json").status, 0);
    std::string changed = program();
    changed.replace(changed.find("++hits;"), 7, "pthread_mutex_lock(&first); ++hits; pthread_mutex_unlock(&first);");
    changed.replace(changed.find("int main"), 8, "int fresh;\nvoid* change(void* p) { ++fresh; return p; }\nint main");
    changed.replace(changed.find("count, nullptr);"), 16,
                    "change, nullptr);\npthread_create(&threads[1], nullptr, change, nullptr);");
    write("program.cpp", changed);
    Outcome outcome = scan("program.cpp --baseline base.json");
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.out, HasSubstr("data race on `fresh`"));
    EXPECT_THAT(outcome.out, testing::Not(HasSubstr("data race on `local`")));
    EXPECT_THAT(outcome.out, HasSubstr("1 new finding: 1 race"));
    const json report = scanJson("program.cpp --baseline base.json");
    ASSERT_EQ(report["findings"].size(), 1u);
    EXPECT_EQ(report["findings"][0]["baseline"], "new");
    size_t absent = 0;
    for (const json& finding : report["settled"]) absent += finding["baseline"] == "absent";
    EXPECT_GE(absent, 1u);

    const json sarif = json::parse(scan("program.cpp --baseline base.json --format sarif").out);
    std::map<std::string, size_t> states;
    for (const json& result : sarif["runs"][0]["results"]) ++states[result["baselineState"]];
    EXPECT_EQ(states["new"], 1u);
    EXPECT_EQ(states["absent"], absent);
    EXPECT_EQ(states["unchanged"], report["settled"].size() - absent);

    // Pruned of what is gone; what is new stays new.
    EXPECT_EQ(scan("program.cpp --baseline base.json --prune-baseline").status, 1);
    EXPECT_EQ(json::parse(read(folder_ / "base.json"))["findings"].size(), count_ - absent);
    EXPECT_EQ(scan("program.cpp --baseline base.json").status, 1);
    EXPECT_EQ(scan("program.cpp --baseline base.json --update-baseline").status, 0);
    EXPECT_EQ(scan("program.cpp --baseline base.json").status, 0);
}

TEST_F(BaselineCommand, EarlierReportsServeAsBaselines) {
    write("program.cpp", program());
    EXPECT_EQ(scan("program.cpp --format json -o report.json").status, 1);
    EXPECT_EQ(scan("program.cpp --format sarif -o report.sarif").status, 1);
    EXPECT_EQ(scan("program.cpp --baseline report.json").status, 0);
    EXPECT_EQ(scan("program.cpp --baseline report.sarif").status, 0);
}

TEST_F(BaselineCommand, TheSameRaceInTwoFilesIsTwoFindings) {
    const std::string text =
        "#include <pthread.h>\nstatic int hits;\nstatic void* count(void* p) { ++hits; return p; }\n"
        "void NAME() { pthread_t t; pthread_create(&t, 0, count, 0); pthread_create(&t, 0, count, 0); }\n";
    std::string one = text, two = text;
    write("one.cpp", one.replace(one.find("NAME"), 4, "one") + "void two();\nint main() { one(); two(); }\n");
    write("two.cpp", two.replace(two.find("NAME"), 4, "two"));
    EXPECT_EQ(scan("one.cpp --baseline base.json --update-baseline").status, 0);
    const json report = scanJson("one.cpp two.cpp --baseline base.json");
    ASSERT_EQ(report["findings"].size(), 1u);
    ASSERT_EQ(report["settled"].size(), 1u);
    EXPECT_NE(report["findings"][0]["fingerprint"], report["settled"][0]["fingerprint"]);
}

TEST_F(BaselineCommand, MistakesAreOneLineAndStatusTwo) {
    write("program.cpp", program());
    const auto error = [&](const std::string& arguments) {
        Outcome outcome = scan("program.cpp " + arguments);
        EXPECT_EQ(outcome.status, 2) << arguments;
        return outcome.err;
    };
    EXPECT_THAT(error("--baseline none.json"), HasSubstr("none.json: "));
    EXPECT_THAT(error("--update-baseline"), HasSubstr("--baseline"));
    write("base.json", "{\n  \"version\": 1,\n oops");
    EXPECT_THAT(error("--baseline base.json"), HasSubstr("base.json:3:2: not valid JSON"));
    EXPECT_THAT(error("--baseline base.json --update-baseline"), HasSubstr("base.json:3:2: not valid JSON"));
    write("base.json", "{\"version\": 7, \"findings\": []}");
    EXPECT_THAT(error("--baseline base.json"), HasSubstr("baseline version 7"));
    write("base.json", "{\"version\": 1, \"findings\": [{}]}");
    EXPECT_THAT(error("--baseline base.json"), HasSubstr("base.json: not a valid baseline"));
    write("base.json", "{\"version\": 1, \"runs\": 4}");
    EXPECT_THAT(error("--baseline base.json"), HasSubstr("base.json: "));
}

TEST_F(BaselineCommand, WhatFilesThatFailedHadIsNotForgotten) {
    makeBaseline();
    write("program.cpp", "#include \"none.h\"\n" + program());
    EXPECT_EQ(scan("program.cpp --baseline base.json --prune-baseline").status, 3);
    EXPECT_EQ(json::parse(read(folder_ / "base.json"))["findings"].size(), count_);
    EXPECT_EQ(scan("program.cpp --baseline base.json --update-baseline").status, 3);
    EXPECT_EQ(json::parse(read(folder_ / "base.json"))["findings"].size(), count_);
}

}  // namespace
}  // namespace raddle::test
