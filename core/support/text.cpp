#include "core/support/text.h"

namespace raddle {

std::string_view takeUntil(std::string_view& rest, std::string_view end) {
    const size_t at = rest.find(end);
    const std::string_view out = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + end.size());
    return out;
}

std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "`" : ", `") + name + "`";
    return out;
}

}  // namespace raddle
