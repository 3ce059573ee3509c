// A source file at a line: read from disk, C++ coloured, line numbers, the line marked. When the file is not
// there, or is not text, says so and where it was looked for.
#pragma once

#include <QPlainTextEdit>

#include "core/model/source_location.h"
#include "gui/models/session/source_costs.h"
#include "gui/views/widgets/context.h"

namespace raddle::gui {

class CppHighlighter;

class SourceView : public QPlainTextEdit {
    Q_OBJECT

  public:
    explicit SourceView(const Context& context, QWidget* parent = nullptr);
    void restyle();  // after the colours changed

    void show(const SourceLocation& at);
    const SourceLocation& location() const { return at_; }
    // What stands before the lines of the file shown next, beside their numbers; empty for the numbers alone.
    void setCosts(FileCosts costs);

  Q_SIGNALS:
    void choseLine(uint32_t line);  // by mouse or keyboard, in a file

  protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void paintNumbers();
    void paintCosts(QPainter& painter, const QRectF& box, const LineCost& cost) const;
    void fitMargin();
    double numberWidth() const;
    double columnWidth() const;
    void mark();
    void note(const QString& text);
    QString costliestLines() const;
    void centre();

    const Context& context_;
    SourceLocation at_;
    QString file_;  // shown now; empty while a note is
    QWidget* numbers_;
    FileCosts costs_;
    SourceTimes most_{};  // of a line
    CppHighlighter* highlighter_ = nullptr;
};

}  // namespace raddle::gui
