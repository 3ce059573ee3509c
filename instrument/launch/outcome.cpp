#include "instrument/launch/outcome.h"

#include <stdio.h>

#include <algorithm>

namespace raddle::launch {

namespace {

const char* why(uint32_t stopped) {
    switch (stopped) {
        case kRaddleDiskFull:
            return "the disk is full";
        case kRaddleFileLimit:
            return "the size limit was reached";
        case kRaddleIoError:
            return "the file could not be extended";
        case kRaddleConfined:
            return "the program forbade itself system calls";
        default:
            return "in signal handlers";
    }
}

// In thousandths, at least one.
uint32_t budgetOf(const RecordOptions& options) {
    if (options.budgetPercent <= 0) return 0;
    return std::max(1u, static_cast<uint32_t>(options.budgetPercent * 10 + 0.5));
}

}  // namespace

Limits limitsOf(const RecordOptions& options) {
    return {options.sizeLimit, options.keepMs, options.sampleHz ? 1000000000u / options.sampleHz : 0,
            budgetOf(options)};
}

void summarise(const RecordingFile::Counts& counts, const std::string& path) {
    char line[512];
    int length = snprintf(line, sizeof line, "raddle: recorded %llu event%s of %llu thread%s",
                          static_cast<unsigned long long>(counts.events), counts.events == 1 ? "" : "s",
                          static_cast<unsigned long long>(counts.threads), counts.threads == 1 ? "" : "s");
    if (counts.processes > 1)
        length +=
            snprintf(line + length, sizeof line - static_cast<size_t>(length), " in %u processes", counts.processes);
    if (counts.live > 0)
        length += snprintf(line + length, sizeof line - static_cast<size_t>(length), ", %u of them still running",
                           counts.live);
    if (counts.dropped > 0)
        length += snprintf(line + length, sizeof line - static_cast<size_t>(length), ", %llu dropped (%s)",
                           static_cast<unsigned long long>(counts.dropped), why(counts.stopped));
    const double kilobytes = static_cast<double>(counts.bytes) / 1e3;
    const bool large = kilobytes >= 1e3;
    fprintf(stderr, "%s, %.1f %s in %s\n", line, large ? kilobytes / 1e3 : kilobytes, large ? "MB" : "kB",
            path.c_str());
}

}  // namespace raddle::launch
