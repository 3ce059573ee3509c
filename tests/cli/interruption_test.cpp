// Scans that are ended before they are done, and what they say while they work.
#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include "cli/base/scan_progress.h"
#include "tests/cli/command.h"

namespace raddle::test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class Interruption : public CommandTest {
  protected:
    // Starts `raddle arguments`, sends the signal once `begun` says so, and waits for the end.
    Outcome interrupted(const std::string& arguments, int number, const std::function<bool()>& begun) {
        Outcome outcome;
        std::jthread run([&] { outcome = raddle(arguments + " & echo $! > '" + pid() + "'; wait $!"); });
        for (int i = 0; i < 3000 && !begun(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        EXPECT_TRUE(begun());
        EXPECT_EQ(std::system(("kill -" + std::to_string(number) + " $(cat '" + pid() + "')").c_str()), 0);
        run.join();
        return outcome;
    }
    std::string pid() const { return (base_ / "pid").string(); }
    size_t unitsInCache() const {
        std::error_code error;
        size_t count = 0;
        for (fs::recursive_directory_iterator it(base_ / "cache", error), end; !error && it != end; it.increment(error))
            count += it->path().filename() != "CACHEDIR.TAG" && it->is_regular_file(error);
        return count;
    }
};

TEST_F(Interruption, WhatIsParsedIsKeptAndNothingElseIsWritten) {
    std::string names;
    for (int i = 0; i < 12; ++i) {
        const std::string name = "f" + std::to_string(i) + ".cpp";
        write(name, "#include <mutex>\nint v" + std::to_string(i) + ";\n");
        names += " " + name;
    }
    const std::string scan = "scan -j1 --update-baseline --baseline base.json -o out.txt" + names + " -- -std=c++20";
    // A shell ignores interrupts for what it starts in the background.
    const Outcome outcome = interrupted(scan, SIGTERM, [&] { return unitsInCache() > 2; });
    EXPECT_EQ(outcome.status, 128 + SIGTERM);
    EXPECT_EQ(outcome.err, "raddle scan: interrupted\n");
    EXPECT_FALSE(fs::exists(folder_ / "out.txt"));
    EXPECT_FALSE(fs::exists(folder_ / "base.json"));
    const Outcome again = raddle("scan --stats" + names + " -- -std=c++20");
    EXPECT_EQ(again.status, 0);
    EXPECT_THAT(again.err, testing::Not(HasSubstr("from the cache: 0 files")));
}

TEST_F(Interruption, AWatchedBuildIsEndedAndItsFolderRemoved) {
    if (std::system("command -v bear >/dev/null") != 0) GTEST_SKIP() << "bear is not installed";
    fs::create_directory(base_ / "tmp");
    ::setenv("TMPDIR", (base_ / "tmp").c_str(), 1);
    const auto start = std::chrono::steady_clock::now();
    const Outcome outcome =
        interrupted("scan --build 'touch started; sleep 60'", SIGTERM, [&] { return fs::exists(folder_ / "started"); });
    ::unsetenv("TMPDIR");
    EXPECT_EQ(outcome.status, 128 + SIGTERM) << outcome.err;
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(50));
    EXPECT_TRUE(fs::is_empty(base_ / "tmp"));
}

TEST_F(Interruption, OutputsThatCannotBeWrittenAreNamedBeforeTheWork) {
    write("a.c", "int a;\n");
    const Outcome outcome = raddle("scan a.c --also sarif=none/a.sarif --");
    EXPECT_EQ(outcome.status, 2);
    EXPECT_THAT(outcome.err, HasSubstr("none/a.sarif: cannot write: No such file or directory"));
    EXPECT_EQ(unitsInCache(), 0u);
}

class ProgressLines : public testing::Test {
  protected:
    // What is printed on a pipe by a scan that parses and analyses for a while.
    static std::string printed(bool isTerminal, std::chrono::milliseconds first) {
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        {
            cli::Progress progress("/src", {ends[1], isTerminal, first});
            progress.show(3, 6, "/src/a/b.c");
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            progress.show("checks");
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
        }
        ::close(ends[1]);
        std::string out(1 << 16, '\0');
        out.resize(static_cast<size_t>(std::max<ssize_t>(::read(ends[0], out.data(), out.size()), 0)));
        ::close(ends[0]);
        return out;
    }
};

TEST_F(ProgressLines, ATerminalHasABarThatIsTakenAway) {
    const std::string text = printed(true, std::chrono::seconds(10));
    EXPECT_THAT(text, HasSubstr("\r\x1b[K[============            ] 3/6 a/b.c"));
    EXPECT_THAT(text, HasSubstr("\r\x1b[Kanalysing: checks, 0 s"));
    EXPECT_TRUE(text.ends_with("\r\x1b[K"));
}

TEST_F(ProgressLines, ElsewhereALongScanHasPlainLinesAndAShortOneNone) {
    EXPECT_EQ(printed(false, std::chrono::seconds(10)), "");
    const std::string text = printed(false, std::chrono::milliseconds(100));
    EXPECT_THAT(text, testing::StartsWith("raddle scan: 3 of 6 files are parsed, 0 s\n"));
    EXPECT_THAT(text, HasSubstr("raddle scan: analysing (checks), 0 s\n"));
    EXPECT_THAT(text, testing::Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace raddle::test
