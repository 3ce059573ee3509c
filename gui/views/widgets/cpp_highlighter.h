// Colours C and C++ text line by line: keywords, types, strings, numbers, comments. Good enough to read an
// excerpt by; it does not parse.
#pragma once

#include <QSyntaxHighlighter>

#include "gui/models/base/theme.h"

namespace raddle::gui {

class CppHighlighter : public QSyntaxHighlighter {
    Q_OBJECT

  public:
    CppHighlighter(QTextDocument* document, const Theme& theme);

  protected:
    void highlightBlock(const QString& text) override;

  private:
    int comment(const QString& text, int from);  // to the end of the comment, which may lie on a later line

    const Theme& theme_;
};

}  // namespace raddle::gui
