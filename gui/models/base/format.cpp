#include "gui/models/base/format.h"

#include <cmath>
#include <cstring>

namespace raddle::gui {
namespace {

constexpr QChar kSpace(0x00A0);  // keeps a number and its unit on one line

QString threeDigits(double value) {
    int decimals = std::abs(value) >= 99.95 ? 0 : std::abs(value) >= 9.995 ? 1 : 2;
    return QString::number(value, 'f', decimals);
}

// Where the bracket opened at `at` closes, or the end of a name that never closes it.
size_t closing(const std::string& text, size_t at, char open, char close) {
    int depth = 0;
    for (size_t i = at; i < text.size(); ++i) {
        if (text[i] == open) ++depth;
        if (text[i] == close && --depth == 0) return i;
    }
    return text.size();
}

bool endsWithOperator(const std::string& text) {
    static const std::string word = "operator";
    return text.size() >= word.size() && text.compare(text.size() - word.size(), word.size(), word) == 0;
}

}  // namespace

QString durationText(int64_t ns) {
    double value = static_cast<double>(ns);
    double size = std::abs(value);
    if (ns == 0) return QStringLiteral("0");
    if (size < 1e3) return QString::number(ns) + kSpace + QStringLiteral("ns");
    if (size < 999.5e3) return threeDigits(value / 1e3) + kSpace + QStringLiteral("µs");
    if (size < 999.5e6) return threeDigits(value / 1e6) + kSpace + QStringLiteral("ms");
    if (size < 59.95e9) return threeDigits(value / 1e9) + kSpace + QStringLiteral("s");
    int64_t seconds = std::llround(value / 1e9);
    if (size < 3600e9)
        return QStringLiteral("%1\u00a0min\u00a0%2\u00a0s")
            .arg(seconds / 60)
            .arg(seconds % 60, 2, 10, QLatin1Char('0'));
    return QStringLiteral("%1\u00a0h\u00a0%2\u00a0min")
        .arg(seconds / 3600)
        .arg(seconds / 60 % 60, 2, 10, QLatin1Char('0'));
}

QString countText(uint64_t count) {
    if (count >= 1'000'000'000) return threeDigits(static_cast<double>(count) / 1e9) + kSpace + QStringLiteral("G");
    if (count >= 1'000'000) return threeDigits(static_cast<double>(count) / 1e6) + kSpace + QStringLiteral("M");
    QString digits = QString::number(count);
    if (digits.size() > 3) digits.insert(digits.size() - 3, QChar(0x202F));
    return digits;
}

QString percentText(double share) {
    if (share <= 0 || !std::isfinite(share)) return QStringLiteral("0\u00a0%");
    if (share < 0.01) return QStringLiteral("<1\u00a0%");
    if (share < 0.995) return QString::number(share * 100, 'f', 0) + QStringLiteral("\u00a0%");
    return share < 1 ? QStringLiteral(">99\u00a0%") : QString::number(share * 100, 'f', 0) + QStringLiteral("\u00a0%");
}

QString placeText(const SourceLocation& at) {
    if (at.file.empty()) return {};
    QString name = QString::fromStdString(at.file.substr(at.file.rfind('/') + 1));
    return at.line == 0 ? name : name + QLatin1Char(':') + QString::number(at.line);
}

QString placePath(const SourceLocation& at) {
    if (at.file.empty()) return {};
    QString name = QString::fromStdString(at.file);
    return at.line == 0 ? name : name + QLatin1Char(':') + QString::number(at.line);
}

QString shortFunction(const std::string& demangled) {
    std::string out;
    for (size_t i = 0; i < demangled.size(); ++i) {
        char c = demangled[i];
        if (endsWithOperator(out) && std::strchr("<>=!+-*/%^&|~,[]", c)) {
            size_t end = std::min(demangled.find('(', i), demangled.size());
            size_t arguments = std::min(demangled.find(c == '<' ? " <" : "<", i), end);
            out += demangled.substr(i, arguments - i) + (arguments < end ? "<…>" : "");
            i = end - 1;
        } else if (c == '(' && out == "decltype") {
            i = closing(demangled, i, '(', ')');  // the return type, computed
        } else if (c == '(' && demangled.compare(i, 21, "(anonymous namespace)") == 0) {
            out += "(anonymous)";
            i += 20;
        } else if (c == '(' && endsWithOperator(out)) {
            out += "()";
            i = closing(demangled, i, '(', ')');
        } else if (c == '(') {
            size_t end = closing(demangled, i, '(', ')');
            // A call in the middle is the function a lambda or local class sits in: its arguments tell nothing.
            if (demangled.find("::", end) != end + 1) break;
            i = end;
        } else if (c == '<') {
            out += "<…>";
            i = closing(demangled, i, '<', '>');
        } else if (c == '{') {
            out += out.ends_with("::") || out.empty() ? "λ" : "";
            i = closing(demangled, i, '{', '}');
        } else if (c == '[') {
            break;
        } else if (c == ' ' && demangled.compare(i, 2, " (") == 0 && out == "decltype") {
            continue;
        } else if (c == ' ' && !out.ends_with("operator")) {
            out.clear();  // what came before was the return type
        } else {
            out += c;
        }
    }
    return QString::fromStdString(out.empty() ? demangled : out);
}

QString plural(uint64_t count, const char* one, const char* many) {
    return countText(count) + QLatin1Char(' ') + QString::fromUtf8(count == 1 ? one : many);
}

}  // namespace raddle::gui
