#include "analyzer/ir/words.h"

#include "analyzer/ir/lexer.h"

namespace raddle::ir {

bool isOpAttribute(std::string_view word) {
    if (word == "at" || word == "uses" || word == "success") return true;
    for (const Flag<Op>& flag : kOpFlags)
        if (flag.word == word) return true;
    return indexOfWord(kOrderWords, word) > 0 || indexOfWord(kLockWords, word) > 0 ||
           indexOfWord(kModeWords, word) > 0 || indexOfWord(kAttemptWords, word) > 0;
}

bool isPlainWord(std::string_view text) {
    if (text.empty() || !isWordStart(text[0])) return false;
    return wordLength(text) == text.size();
}

std::string quoted(std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out = "\"";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\x";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        } else {
            out += c;
        }
    }
    return out + "\"";
}

}  // namespace raddle::ir
