#include "core/support/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/support/write_all.h"

extern char** environ;

namespace raddle {
namespace {

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }
    void close() {
        if (number_ >= 0) ::close(number_);
        number_ = -1;
    }
    int number() const { return number_; }

  private:
    int number_;
};

std::string readAll(int descriptor) {
    std::string out;
    char buffer[65536];
    for (;;) {
        const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return out;
        out.append(buffer, static_cast<size_t>(count));
    }
}

Error failure(const std::string& program, int error) {
    return {program + " cannot be run: " + std::strerror(error)};
}

}  // namespace

// Input and complaints go through files in memory, so that there is only one pipe and nobody waits for the other.
Result<std::string> runProgram(const std::vector<std::string>& command, std::string_view input) {
    Descriptor in(::memfd_create("input", MFD_CLOEXEC)), complaints(::memfd_create("complaints", MFD_CLOEXEC));
    int ends[2];
    if (in.number() < 0 || complaints.number() < 0 || !writeAll(in.number(), input) ||
        ::lseek(in.number(), 0, SEEK_SET) != 0 || ::pipe2(ends, O_CLOEXEC) != 0)
        return failure(command[0], errno);
    Descriptor reading(ends[0]), writing(ends[1]);
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in.number(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, writing.number(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, complaints.number(), STDERR_FILENO);
    pid_t child = 0;
    const int error = ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) return failure(command[0], error);
    writing.close();
    std::string out = readAll(reading.number());
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return out;
    ::lseek(complaints.number(), 0, SEEK_SET);
    std::string said = readAll(complaints.number());
    said.resize(std::min(said.find('\n'), said.size()));
    return Error{command[0] + ": " + (said.empty() ? "failed" : said)};
}

}  // namespace raddle
