#include "trace/report/table_words.h"

#include <cmath>

#include "trace/timeline/text_format.h"

namespace raddle::trace {

std::string title(const std::string& text, size_t rows, size_t most) {
    std::string out = "\n" + text;
    if (rows > most) out += ", " + std::to_string(most) + " of " + humanCount(rows) + " (--format json lists all)";
    return out + "\n";
}

std::string percent(int64_t part, int64_t whole) {
    if (whole <= 0) return "";
    return std::to_string(std::lround(100.0 * static_cast<double>(part) / static_cast<double>(whole))) + "%";
}

}  // namespace raddle::trace
