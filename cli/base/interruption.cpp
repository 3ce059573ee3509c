#include "cli/base/interruption.h"

#include <unistd.h>

#include <csignal>
#include <cstring>

namespace raddle::cli {
namespace {

std::atomic<bool> isInterrupted = false;
std::atomic<bool> isAtOnce = false;
std::atomic<int> signalNumber = SIGINT;
const char* commandName = "raddle";

void say(const char* text) {
    [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, text, std::strlen(text));
}

void handle(int number) {
    if (isAtOnce) {
        if (::isatty(STDERR_FILENO)) say("\r\x1b[K");
        say(commandName);
        say(": interrupted\n");
        ::_exit(128 + number);
    }
    signalNumber = number;
    isInterrupted = true;
}

}  // namespace

void catchInterruptions(const char* command) {
    commandName = command;
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction action{};
        ::sigaction(number, nullptr, &action);
        if (action.sa_handler == SIG_IGN) continue;
        action.sa_handler = handle;
        action.sa_flags = static_cast<int>(SA_RESETHAND);
        ::sigaction(number, &action, nullptr);
    }
}

const std::atomic<bool>& interrupted() {
    return isInterrupted;
}

int interruptedStatus() {
    return 128 + signalNumber;
}

void endAtOnceWhenInterrupted(bool atOnce) {
    isAtOnce = atOnce;
}

}  // namespace raddle::cli
