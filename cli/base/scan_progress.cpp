#include "cli/base/scan_progress.h"

#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "core/support/paths.h"

namespace raddle::cli {
namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

void Stages::begin(std::string_view name) {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const double now = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    if (!stages_.empty()) {
        stages_.back().seconds = now - stages_.back().begin;
        stages_.back().peakKilobytes = usage.ru_maxrss;
    }
    stages_.push_back({std::string(name), now});
}

void Stages::print() const {
    for (const Stage& stage : stages_)
        if (stage.peakKilobytes > 0)
            std::fprintf(stderr, "%-16s %9.3f s of CPU  %9ld kB at most so far\n", stage.name.c_str(), stage.seconds,
                         stage.peakKilobytes);
}

Progress::Progress(std::string root) : root_(std::move(root)), terminal_(::isatty(STDERR_FILENO)) {}

void Progress::clear() {
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
    shown_ = false;
}

void Progress::show(size_t done, size_t total, const std::string& file) {
    if (!terminal_) return;
    winsize size{};
    size_t width = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
    std::string line = "[" + std::to_string(done) + "/" + std::to_string(total) + "] " + relativeTo(root_, file);
    overwrite(line.substr(0, width - 1));
}

void Progress::show(std::string_view stage) {
    if (terminal_) overwrite("analysing: " + std::string(stage));
}

void Progress::overwrite(const std::string& line) {
    std::cerr << "\r\x1b[K" << line << std::flush;
    shown_ = true;
}

}  // namespace raddle::cli
