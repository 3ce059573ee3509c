// How numbers, names and tables are written for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace raddle::trace {

std::string humanTime(int64_t ns);       // "0", "812 ns", "4.31 µs", "40.0 ms", "12.3 s"
std::string humanCount(uint64_t count);  // "1,234,567"

// At most `width` characters: the middle of a longer name becomes "…". Counts code points.
std::string shortened(std::string_view name, size_t width);

// With spaces for what would break a line or a column, as line ends in a command's arguments do.
std::string onOneLine(std::string text);

// The name without its parameter list and the template arguments of its scopes, which drown tables.
std::string plainName(std::string_view function);

// Rows of cells as aligned columns, two spaces apart; columns whose letter in `align` is 'r' are flushed
// right. The first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view align);

}  // namespace raddle::trace
