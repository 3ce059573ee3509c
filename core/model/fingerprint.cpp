#include "core/model/fingerprint.h"

#include <cstdint>
#include <cstdio>

namespace raddle {

std::string fingerprint(std::string_view rule, const std::vector<std::string>& parts) {
    uint64_t hash = 0xcbf29ce484222325ull;
    const auto add = [&](std::string_view text) {
        for (unsigned char c : text) hash = (hash ^ c) * 0x100000001b3ull;
        hash = (hash ^ 0xff) * 0x100000001b3ull;
    };
    add(rule);
    for (const std::string& part : parts) add(part);
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    return text;
}

}  // namespace raddle
