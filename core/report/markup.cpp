#include "core/report/markup.h"

#include "core/support/text.h"

#include <cstdint>

namespace raddle {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// How many bytes the character at the beginning of `text` has; 0 when it is none, or one that XML does not allow.
size_t lengthOfCharacter(std::string_view text) {
    const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const auto follows = [&](size_t i) { return (byte(i) & 0xc0) == 0x80; };
    if (byte(0) < 0x80) return byte(0) >= 0x20 || byte(0) == '\t' || byte(0) == '\n' || byte(0) == '\r';
    if (byte(0) >= 0xc2 && byte(0) < 0xe0) return follows(1) ? 2 : 0;
    if (byte(0) >= 0xe0 && byte(0) < 0xf0) {
        const bool isValid = follows(1) && follows(2) && !(byte(0) == 0xe0 && byte(1) < 0xa0) &&
                             !(byte(0) == 0xed && byte(1) >= 0xa0) &&
                             !(byte(0) == 0xef && byte(1) == 0xbf && byte(2) >= 0xbe);
        return isValid ? 3 : 0;
    }
    if (byte(0) >= 0xf0 && byte(0) < 0xf5) {
        const bool isValid = follows(1) && follows(2) && follows(3) && !(byte(0) == 0xf0 && byte(1) < 0x90) &&
                             !(byte(0) == 0xf4 && byte(1) >= 0x90);
        return isValid ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::string escapedMarkup(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const size_t length = lengthOfCharacter(text);
        if (length == 0)
            out += kReplacement;
        else if (text[0] == '&')
            out += "&amp;";
        else if (text[0] == '<')
            out += "&lt;";
        else if (text[0] == '>')
            out += "&gt;";
        else if (text[0] == '"')
            out += "&quot;";
        else
            out += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

std::string threadTitle(const FindingThread& thread) {
    // The scanner's names say that they are threads, or who calls; those of recordings are names alone.
    const bool isPlain = !thread.id.starts_with("thread") && !thread.id.starts_with("any ");
    std::string out = thread.id == "main" ? "main thread" : (isPlain ? "thread " : "") + thread.id;
    if (thread.locksHeld.empty()) return out + ", holds no lock";
    return out + ", holds " + listed(thread.locksHeld);
}

}  // namespace raddle
