#include "tests/instrument/run.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace raddle::test {

namespace {

std::string readText(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

void redirect(const std::string& path, int flags, int to) {
    const int fd = open(path.c_str(), flags, 0600);
    dup2(fd, to);
    close(fd);
}

[[noreturn]] void becomeCommand(const std::vector<std::string>& command, const RunOptions& options,
                                const TemporaryFolder& files) {
    redirect(files / "in", O_RDONLY, 0);
    redirect(files / "out", O_WRONLY | O_CREAT, 1);
    redirect(files / "err", O_WRONLY | O_CREAT, 2);
    if (options.closeInput) close(0);
    if (!options.folder.empty() && chdir(options.folder.c_str()) != 0) _exit(98);
    for (const std::string& variable : options.environment) putenv(const_cast<char*>(variable.c_str()));
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(97);
}

}  // namespace

Outcome run(const std::vector<std::string>& command, const RunOptions& options) {
    const TemporaryFolder files;
    std::ofstream(files / "in") << options.input;
    const pid_t child = fork();
    if (child == 0) becomeCommand(command, options, files);
    int status = 0;
    waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), readText(files / "out"),
            readText(files / "err")};
}

TemporaryFolder::TemporaryFolder(const std::string& parent) {
    std::string name = (parent.empty() ? std::filesystem::temp_directory_path().string() : parent) + "/raddle.XXXXXX";
    if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string raddle() {
    return RADDLE_BUILD_DIR "/bin/raddle";
}

std::string runtimePath() {
    return RADDLE_BUILD_DIR "/lib/libraddle_rt.so";
}

std::string subject(const std::string& name) {
    return RADDLE_SUBJECTS + name;
}

Recording recordScenario(const std::string& program, const std::string& scenario,
                         const std::vector<std::string>& options) {
    const TemporaryFolder folder;
    const std::string file = folder / "recording";
    const Outcome plain = run({subject(program), scenario});
    std::vector<std::string> command = {raddle(), "record", "-q", "-o", file};
    command.insert(command.end(), options.begin(), options.end());
    command.insert(command.end(), {"--", subject(program), scenario});
    const Outcome recorded = run(command);
    EXPECT_EQ(plain.status, recorded.status);
    EXPECT_EQ(plain.out, recorded.out);
    EXPECT_EQ(plain.err, recorded.err);
    return decode(file);
}

}  // namespace raddle::test
