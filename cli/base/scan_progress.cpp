#include "cli/base/scan_progress.h"

#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "core/support/paths.h"
#include "core/support/write_all.h"

namespace raddle::cli {
namespace {

constexpr const char* kClearLine = "\r\x1b[K";
constexpr size_t kBarWidth = 24;
constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr auto kMostSeldom = std::chrono::minutes(1);

std::string secondsText(std::chrono::steady_clock::duration time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

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

Progress::Progress(std::string root)
    : Progress(std::move(root), {STDERR_FILENO, ::isatty(STDERR_FILENO) == 1, std::chrono::seconds(10)}) {}

Progress::Progress(std::string root, Output output)
    : root_(std::move(root)), output_(output), printer_([this](const std::stop_token& stopped) { run(stopped); }) {}

void Progress::stop() {
    printer_.request_stop();
    if (printer_.joinable()) printer_.join();
}

void Progress::show(size_t done, size_t total, const std::string& file) {
    std::lock_guard lock(mutex_);
    done_ = done;
    total_ = total;
    file_ = file;
    stage_.clear();
}

void Progress::show(std::string_view stage) {
    std::lock_guard lock(mutex_);
    stage_ = stage;
}

void Progress::run(const std::stop_token& stopped) {
    const auto never = [] { return false; };
    Clock::duration pause = output_.isTerminal ? kRedraw : output_.first;
    bool isShown = false;
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait_for(lock, stopped, pause, never);
        if (stopped.stop_requested()) break;
        if (total_ == 0 && stage_.empty()) continue;
        writeAll(output_.descriptor, output_.isTerminal ? kClearLine + bar() : sentence() + "\n");
        isShown = true;
        if (!output_.isTerminal) pause = std::min<Clock::duration>(Clock::now() - start_, kMostSeldom);
    }
    if (isShown && output_.isTerminal) writeAll(output_.descriptor, kClearLine);
}

std::string Progress::bar() const {
    if (!stage_.empty()) return "analysing: " + stage_ + ", " + secondsText(Clock::now() - start_);
    winsize size{};
    const bool isKnown = ::ioctl(output_.descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 20;
    const size_t width = isKnown ? size.ws_col : 80;
    const size_t full = total_ ? done_ * kBarWidth / total_ : 0;
    std::string line = "[" + std::string(full, '=') + std::string(kBarWidth - full, ' ') + "] " +
                       std::to_string(done_) + "/" + std::to_string(total_) + " " + relativeTo(root_, file_);
    return line.substr(0, width - 1);
}

std::string Progress::sentence() const {
    const std::string what = stage_.empty()
                                 ? std::to_string(done_) + " of " + std::to_string(total_) + " files are parsed"
                                 : "analysing (" + stage_ + ")";
    return "raddle scan: " + what + ", " + secondsText(Clock::now() - start_);
}

}  // namespace raddle::cli
