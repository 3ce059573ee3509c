#include <errno.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "tests/instrument/run.h"

namespace raddle::test {
namespace {

std::string firstLine(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

size_t lines(const std::string& text) {
    return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(Runtime, NeedsTheCLibraryOnly) {
    const Outcome outcome = run({"readelf", "-d", runtimePath()});
    ASSERT_EQ(outcome.status, 0);
    size_t needed = 0;
    for (size_t at = 0; (at = outcome.out.find("(NEEDED)", at)) != std::string::npos; ++at) ++needed;
    EXPECT_EQ(needed, 1u) << outcome.out;
    EXPECT_NE(outcome.out.find("[libc.so.6]"), std::string::npos);
}

TEST(Runtime, ExportsOnlyWhatItInterposes) {
    const Outcome outcome = run({"nm", "-D", "--defined-only", runtimePath()});
    ASSERT_EQ(outcome.status, 0);
    // What a debugger-like launcher calls in a running process is the recorder's own.
    std::string out = outcome.out;
    for (const char* own : {"raddle_attach", "raddle_detach"})
        if (const size_t at = out.find(own); at != std::string::npos) out.erase(at, strlen(own));
    EXPECT_EQ(out.find("raddle"), std::string::npos) << outcome.out;
    EXPECT_EQ(outcome.out.find("_Z"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find(" T pthread_mutex_lock"), std::string::npos);
}

TEST(Runtime, SurvivesClosedDescriptorsAndChdir) {
    const Recording recording = recordScenario("processes", "closes-all");
    EXPECT_EQ(recording.count(kRaddleRelease), 800010u);
    EXPECT_EQ(recording.header.droppedEvents, 0u);
}

TEST(Runtime, RespectsTheProgramsFileSizeLimit) {
    const Recording recording = recordScenario("processes", "limits-file-size");
    EXPECT_LE(recording.fileSize, 64u * 1024);
    EXPECT_GT(recording.count(kRaddleRelease), 1000u);
    EXPECT_GT(recording.header.droppedEvents, 100000u);
    // Nothing is missing without being counted; the thread's and the image's end could not be written either, nor, if
    // it ran long enough to tell, what it stood in the queue for a processor for.
    const uint64_t told =
        recording.count(kRaddleAcquire) + recording.count(kRaddleRelease) + recording.header.droppedEvents;
    EXPECT_GE(told, 800002u);
    EXPECT_LE(told, 800003u);
    EXPECT_EQ(recording.header.stopped, static_cast<uint32_t>(kRaddleFileLimit));
}

TEST(Runtime, StopsAtTheGivenSize) {
    const TemporaryFolder folder;
    const Outcome outcome = run(
        {raddle(), "record", "--exact", "-m", "1mb", "-o", folder / "r", "--", subject("processes"), "locks-a-lot"});
    EXPECT_EQ(outcome.out, "alive\n");
    EXPECT_NE(outcome.err.find("dropped (the size limit was reached)"), std::string::npos) << outcome.err;
    EXPECT_LE(decode(folder / "r").fileSize, 1u << 20);
}

// Never a SIGBUS: space is allocated before it is mapped.
TEST(Runtime, SurvivesAFullDisk) {
    const TemporaryFolder folder;
    if (mount("none", folder.path().c_str(), "tmpfs", 0, "size=2m") != 0) GTEST_SKIP() << "cannot mount a small disk";
    const Outcome outcome =
        run({raddle(), "record", "--exact", "-o", folder / "r", "--", subject("processes"), "locks-a-lot"});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.out, "alive\n");
    EXPECT_NE(outcome.err.find("dropped (the disk is full)"), std::string::npos) << outcome.err;
    const Recording recording = decode(folder / "r");
    EXPECT_GT(recording.count(kRaddleRelease), 100000u);
    EXPECT_EQ(recording.header.stopped, static_cast<uint32_t>(kRaddleDiskFull));
    EXPECT_GE(std::filesystem::space(folder.path()).available, 100000u);
    umount2(folder.path().c_str(), MNT_DETACH);
}

TEST(Runtime, LeavesSurroundingsAsTheyAre) {
    const TemporaryFolder folder;
    for (const bool closeInput : {false, true}) {
        const RunOptions options = {"some\ninput\n", folder.path().string(), {}, closeInput};
        const Outcome plain = run({subject("processes"), "surroundings"}, options);
        const Outcome recorded = run({raddle(), "record", "-q", "--", subject("processes"), "surroundings"}, options);
        EXPECT_EQ(plain.out, recorded.out);
        EXPECT_EQ(plain.err, recorded.err);
        EXPECT_EQ(plain.status, recorded.status);
    }
}

// Full while others write to the disk: what is mapped has its blocks.
TEST(Runtime, SurvivesADiskThatOthersFill) {
    const TemporaryFolder folder;
    if (mount("none", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0) GTEST_SKIP() << "cannot mount a small disk";
    const std::string fill = "dd if=/dev/zero of=" + (folder / "other") + " bs=4k 2>/dev/null; exec " +
                             subject("processes") + " locks-a-lot";
    const Outcome outcome = run({raddle(), "record", "--exact", "-o", folder / "r", "--", "sh", "-c", fill});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.out, "alive\n");
    EXPECT_GT(decode(folder / "r").header.droppedEvents, 1000000u);
    umount2(folder.path().c_str(), MNT_DETACH);
}

// The program's libraries may lock before the recorder's own constructor has run.
TEST(Runtime, RecordsConstructorsOfLibraries) {
    const Recording recording = recordScenario("early", "");
    EXPECT_EQ(recording.threads.size(), 2u);
    EXPECT_EQ(recording.count(kRaddleRelease), 4u);
    EXPECT_EQ(recording.threads.at(1).events.at(0).op, kRaddleImageStart);
}

// An allocator's locks are its program's: the recorder begins at the first of them, and must not allocate there.
TEST(Runtime, BeginsInsideAnAllocator) {
    for (const char* option : {"--quiet", "--sample"}) {
        const Recording recording = recordScenario("allocator", "", {"--exact", option});
        EXPECT_EQ(recording.threads.size(), 3u) << option;
        EXPECT_GE(recording.count(kRaddleRelease), 200u) << option;
    }
}

TEST(Runtime, QuickExitIsAnEnd) {
    const Recording recording = recordScenario("processes", "quick-exit");
    ASSERT_EQ(recording.count(kRaddleImageEnd), 1u);
    EXPECT_EQ(recording.all(kRaddleImageEnd)[0].numbers[0], 12u);
}

TEST(Runtime, KeepsTheUsersPreload) {
    const TemporaryFolder folder;
    const Outcome outcome = run({raddle(), "record", "-q", "-o", folder / "r", "--", "sh", "-c", "echo $LD_PRELOAD"},
                                {.input = "", .folder = "", .environment = {"LD_PRELOAD=libm.so.6"}});
    EXPECT_EQ(outcome.out, runtimePath() + ":libm.so.6\n");
}

// One line that says what was wrong, and nothing is run.
TEST(Launcher, RefusesBadCommandLines) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> kCases = {
        {{}, "name a command or a process"},
        {{"--pid", "1", "echo"}, "not both"},
        {{"--bogus", "echo"}, "no option --bogus"},
        {{"--tsan-log", "x"}, "raddle report --tsan-log FILE"},
        {{"--pid", "x"}, "--pid: 'x' is no process number"},
        {{"--sample=0", "echo"}, "--sample: '0' is no rate from 1 to 20000"},
        {{"--budget", "0", "echo"}, "--budget: '0' is no percentage from 0.1 to 100"},
        {{"--budget", "5%", "--exact", "echo"}, "--budget excludes --exact"},
        {{"--last", "5", "echo"}, "--last: '5' is no time, as 500ms"},
        {{"-m", "1", "echo"}, "--max-size: '1' is no size from 64k on"},
        {{"--for", "3s", "echo"}, "--for requires --pid"},
        {{"-o", "/nonexistent/r", "echo"}, "/nonexistent/r: No such file or directory"}};
    for (const auto& [arguments, message] : kCases) {
        std::vector<std::string> command = {raddle(), "record"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        const Outcome outcome = run(command);
        EXPECT_EQ(outcome.status, 2) << message;
        EXPECT_EQ(outcome.out, "") << message;
        EXPECT_NE(outcome.err.find(message), std::string::npos) << outcome.err;
        EXPECT_EQ(lines(outcome.err), 1u) << outcome.err;
    }
}

TEST(Launcher, ForwardsSignals) {
    const TemporaryFolder folder;
    const std::string file = folder / "r";
    int out[2];
    ASSERT_EQ(pipe(out), 0);
    const pid_t child = fork();
    if (child == 0) {
        dup2(out[1], 1);
        execl(raddle().c_str(), "raddle", "record", "-q", "-o", file.c_str(), "--", subject("processes").c_str(),
              "waits-for-term", nullptr);
        _exit(97);
    }
    char ready[6];
    ASSERT_EQ(read(out[0], ready, sizeof ready), 6);
    kill(child, SIGTERM);
    int status = 0;
    waitpid(child, &status, 0);
    close(out[0]);
    close(out[1]);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 42);
    EXPECT_EQ(decode(file).header.endStatus, 42u);
}

TEST(Launcher, SaysWhatCannotBeStarted) {
    const TemporaryFolder folder;
    const std::string file = folder / "r";
    std::ofstream(folder / "plain") << "text";
    struct {
        std::vector<std::string> command;
        int status;
    } const cases[] = {
        {{"no-such-command"}, 127},      {{folder / "no-such-file"}, 127}, {{folder / "plain"}, 126},
        {{folder.path().string()}, 126}, {{subject("static")}, 2},
    };
    for (const auto& [command, status] : cases) {
        const Outcome outcome = run({raddle(), "record", "-o", file, "--", command[0]});
        EXPECT_EQ(outcome.status, status) << command[0];
        EXPECT_EQ(lines(outcome.err), 1u) << outcome.err;
        EXPECT_NE(outcome.err.find(command[0]), std::string::npos) << outcome.err;
        EXPECT_FALSE(std::filesystem::exists(file));
    }
    EXPECT_EQ(run({raddle(), "record"}).status, 2);
}

TEST(Launcher, ScriptsWithAndWithoutInterpreterLine) {
    const TemporaryFolder folder;
    std::ofstream(folder / "script") << "echo $1; exit 4\n";
    chmod((folder / "script").c_str(), 0700);
    const Outcome outcome = run({raddle(), "record", "-q", "-o", folder / "r", "--", folder / "script", "word"});
    EXPECT_EQ(outcome.status, 4);
    EXPECT_EQ(outcome.out, "word\n");
    std::ofstream(folder / "broken") << "#!/no/such/interpreter\n";
    chmod((folder / "broken").c_str(), 0700);
    const Outcome broken = run({raddle(), "record", "-o", folder / "b", "--", folder / "broken"});
    EXPECT_EQ(broken.status, 127);
    EXPECT_FALSE(std::filesystem::exists(folder / "b"));
}

TEST(Launcher, ProtectsExistingFiles) {
    const TemporaryFolder folder;
    const std::string file = folder / "r";
    const auto record = [&](std::vector<std::string> options = {}) {
        std::vector<std::string> command = {raddle(), "record", "-q", "-o", file};
        command.insert(command.end(), options.begin(), options.end());
        command.insert(command.end(), {"--", "true"});
        return run(command);
    };
    std::ofstream(file) << "precious";
    Outcome refused = record();
    EXPECT_EQ(refused.status, 2);
    EXPECT_EQ(lines(refused.err), 1u);
    EXPECT_NE(refused.err.find(file), std::string::npos);
    EXPECT_EQ(std::filesystem::file_size(file), 8u);
    EXPECT_EQ(record({"--force"}).status, 0);
    EXPECT_EQ(record().status, 0);  // is a recording now
    struct stat status;
    ASSERT_EQ(stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    std::ofstream(file, std::ios::trunc).close();
    EXPECT_EQ(record().status, 0);  // was empty

    std::filesystem::rename(file, folder / "target");
    std::filesystem::create_symlink(folder / "target", file);
    const auto before = std::filesystem::file_size(folder / "target");
    refused = record({"--force"});
    EXPECT_EQ(refused.status, 2);
    EXPECT_EQ(std::filesystem::file_size(folder / "target"), before);
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    EXPECT_EQ(record({"--force"}).status, 2);
}

TEST(Launcher, UnwritableFolder) {
    const Outcome outcome = run({raddle(), "record", "-o", "/proc/r", "--", "echo", "ran"});
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(lines(outcome.err), 1u) << outcome.err;
    EXPECT_EQ(run({raddle(), "record", "-o", "/no/such/folder/r", "--", "echo", "ran"}).status, 2);
}

TEST(Launcher, DefaultNameAndSummary) {
    const TemporaryFolder folder;
    const Outcome outcome = run({raddle(), "record", subject("locks"), "counted"},
                                {.input = "", .folder = folder.path().string(), .environment = {}});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(lines(outcome.err), 1u) << outcome.err;
    EXPECT_EQ(firstLine(outcome.err).find("raddle: recorded "), 0u);
    size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        ++files;
        const Recording recording = decode(entry.path().string());
        EXPECT_EQ(entry.path().filename().string(),
                  "raddle.subject_locks." + std::to_string(recording.header.rootPid) + ".raddle");
    }
    EXPECT_EQ(files, 1u);
}

// A process that becomes another program is one process.
TEST(Launcher, SummaryCountsProcessesAndThreadsAsReportsDo) {
    const TemporaryFolder folder;
    const Outcome outcome = run({raddle(), "record", "-o", folder / "r", "env", "-i", subject("locks"), "counted"});
    EXPECT_NE(outcome.err.find(" of 1 thread, "), std::string::npos) << "nothing of the program: " << outcome.err;
    const Outcome whole = run({raddle(), "record", "-f", "-o", folder / "r", "env", subject("locks"), "counted"});
    EXPECT_NE(whole.err.find(" of 5 threads, "), std::string::npos) << whole.err;
    const Outcome two = run({raddle(), "record", "-f", "-o", folder / "r", "sh", "-c", "env true; true"});
    EXPECT_NE(two.err.find(" of 2 threads in 2 processes, "), std::string::npos) << two.err;
}

// What belongs to the command is not read as the recorder's.
TEST(Launcher, OptionsAfterTheCommandAreTheCommands) {
    const TemporaryFolder folder;
    EXPECT_EQ(run({raddle(), "record", "-q", "-o", folder / "a", "echo", "-o", "x", "--", "-q"}).out, "-o x -- -q\n");
    EXPECT_EQ(run({raddle(), "record", "-q", "-o", folder / "a", "--", "echo", "--", "-q"}).out, "-- -q\n");
}

}  // namespace
}  // namespace raddle::test
