#include "core/support/paths.h"

namespace raddle {

std::string relativeTo(const std::string& root, const std::string& path) {
    if (root.empty()) return path;
    std::string folder = root.back() == '/' ? root : root + "/";
    return path.size() > folder.size() && path.starts_with(folder) ? path.substr(folder.size()) : path;
}

std::string uriPath(const std::string& path) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (char c : path) {
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     std::string_view("-._~/").find(c) != std::string_view::npos;
        if (plain) {
            out += c;
        } else {
            auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
    return out;
}

}  // namespace raddle
