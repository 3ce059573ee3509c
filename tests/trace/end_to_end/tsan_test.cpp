// Programs built with -fsanitize=thread: what ThreadSanitizer reports is in the recording and in its report.
#include "core/support/file_system.h"
#include "tests/trace/end_to_end/report_fixture.h"

namespace raddle {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr int kRacesReported = 66;  // the exit status that ThreadSanitizer gives a program with reports

class Tsan : public Report {
  protected:
    json findings(const std::string& program, const std::string& options = "", int status = kRacesReported) {
        Outcome recorded = run("TSAN_OPTIONS='" + options + "' " + kBin + "raddle record -q -f -o " +
                               path("run.raddle") + " -- " + program);
        EXPECT_EQ(recorded.status, status) << recorded.output;
        printed_ = recorded.output;
        report_ = json::parse(run(kBin + "raddle report " + path("run.raddle") + " --format json").output);
        return report_["findings"];
    }

    // The findings of programs/tsan_race.cpp that are the same whoever built it.
    void expectBoth(const json& found) {
        ASSERT_EQ(found.size(), 3u) << found.dump(1);
        const json& race = found[0];
        EXPECT_EQ(race["rule"], "race-unprotected-access");
        EXPECT_EQ(race["evidence"], "confirmed");
        EXPECT_THAT(race["message"].get<std::string>(), HasSubstr("`counter`"));
        std::vector<std::string> sides;
        for (size_t i : {0, 1})
            sides.push_back(race["locations"][i]["function"].get<std::string>() + " " +
                            race["threads"][i]["locks_held"].dump());
        EXPECT_THAT(sides, UnorderedElementsAre("addUnderFirst() [\"first_mu\"]", "addUnderSecond() [\"second_mu\"]"));
        EXPECT_THAT(found[1]["message"].get<std::string>(), HasSubstr("`tolerated`"));
        const json& order = found[2];
        EXPECT_EQ(order["rule"], "deadlock-lock-order");
        EXPECT_EQ(order["evidence"], "predicted");
        EXPECT_EQ(order["locations"][0]["function"], "firstThenSecond()");
        EXPECT_EQ(order["locations"][0]["role"], "acquires `second_mu` holding `first_mu`");
        EXPECT_EQ(order["locations"][1]["function"], "secondThenFirst()");
        EXPECT_EQ(report_["complete"], true);
        EXPECT_EQ(report_["processes"].size(), 1u) << "the sanitizer's symbolizer is not the program's";
    }

    std::string printed_;
    json report_;
};

TEST_F(Tsan, ReportsOfClangsRuntimeAreFindings) {
    expectBoth(findings(kBin + "known_tsan_race"));
    EXPECT_THAT(printed_, HasSubstr("WARNING: ThreadSanitizer: data race")) << "still printed";
    EXPECT_EQ(named(report_["locks"], "first_mu")["acquisitions"], 3);
}

TEST_F(Tsan, ReportsOfGccsRuntimeAreFindings) {
    const std::string source = RADDLE_SOURCE_DIR "/tests/trace/end_to_end/programs/tsan_race.cpp";
    ASSERT_EQ(run("g++ -g -O1 -fsanitize=thread " + source + " -o " + path("race")).status, 0);
    expectBoth(findings(path("race")));
}

TEST_F(Tsan, SuppressedReportsAreNone) {
    ASSERT_TRUE(writeFile(path("suppressions"), "race:tolerate\ndeadlock:ThenFirst\n").ok());
    json found = findings(kBin + "known_tsan_race", "suppressions=" + path("suppressions"));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_THAT(found[0]["message"].get<std::string>(), HasSubstr("`counter`"));
}

TEST_F(Tsan, AStrippedProgramSaysThatItsReportsAreMissing) {
    ASSERT_EQ(run("strip -o " + path("race") + " " + kBin + "known_tsan_race").status, 0);
    EXPECT_TRUE(findings(path("race")).empty());
    EXPECT_THAT(report_["notes"].dump(), HasSubstr("stripped"));
}

TEST_F(Tsan, ALogGivesTheSameFindingsAsTheRecording) {
    json recorded = findings(kBin + "known_tsan_race");
    ASSERT_TRUE(writeFile(path("log"), printed_).ok());
    json logged = json::parse(run(kBin + "raddle report --format json --tsan-log " + path("log")).output)["findings"];
    ASSERT_EQ(logged.size(), recorded.size());
    for (size_t i = 0; i < logged.size(); ++i) {
        EXPECT_EQ(logged[i]["rule"], recorded[i]["rule"]);
        EXPECT_EQ(logged[i]["evidence"], recorded[i]["evidence"]);
        for (size_t k : {0, 1}) {
            EXPECT_EQ(logged[i]["locations"][k]["function"], recorded[i]["locations"][k]["function"]);
            EXPECT_EQ(logged[i]["locations"][k]["line"], recorded[i]["locations"][k]["line"]);
            EXPECT_EQ(logged[i]["threads"][k]["spawned_at"].is_null(),
                      recorded[i]["threads"][k]["spawned_at"].is_null());
        }
    }
}

TEST_F(Tsan, FindingsOfAScanAreConfirmed) {
    const std::string source = RADDLE_SOURCE_DIR "/tests/trace/end_to_end/programs/tsan_race.cpp";
    run(kBin + "raddle scan " + source + " --format json -o " + path("scan.json") + " -- -std=c++20");
    json scanned = json::parse(*readFile(path("scan.json")))["findings"];
    findings(kBin + "known_tsan_race");
    json merged =
        json::parse(run(kBin + "raddle report " + path("run.raddle") + " --format json --merge " + path("scan.json"))
                        .output)["findings"];
    ASSERT_EQ(merged.size(), 3u) << merged.dump(1);
    for (const json& finding : scanned)
        if (finding["property"] == "race") {
            auto same = std::find_if(merged.begin(), merged.end(),
                                     [&](const json& m) { return m["fingerprint"] == finding["fingerprint"]; });
            ASSERT_NE(same, merged.end());
            EXPECT_EQ((*same)["evidence"], "confirmed");
        }
    Outcome sarif = run(kBin + "raddle report " + path("run.raddle") + " --format sarif");
    EXPECT_EQ(json::parse(sarif.output)["runs"][0]["results"].size(), 3u);
}

}  // namespace
}  // namespace raddle
