// Output: what exports write through: collects pieces for the sink, counts what is done, and stops soon when cancelled.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "trace/exports/exports.h"

namespace raddle::trace {

class Output {
  public:
    // `total`: how many times step() will be called, about.
    Output(const Sink& sink, const ReadControl& control, uint64_t total)
        : sink_(sink), control_(control), total_(total) {}

    Output& operator<<(std::string_view text) {
        buffer_ += text;
        if (buffer_.size() > kPiece) flush();
        return *this;
    }
    Output& operator<<(char c) { return *this << std::string_view(&c, 1); }
    Output& operator<<(int64_t number) { return *this << std::string_view(std::to_string(number)); }

    // After each item. False: stop, nothing more is wanted.
    bool step() {
        if (++done_ % kEach != 0) return isGood_;
        if (control_.cancelled && *control_.cancelled) isGood_ = false;
        if (control_.progress && total_ > 0)
            control_.progress(std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_)));
        return isGood_;
    }

    Result<> finish() {
        flush();
        if (control_.cancelled && *control_.cancelled) return Error{"cancelled"};
        if (!isGood_) return Error{"cannot write"};
        return Unit{};
    }

  private:
    static constexpr size_t kPiece = 1 << 16;
    static constexpr uint64_t kEach = 4096;

    void flush() {
        if (isGood_ && !buffer_.empty()) isGood_ = sink_(buffer_);
        buffer_.clear();
    }

    const Sink& sink_;
    const ReadControl& control_;
    uint64_t total_;
    uint64_t done_ = 0;
    bool isGood_ = true;
    std::string buffer_;
};

// One for each format.
void exportChrome(const Timeline& timeline, Output& out);
void exportSpeedscope(const Timeline& timeline, Output& out);
void exportFirefox(const Timeline& timeline, Output& out);
void exportFolded(const Timeline& timeline, Output& out);
void exportCallgrind(const Timeline& timeline, Output& out);
void exportCsv(const Timeline& timeline, Output& out);
void exportCallTrees(const Timeline& timeline, Output& out);
void exportHtml(const Timeline& timeline, Output& out);

// Text as a JSON string with its quotes; what is not UTF-8 is replaced.
std::string jsonText(std::string_view text);

// "main (4711)"
std::string threadTitle(const Thread& thread);

// What a wait was for: the name of its lock or object, or the thread that is joined; empty for a sleep.
std::string waitedFor(const Timeline& timeline, const Wait& wait);

}  // namespace raddle::trace
