#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "core/support/file_system.h"
#include "tests/support/recording_sample.h"
#include "tests/trace/end_to_end/report_fixture.h"

namespace raddle {
namespace {

using test::MemoryFile;
using testing::HasSubstr;
using testing::StartsWith;

// The number of the line of programs/locks.cpp that holds a text.
std::string lineOf(const std::string& text) {
    std::string source = *readFile(RADDLE_SOURCE_DIR "/tests/trace/end_to_end/programs/locks.cpp");
    auto end = source.begin() + static_cast<ptrdiff_t>(source.find(text));
    return std::to_string(1 + std::count(source.begin(), end, '\n'));
}

TEST_F(Report, CountsLocksExactly) {
    json report = record("known_locks");
    EXPECT_EQ(report["complete"], true);
    EXPECT_EQ(report["threads"].size(), 8u);
    EXPECT_EQ(named(report["locks"], "counter_mu")["acquisitions"], 4000);
    EXPECT_EQ(named(report["locks"], "slow_mu")["acquisitions"], 2);
    EXPECT_EQ(named(report["locks"], "slow_mu")["failed_tries"], 2);
    EXPECT_EQ(named(report["locks"], "queue_mu")["acquisitions"], 2);
    EXPECT_EQ(named(report["locks"], "config_lock")["acquisitions"], 6);
    EXPECT_EQ(named(report["locks"], "config_lock")["kind"], "rwlock");
    EXPECT_EQ(named(report["locks"], "table.rows[1]")["acquisitions"], 7);
    json recursive = named(report["locks"], "mutex in lockRecursively()");
    EXPECT_EQ(recursive["acquisitions"], 3);
    EXPECT_EQ(recursive["kind"], "recursive_mutex");
    json condition = named(report["objects"], "queue_ready");
    EXPECT_EQ(condition["kind"], "condition");
    EXPECT_EQ(condition["signals"], 1);
    EXPECT_EQ(condition["waits"], 1);
    EXPECT_EQ(named(report["objects"], "held")["signals"], 1);
}

// As distributions ship programs: names and lines are in a file beside it, or in a folder of such files.
TEST_F(Report, StrippedProgramsAreNamedByTheirSeparateDebugFiles) {
    const std::string program = path("program"), debug = path("program.debug"), file = path("run.raddle");
    ASSERT_EQ(run("objcopy --only-keep-debug " + kBin + "known_locks " + debug + " && strip -o " + program + " " +
                  kBin + "known_locks && objcopy --add-gnu-debuglink=" + debug + " " + program)
                  .status,
              0);
    ASSERT_EQ(run(kBin + "raddle record -q -o " + file + " -- " + program).status, 0);
    const auto report = [&] { return json::parse(run(kBin + "raddle report " + file + " --format json").output); };
    const auto expectNames = [](const json& named) {
        EXPECT_EQ(named["locks"][0]["name"], "slow_mu");
        EXPECT_EQ(named["locks"][0]["blame"][0]["function"], "holdSlowly()");
        EXPECT_THAT(named["locks"][0]["blame"][0]["location"].get<std::string>(), HasSubstr("programs/locks.cpp:"));
    };
    expectNames(report());
    std::filesystem::create_directory(path(".debug"));
    std::filesystem::rename(debug, path(".debug/program.debug"));
    expectNames(report());
    // One of another build is not taken, and there is none.
    std::filesystem::copy(kBin + "known_calls", path(".debug/program.debug"),
                          std::filesystem::copy_options::overwrite_existing);
    EXPECT_THAT(report()["locks"][0]["name"].get<std::string>(), StartsWith("program+0x"));
}

TEST_F(Report, BlamesTheHolderWhereItLocked) {
    json report = record("known_locks");
    json lock = report["locks"][0];
    EXPECT_EQ(lock["name"], "slow_mu") << "the most waited for comes first";
    EXPECT_EQ(lock["contended"], 1);
    EXPECT_GE(lock["wait_ns"], 50'000'000);
    EXPECT_GE(lock["hold_ns"], 60'000'000);
    json blame = lock["blame"][0];
    EXPECT_EQ(blame["thread"], "slow holder");
    EXPECT_EQ(blame["tid"], named(report["threads"], "slow holder")["tid"]);
    EXPECT_EQ(blame["function"], "holdSlowly()");
    EXPECT_THAT(blame["location"].get<std::string>(),
                HasSubstr("programs/locks.cpp:" + lineOf("the place that is to blame") + ":"));
    EXPECT_GE(blame["wait_ns"], lock["wait_ns"].get<int64_t>() * 9 / 10);
    int64_t sum = 0;
    for (const json& part : lock["blame"]) sum += part["wait_ns"].get<int64_t>();
    EXPECT_EQ(sum, lock["wait_ns"]);
    EXPECT_LT(named(report["locks"], "queue_mu")["hold_ns"], 25'000'000) << "a condition wait does not hold the mutex";
    EXPECT_GE(named(report["threads"], "consume")["other_wait_ns"], 15'000'000);
}

TEST_F(Report, CountsCallsAndTimesFunctions) {
    json report = record("known_calls");
    EXPECT_EQ(named(report["functions"], "fib(int)")["calls"], 1973);
    EXPECT_EQ(named(report["functions"], "spin()")["calls"], 11);
    EXPECT_EQ(named(report["functions"], "thrower(int)")["calls"], 5);
    json main = named(report["functions"], "main");
    EXPECT_EQ(main["calls"], 1);
    EXPECT_THAT(main["location"].get<std::string>(), HasSubstr("programs/calls.cpp:26"));
    int64_t self = 0;
    for (const json& function : report["functions"]) {
        self += function["self_ns"].get<int64_t>();
        EXPECT_LE(function["self_ns"], function["cumulative_ns"]);
        EXPECT_LE(function["cumulative_ns"], main["cumulative_ns"]);
    }
    EXPECT_EQ(self, main["cumulative_ns"]);
}

TEST_F(Report, NamesLocksOfObjects) {
    for (const char* program : {"known_cpp_locks", "known_cpp_locks_unoptimised"}) {
        json report = record(program);
        EXPECT_EQ(named(report["locks"], "app::queue.mutex_")["acquisitions"], 1000) << program;
        EXPECT_EQ(named(report["locks"], "app::Queue::mutex_")["acquisitions"], 20) << program;
        EXPECT_EQ(named(report["locks"], "app::settings")["acquisitions"], 1) << program;
        EXPECT_THAT(report["threads"][1]["name"].get<std::string>(), StartsWith("main::")) << program;
        std::filesystem::remove(path("run.raddle"));
    }
}

TEST_F(Report, NamesLocksThroughTheProjectsOwnWrappers) {
    for (const char* program : {"known_wrapped_locks", "known_wrapped_locks_unoptimised"}) {
        json report = record(program);
        json locks = report["locks"];
        EXPECT_EQ(named(locks, "Database::mutex_")["acquisitions"], 11) << program << locks.dump(1);
        EXPECT_EQ(named(locks, "Database::cleaner_")["acquisitions"], 12) << program;
        EXPECT_EQ(named(locks, "fifo::mut")["acquisitions"], 13) << program;
        EXPECT_EQ(named(locks, "Database::later_")["acquisitions"], 14) << program;
        EXPECT_EQ(named(locks, "Database::Shard::lock #1")["acquisitions"], 16) << program;
        EXPECT_EQ(named(locks, "Database::Shard::lock #2")["acquisitions"], 15) << program;
        EXPECT_THAT(named(locks, "fifo::mut")["declared_at"].get<std::string>(),
                    HasSubstr("programs/wrapped_locks.cpp:36"));
        std::filesystem::remove(path("run.raddle"));
    }
}

TEST_F(Report, LocksBehindRawPointersAreNamedByWhatTheyAreMembersOf) {
    for (const char* program : {"known_heap_locks", "known_heap_locks_unoptimised"}) {
        const json locks = record(program)["locks"];
        EXPECT_EQ(named(locks, "Account::guard")["acquisitions"], 11) << program << locks.dump(1);
        EXPECT_EQ(named(locks, "Ring::door")["acquisitions"], 12) << program;
        EXPECT_EQ(named(locks, "Ring::window")["acquisitions"], 13) << program;
        EXPECT_EQ(named(locks, "Pool::turn")["acquisitions"], 14) << program;
        EXPECT_EQ(named(locks, "Desk::drawer")["acquisitions"], 15) << program;
        std::filesystem::remove(path("run.raddle"));
    }
    // Without source, the functions that handed them on.
    const json locks = record("known_heap_locks_sourceless")["locks"];
    EXPECT_EQ(named(locks, "mutex in deposit()")["acquisitions"], 11) << locks.dump(1);
    EXPECT_EQ(named(locks, "mutex in look()")["acquisitions"], 13);
}

TEST_F(Report, WaitsForWhatIsOutsideTheProcessAreNotRunning) {
    json report = record("known_outside");
    EXPECT_GE(report["processors"], 1);
    for (const char* thread : {"readPipe", "readStream", "pollNothing", "awaitChild"}) {
        const json row = named(report["threads"], std::string("(anonymous namespace)::") + thread);
        EXPECT_GE(row["io_wait_ns"], 50'000'000) << thread;
        EXPECT_LE(row["life_ns"].get<int64_t>() - row["io_wait_ns"].get<int64_t>(), 40'000'000) << thread;
    }
    const json stuck = named(report["threads"], "(anonymous namespace)::acceptForever");
    EXPECT_GE(stuck["io_wait_ns"], 50'000'000);
    // It is alive when its process ends.
    EXPECT_GE(stuck["cpu_ns"], 1);
    EXPECT_LE(named(report["threads"], "main")["io_wait_ns"], 10'000'000);
}

TEST_F(Report, OfAKilledProgramSaysSo) {
    json report = record("known_locks kill", 128 + 9);
    EXPECT_EQ(report["complete"], false);
    EXPECT_EQ(named(report["locks"], "counter_mu")["acquisitions"], 4000);
    EXPECT_EQ(named(report["locks"], "queue_mu")["acquisitions"], 3);
    Outcome text = run(kBin + "raddle report " + path("run.raddle"));
    EXPECT_EQ(text.status, 0);
    EXPECT_THAT(text.output, HasSubstr("cut off"));
    EXPECT_THAT(text.output, HasSubstr("signal 9 (Killed)"));
}

TEST_F(Report, OfADeadlockSaysWhoWaitsForWhom) {
    json report = record("known_deadlock", 128 + 14);
    ASSERT_EQ(report["deadlocks"].size(), 1u);
    json steps = report["deadlocks"][0];
    ASSERT_EQ(steps.size(), 2u);
    for (const json& step : steps) {
        EXPECT_EQ(step["waits_for"], step["thread"] == "main" ? "right_mu" : "left_mu");
        EXPECT_THAT(step["held_in"].get<std::string>(), StartsWith("takeBoth("));
    }
    EXPECT_THAT(run(kBin + "raddle report " + path("run.raddle")).output, HasSubstr("DEADLOCK"));
}

TEST_F(Report, OfATruncatedRecordingSaysSo) {
    record("known_locks");
    auto size = std::filesystem::file_size(path("run.raddle"));
    std::filesystem::resize_file(path("run.raddle"), size / 2 + 13);
    Outcome text = run(kBin + "raddle report " + path("run.raddle"));
    EXPECT_EQ(text.status, 0) << text.output;
    EXPECT_THAT(text.output, HasSubstr("the file was cut"));
}

TEST_F(Report, OfAProgramThatIsGoneStillCounts) {
    std::filesystem::copy_file(kBin + "known_locks", path("gone"));
    ASSERT_EQ(run(kBin + "raddle record -q -o " + path("run.raddle") + " -- " + path("gone")).status, 0);
    std::filesystem::remove(path("gone"));
    std::string missing = run(kBin + "raddle report " + path("run.raddle") + " --format json").output;
    EXPECT_THAT(json::parse(missing)["notes"].dump(), HasSubstr("No such file"));
    std::filesystem::copy_file(kBin + "known_calls", path("gone"));
    json changed = json::parse(run(kBin + "raddle report " + path("run.raddle") + " --format json").output);
    EXPECT_THAT(changed["notes"].dump(), HasSubstr("other build id"));
    EXPECT_THAT(changed["locks"][0]["blame"][0]["function"].get<std::string>(), StartsWith("0x"));
}

TEST_F(Report, BeginsWithWhyTheProgramIsStuckOrSlow) {
    run(kBin + "raddle record -q -o " + path("dead.raddle") + " -- timeout 1 " + kBin + "known_deadlock");
    EXPECT_THAT(run(kBin + "raddle report " + path("dead.raddle")).output,
                testing::StartsWith("!! Deadlock: 2 threads wait for each other\n"));
    json sarif = json::parse(run(kBin + "raddle report " + path("dead.raddle") + " --format sarif").output);
    ASSERT_EQ(sarif["runs"][0]["results"].size(), 1u) << "the inversion is the one that happened";
    EXPECT_EQ(sarif["runs"][0]["results"][0]["ruleId"], "deadlock-lock-order");
    json report = record("known_locks");
    ASSERT_FALSE(report["answers"].empty());
    EXPECT_EQ(report["answers"][0]["kind"], "lock_contention");
    EXPECT_EQ(report["answers"][0]["lock"], "slow_mu");
    EXPECT_EQ(report["answers"][1]["kind"], "held_while_waiting");
    EXPECT_TRUE(report["lock_order"]["inversions"].empty());
}

TEST_F(Report, ExportsToOtherToolsAndLeavesNoHalfFile) {
    record("known_calls");
    for (const std::string format : {"chrome", "speedscope", "firefox", "call-trees"}) {
        Outcome done = run(kBin + "raddle export " + path("run.raddle") + " --to " + format);
        EXPECT_EQ(done.status, 0) << done.output;
        EXPECT_TRUE(json::accept(done.output)) << format;
    }
    const std::string to = " --to callgrind -o " + path("callgrind.out");
    EXPECT_EQ(run(kBin + "raddle export " + path("run.raddle") + to).status, 0);
    if (run("command -v callgrind_annotate").status == 0) {
        Outcome annotated = run("callgrind_annotate --inclusive=yes " + path("callgrind.out"));
        EXPECT_EQ(annotated.status, 0) << annotated.output;
        EXPECT_THAT(annotated.output, testing::HasSubstr(":main ["));
    }
    EXPECT_EQ(run(kBin + "raddle export " + path("run.raddle") + " --to csv -o " + path("none/x.csv")).status, 2);
    EXPECT_EQ(run(kBin + "raddle export " + path("run.raddle") + " --to nothing").status, 2);
    run(kBin + "raddle export " + path("missing.raddle") + " --to csv -o " + path("x.csv"));
    EXPECT_FALSE(std::filesystem::exists(path("x.csv")));
}

TEST_F(Report, WritesToAFileOrRefuses) {
    MemoryFile sample(test::sampleRecording().bytes());
    EXPECT_EQ(run(kBin + "raddle report " + sample.path() + " --format json -o " + path("out.json")).status, 0);
    EXPECT_TRUE(json::accept(*readFile(path("out.json"))));
    Outcome refused = run(kBin + "raddle report " + sample.path() + " -o " + path("no/such/folder/out"));
    EXPECT_EQ(refused.status, 2);
    EXPECT_THAT(refused.output, HasSubstr("no/such/folder/out"));
}

TEST_F(Report, RefusesOtherFilesInOneLine) {
    auto outputOf = [&](const std::string& file) {
        Outcome outcome = run(kBin + "raddle report " + file);
        EXPECT_EQ(outcome.status, 2);
        return outcome.output;
    };
    EXPECT_EQ(outputOf("/nonexistent"), "raddle report: /nonexistent: cannot open: No such file or directory\n");
    EXPECT_EQ(outputOf(kBin + "raddle"), "raddle report: " + kBin + "raddle: not a raddle recording\n");
    test::RecordingWriter later = test::sampleRecording();
    later.header.version = 9;
    MemoryFile file(later.bytes());
    EXPECT_THAT(outputOf(file.path()), HasSubstr("recording version 9 is not one this raddle reads (1)\n"));
}

}  // namespace
}  // namespace raddle
