// raddle record --pid: a running server is recorded for a while and goes on.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/instrument/run.h"

namespace raddle::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// A subject that ends when its input does.
class Server {
  public:
    explicit Server(const std::string& program = subject("server"), const char* argument = nullptr) {
        int in[2], out[2];
        EXPECT_EQ(pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC), 0);
        pid_ = fork();
        if (pid_ == 0) {
            dup2(in[0], 0);
            dup2(out[1], 1);
            execl(program.c_str(), "server", argument, static_cast<char*>(nullptr));
            _exit(97);
        }
        close(in[0]);
        close(out[1]);
        input_ = in[1];
        output_ = out[0];
        char ready[6];
        EXPECT_EQ(read(output_, ready, sizeof ready), 6);
    }
    ~Server() {
        if (pid_ > 0) end();
        close(output_);
    }

    pid_t pid() const { return pid_; }
    // It has been killed.
    void forget() {
        waitpid(pid_, nullptr, 0);
        pid_ = 0;
        close(input_);
    }
    bool isRunning() const { return waitpid(pid_, nullptr, WNOHANG) == 0; }

    // What it printed; its status must be 0.
    std::string end() {
        close(input_);
        int status = -1;
        waitpid(pid_, &status, 0);
        pid_ = 0;
        EXPECT_EQ(status, 0);
        char text[64];
        const ssize_t length = read(output_, text, sizeof text);
        return std::string(text, length > 0 ? static_cast<size_t>(length) : 0);
    }

  private:
    pid_t pid_ = 0;
    int input_ = -1;
    int output_ = -1;
};

std::vector<std::string> attach(const Server& server, const std::string& file, const std::string& time) {
    return {raddle(), "record", "--exact", "--pid", std::to_string(server.pid()), "--for", time, "-f", "-o", file};
}

TEST(Attach, ARunningServerIsRecordedAndGoesOn) {
    const TemporaryFolder folder;
    Server server;
    const Outcome recorded = run(attach(server, folder / "r", "300ms"));
    ASSERT_EQ(recorded.status, 0) << recorded.err;
    EXPECT_TRUE(server.isRunning());
    const uint64_t events = decode(folder / "r").events;
    EXPECT_GT(events, 1000u);
    usleep(100000);
    EXPECT_EQ(decode(folder / "r").events, events) << "nothing is recorded any more";
    EXPECT_EQ(server.end(), "whole 0\n") << "no count was lost, no poll interrupted";

    const json report = json::parse(run({raddle(), "report", folder / "r", "--format", "json"}).out);
    EXPECT_EQ(report["complete"], true);
    EXPECT_GT(report["duration_ns"], 250'000'000);
    bool found = false;
    for (const json& lock : report["locks"]) {
        if (lock["name"] != "g_mutex") continue;
        found = true;
        EXPECT_GT(lock["acquisitions"], 1000);
    }
    EXPECT_TRUE(found) << report["locks"].dump(1);
    EXPECT_EQ(report["threads"].size(), 4u) << "the main thread, which was called in, and the three that count";
}

TEST(Attach, WhatThreadsDidBeforeIsLeftOutButTheirNames) {
    const TemporaryFolder folder;
    Server server(subject("server"), "burn");
    ASSERT_EQ(run(attach(server, folder / "r", "200ms")).status, 0);
    server.end();
    const json report = json::parse(run({raddle(), "report", folder / "r", "--format", "json"}).out);
    int named = 0;
    for (const json& thread : report["threads"]) {
        ASSERT_TRUE(thread["cpu_ns"].is_number()) << thread;
        EXPECT_LE(thread["cpu_ns"].get<int64_t>(), report["duration_ns"].get<int64_t>()) << thread;
        if (thread["name"] != "burner") continue;
        ++named;
        EXPECT_GT(thread["cpu_ns"], 0);
    }
    EXPECT_EQ(named, 1) << report["threads"].dump(1);
}

TEST(Attach, TwentyServersInTheMiddleOfTheirWork) {
    const TemporaryFolder folder;
    for (int i = 0; i < 20; ++i) {
        Server server;
        const Outcome recorded = run(attach(server, folder / "r", "20ms"));
        ASSERT_EQ(recorded.status, 0) << recorded.err;
        EXPECT_EQ(server.end(), "whole 0\n");
    }
}

TEST(Attach, XraysCallsAreSwitchedOnAndOff) {
    const TemporaryFolder folder;
    ASSERT_EQ(run({RADDLE_CLANG, "-std=c++20", "-O0", "-pthread", "-fxray-instrument", "-fxray-instruction-threshold=1",
                   RADDLE_SOURCE_DIR "/tests/instrument/programs/server.cpp", "-o", folder / "server"})
                  .status,
              0);
    Server server(folder / "server");
    ASSERT_EQ(run(attach(server, folder / "r", "50ms")).status, 0);
    const size_t calls = decode(folder / "r").count(kRaddleEnter);
    EXPECT_GT(calls, 100u);
    usleep(100000);
    EXPECT_EQ(decode(folder / "r").count(kRaddleEnter), calls);
    EXPECT_EQ(server.end(), "whole 0\n");
}

TEST(Attach, AServerThatEndsMeanwhile) {
    const TemporaryFolder folder;
    Server server;
    const pid_t child = fork();
    if (child == 0) {
        usleep(300000);
        kill(server.pid(), SIGKILL);
        _exit(0);
    }
    const Outcome recorded = run(attach(server, folder / "r", "1min"));
    EXPECT_EQ(recorded.status, 0) << recorded.err;
    EXPECT_GT(decode(folder / "r").events, 1000u);
    waitpid(child, nullptr, 0);
    server.forget();
}

TEST(Attach, WhatCannotBeAttachedToIsLeftAlone) {
    const TemporaryFolder folder;
    Server server;
    ASSERT_EQ(run(attach(server, folder / "r", "20ms")).status, 0);
    const Outcome again = run(attach(server, folder / "r2", "20ms"));
    EXPECT_EQ(again.status, 2);
    EXPECT_THAT(again.err, HasSubstr("has been recorded before"));
    EXPECT_EQ(access((folder / "r2").c_str(), F_OK), -1);
    EXPECT_EQ(server.end(), "whole 0\n");
    const Outcome gone = run({raddle(), "record", "--pid", "4194000", "-o", folder / "r3"});
    EXPECT_EQ(gone.status, 2);
    EXPECT_THAT(gone.err, HasSubstr("no such process"));
    EXPECT_EQ(run({raddle(), "record", "--pid", "1", "--", "true"}).status, 2);
    EXPECT_EQ(run({raddle(), "record", "--for", "1s", "--", "true"}).status, 2);
}

}  // namespace
}  // namespace raddle::test
