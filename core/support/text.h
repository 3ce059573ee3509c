// Taking text apart and putting lists together. Linear.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace raddle {

// Takes the text up to `end` off `rest`, and `end` with it; all of it when there is no `end`.
std::string_view takeUntil(std::string_view& rest, std::string_view end);

// "a b"
template <class Words>
std::string joined(const Words& words) {
    std::string out;
    for (const auto& word : words) {
        if (!out.empty()) out += ' ';
        out += word;
    }
    return out;
}

// "`a`, `b`"
std::string listed(const std::vector<std::string>& names);

}  // namespace raddle
