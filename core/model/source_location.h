// A place in source text, as findings, recordings and reports name it.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace raddle {

struct SourceLocation {
    std::string file;     // as given to the compiler, made absolute; empty when unknown
    uint32_t line = 0;    // 1-based; 0 when unknown
    uint32_t column = 0;  // 1-based; 0 when unknown

    auto operator<=>(const SourceLocation&) const = default;
};

// "file:line:column", leaving out what is unknown; "<unknown>" without a file.
std::string toString(const SourceLocation& location);

}  // namespace raddle
