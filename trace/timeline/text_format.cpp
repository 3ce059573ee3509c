#include "trace/timeline/text_format.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace raddle::trace {
namespace {

bool isContinuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

size_t displayWidth(std::string_view text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !isContinuation(c); }));
}

// The byte offset of code point `n`.
size_t offsetOf(std::string_view text, size_t n) {
    size_t i = 0;
    while (i < text.size() && (n > 0 || isContinuation(text[i]))) {
        if (!isContinuation(text[i])) --n;
        ++i;
    }
    return i;
}

}  // namespace

std::string humanTime(int64_t ns) {
    if (ns == 0) return "0";
    struct Unit {
        double ns;
        const char* name;
    };
    static constexpr std::array<Unit, 4> kUnits = {{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}, {1, "ns"}}};
    double size = static_cast<double>(ns < 0 ? -ns : ns);
    size_t u = 0;
    // 0.9995 of a unit would round to "1000" of the smaller one.
    while (u + 1 < kUnits.size() && size < kUnits[u].ns * 0.9995) ++u;
    double value = static_cast<double>(ns) / kUnits[u].ns;
    double absolute = value < 0 ? -value : value;
    int digits = u + 1 == kUnits.size() || absolute >= 99.95 ? 0 : absolute >= 9.995 ? 1 : 2;
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*f %s", digits, value, kUnits[u].name);
    return buffer;
}

std::string humanCount(uint64_t count) {
    std::string digits = std::to_string(count);
    for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
    return digits;
}

std::string shortened(std::string_view name, size_t width) {
    size_t length = displayWidth(name);
    if (length <= width || width < 3) return std::string(name);
    size_t head = (width - 1) / 2;
    size_t tail = width - 1 - head;
    return std::string(name.substr(0, offsetOf(name, head))) + "…" +
           std::string(name.substr(offsetOf(name, length - tail)));
}

std::string onOneLine(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
    return text;
}

std::string plainName(std::string_view function) {
    std::string out;
    int depth = 0;
    for (size_t i = 0; i < function.size(); ++i) {
        char c = function[i];
        bool isAnonymous = function.substr(i).starts_with("(anonymous namespace)");
        bool isOperator = out.ends_with("operator");
        if (isAnonymous && depth == 0) {
            out += "(anonymous namespace)";
            i += 20;
        } else if (isOperator && (c == '<' || c == '>' || c == '(')) {
            out += c;
            if (i + 1 < function.size() && (function[i + 1] == c || function[i + 1] == '=' || function[i + 1] == ')'))
                out += function[++i];
        } else if (c == '<' || c == '(') {
            if (depth++ == 0) out += c == '<' ? "<>" : "";
            if (depth == 1 && c == '(') out += "()";
        } else if (c == '>' && depth == 0 && out.ends_with('-')) {
            out += c;  // of a pointer's member, as sources write it
        } else if (c == '>' || c == ')') {
            // "->" appears in the return types of lambdas only inside brackets.
            if (depth > 0) --depth;
        } else if (depth == 0) {
            out += c;
        }
    }
    return out;
}

std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view align) {
    std::vector<size_t> widths(align.size());
    for (const auto& row : rows)
        for (size_t c = 0; c < row.size() && c < widths.size(); ++c)
            widths[c] = std::max(widths[c], displayWidth(row[c]));
    std::string out;
    for (const auto& row : rows) {
        std::string line = " ";
        for (size_t c = 0; c < row.size() && c < widths.size(); ++c) {
            std::string pad(widths[c] - displayWidth(row[c]), ' ');
            line += c ? "  " : " ";
            line += align[c] == 'r' ? pad + row[c] : row[c] + pad;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

}  // namespace raddle::trace
