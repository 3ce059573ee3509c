// Words that the tables of the text report share.
#pragma once

#include <cstdint>
#include <string>

namespace raddle::trace {

// A table's heading; of more than `most` rows it says that only so many are shown.
std::string title(const std::string& text, size_t rows, size_t most);

// Waits that are too short beside a run of `durationNs` to be worth a line.
inline bool isTrifle(int64_t waitNs, int64_t durationNs) {
    return waitNs < durationNs / 2000;
}

// "38%"; empty when there is no whole.
std::string percent(int64_t part, int64_t whole);

}  // namespace raddle::trace
