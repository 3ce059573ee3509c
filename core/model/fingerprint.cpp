#include "core/model/fingerprint.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <map>
#include <set>
#include <tuple>

namespace raddle {
namespace {

// What raddle itself puts before a line number in a name.
constexpr std::array<std::string_view, 2> kBeforeLine{"lambda:", "allocated at line "};

struct Split {
    std::string names;
    std::string lines;  // of lambdas and allocations
};

Split splitLines(std::string_view text) {
    Split out;
    while (!text.empty()) {
        const auto prefix = std::find_if(kBeforeLine.begin(), kBeforeLine.end(),
                                         [&](std::string_view before) { return text.starts_with(before); });
        const size_t length = prefix == kBeforeLine.end() ? 1 : prefix->size();
        out.names += text.substr(0, length);
        text.remove_prefix(length);
        if (prefix == kBeforeLine.end()) continue;
        for (; !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])); text.remove_prefix(1))
            out.lines += text[0];
        out.lines += ' ';
    }
    return out;
}

using Identity = std::tuple<std::string, std::string, std::string>;

Identity identityOf(const Finding& finding) {
    return {finding.fingerprint, finding.locations.empty() ? std::string() : finding.locations[0].at.file,
            splitLines(finding.message).lines};
}

}  // namespace

std::string fingerprint(std::string_view rule, const std::vector<std::string>& parts) {
    uint64_t hash = 0xcbf29ce484222325ull;
    const auto add = [&](std::string_view text) {
        for (unsigned char c : text) hash = (hash ^ c) * 0x100000001b3ull;
        hash = (hash ^ 0xff) * 0x100000001b3ull;
    };
    add(rule);
    for (const std::string& part : parts) add(splitLines(part).names);
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    return text;
}

void makeDistinct(std::vector<Finding>& findings) {
    std::set<Identity> seen;
    std::erase_if(findings, [&](const Finding& finding) { return !seen.insert(identityOf(finding)).second; });
    std::map<std::string, std::vector<Finding*>> alike;
    for (Finding& finding : findings) alike[finding.fingerprint].push_back(&finding);
    for (auto& [print, group] : alike) {
        const auto placeOf = [](const Finding* f) {
            return f->locations.empty() ? SourceLocation{} : f->locations[0].at;
        };
        std::sort(group.begin(), group.end(), [&](const Finding* a, const Finding* b) {
            return std::tuple(placeOf(a), a) < std::tuple(placeOf(b), b);
        });
        for (size_t i = 1; i < group.size(); ++i)
            group[i]->fingerprint = fingerprint(group[i]->rule, {print, std::to_string(i + 1)});
    }
}

}  // namespace raddle
