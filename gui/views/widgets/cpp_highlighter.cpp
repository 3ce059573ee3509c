#include "gui/views/widgets/cpp_highlighter.h"

#include <QSet>

namespace raddle::gui {
namespace {

const QSet<QString>& keywords() {
    static const QSet<QString> set = [] {
        QSet<QString> words;
        const QString all = QStringLiteral(
            "alignas alignof asm auto break case catch class co_await co_return co_yield concept const consteval "
            "constexpr "
            "constinit const_cast continue decltype default delete do dynamic_cast else enum explicit export extern "
            "false "
            "final for friend goto if inline mutable namespace new noexcept nullptr operator override private "
            "protected "
            "public register reinterpret_cast requires restrict return sizeof static static_assert static_cast struct "
            "switch template this thread_local throw true try typedef typeid typename union using virtual volatile "
            "while");
        for (const QString& word : all.split(QLatin1Char(' '))) words.insert(word);
        return words;
    }();
    return set;
}

const QSet<QString>& types() {
    static const QSet<QString> set = {
        QStringLiteral("bool"),       QStringLiteral("char"),       QStringLiteral("double"),
        QStringLiteral("float"),      QStringLiteral("int"),        QStringLiteral("long"),
        QStringLiteral("short"),      QStringLiteral("signed"),     QStringLiteral("unsigned"),
        QStringLiteral("void"),       QStringLiteral("size_t"),     QStringLiteral("std"),
        QStringLiteral("FILE"),       QStringLiteral("string"),     QStringLiteral("mutex"),
        QStringLiteral("thread"),     QStringLiteral("atomic"),     QStringLiteral("vector"),
        QStringLiteral("lock_guard"), QStringLiteral("unique_lock")};
    return set;
}

bool wordCharacter(QChar c) {
    return c.isLetterOrNumber() || c == QLatin1Char('_');
}

}  // namespace

CppHighlighter::CppHighlighter(QTextDocument* document, const Theme& theme)
    : QSyntaxHighlighter(document), theme_(theme) {}

int CppHighlighter::comment(const QString& text, int from) {
    int end = static_cast<int>(text.indexOf(QLatin1String("*/"), from));
    setCurrentBlockState(end < 0 ? 1 : 0);
    int length = end < 0 ? static_cast<int>(text.size()) - from : end + 2 - from;
    setFormat(from, length, theme_.codeComment);
    return from + length;
}

void CppHighlighter::highlightBlock(const QString& text) {
    setCurrentBlockState(0);
    int i = previousBlockState() == 1 ? comment(text, 0) : 0;
    auto size = static_cast<int>(text.size());
    while (i < size) {
        QChar c = text[i];
        int begin = i;
        if (c == QLatin1Char('/') && i + 1 < size && text[i + 1] == QLatin1Char('/')) {
            setFormat(i, size - i, theme_.codeComment);
            return;
        }
        if (c == QLatin1Char('/') && i + 1 < size && text[i + 1] == QLatin1Char('*')) {
            i = comment(text, i);
        } else if (c == QLatin1Char('"') || c == QLatin1Char('\'')) {
            for (++i; i < size && text[i] != c; ++i)
                if (text[i] == QLatin1Char('\\')) ++i;
            i = std::min(i + 1, size);
            setFormat(begin, i - begin, theme_.codeString);
        } else if (c == QLatin1Char('#') && text.left(i).trimmed().isEmpty()) {
            while (++i < size && (text[i].isSpace() || wordCharacter(text[i])) &&
                   !(text[i].isSpace() && i > begin + 1)) {
            }
            setFormat(begin, i - begin, theme_.codeKeyword);
        } else if (c.isDigit()) {
            while (i < size && (wordCharacter(text[i]) || text[i] == QLatin1Char('.') || text[i] == QLatin1Char('\'')))
                ++i;
            setFormat(begin, i - begin, theme_.codeNumber);
        } else if (wordCharacter(c)) {
            while (i < size && wordCharacter(text[i])) ++i;
            QString word = text.mid(begin, i - begin);
            if (keywords().contains(word))
                setFormat(begin, i - begin, theme_.codeKeyword);
            else if (types().contains(word) || word.endsWith(QLatin1String("_t")))
                setFormat(begin, i - begin, theme_.codeType);
        } else {
            ++i;
        }
    }
}

}  // namespace raddle::gui
