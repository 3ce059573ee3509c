#include "gui/views/widgets/source_view.h"

#include <QEvent>
#include <QFileInfo>
#include <QPainter>
#include <QScrollBar>
#include <QTextBlock>

#include "core/support/file_system.h"
#include "gui/models/base/format.h"
#include "gui/views/widgets/cpp_highlighter.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

constexpr qint64 kLargestFile = 8 << 20;

}  // namespace

SourceView::SourceView(const Context& context, QWidget* parent)
    : QPlainTextEdit(parent), context_(context), numbers_(new QWidget(this)) {
    setReadOnly(true);
    setLineWrapMode(NoWrap);
    setFont(codeFont());
    setTabStopDistance(fontMetrics().horizontalAdvance(QLatin1Char(' ')) * 4);
    numbers_->installEventFilter(this);
    connect(this, &QPlainTextEdit::updateRequest, numbers_, [this] { numbers_->update(); });
}

void SourceView::show(const SourceLocation& at) {
    at_ = at;
    QString path = QString::fromStdString(at.file);
    if (at.file.empty())
        return note(QStringLiteral("No source line known: the program or library has no debug information (-g)."));
    QFileInfo info(path);
    if (!info.exists()) return note(QStringLiteral("Not on this machine:\n%1").arg(placePath(at)));
    if (!info.isFile() || info.size() > kLargestFile)
        return note(QStringLiteral("Not a source file, or too large to show:\n%1").arg(path));
    setLineWrapMode(NoWrap);
    if (path != file_) {
        Result<std::string> text = readFile(at.file);
        if (!text) return note(QString::fromStdString(toString(text.error())));
        if (text->find('\0') != std::string::npos) return note(QStringLiteral("Not a text file:\n%1").arg(path));
        delete highlighter_;
        setPlainText(QString::fromStdString(*text));
        highlighter_ = new CppHighlighter(document(), *context_.theme);
        file_ = path;
    }
    int digits = static_cast<int>(QString::number(blockCount()).size());
    setViewportMargins(fontMetrics().horizontalAdvance(QLatin1Char('9')) * (digits + 2), 0, 0, 0);
    numbers_->show();
    mark();
    centre();
}

void SourceView::note(const QString& text) {
    delete highlighter_;
    highlighter_ = nullptr;
    file_.clear();
    setExtraSelections({});
    setViewportMargins(0, 0, 0, 0);
    numbers_->hide();
    setLineWrapMode(WidgetWidth);
    setPlainText(text);
}

void SourceView::mark() {
    QTextBlock block = document()->findBlockByNumber(static_cast<int>(at_.line) - 1);
    if (file_.isEmpty() || !block.isValid()) return setExtraSelections({});
    QTextEdit::ExtraSelection line;
    line.format.setBackground(context_.theme->codeLine);
    line.format.setProperty(QTextFormat::FullWidthSelection, true);
    line.cursor = QTextCursor(block);
    setExtraSelections({line});
}

void SourceView::centre() {
    if (file_.isEmpty()) return;
    // The marked line at two fifths of the height: what led there matters more than what follows.
    int lines = std::max(
        1, viewport()->height() / std::max(1, static_cast<int>(blockBoundingRect(firstVisibleBlock()).height())));
    verticalScrollBar()->setValue(std::max(0, static_cast<int>(at_.line) - 1 - lines * 2 / 5));
    horizontalScrollBar()->setValue(0);
}

void SourceView::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    QRect inner = contentsRect();
    numbers_->setGeometry(inner.left(), inner.top(), viewportMargins().left(), inner.height());
    centre();
}

void SourceView::restyle() {
    if (file_.isEmpty()) return;
    file_.clear();
    show(at_);
}

bool SourceView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == numbers_ && event->type() == QEvent::Paint) {
        paintNumbers();
        return true;
    }
    return QPlainTextEdit::eventFilter(watched, event);
}

void SourceView::paintNumbers() {
    QRect inner = contentsRect();
    numbers_->setGeometry(inner.left(), inner.top(), viewportMargins().left(), inner.height());
    QPainter painter(numbers_);
    painter.fillRect(numbers_->rect(), context_.theme->stripe);
    painter.setFont(font());
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        QRectF box = blockBoundingGeometry(block).translated(contentOffset());
        if (box.top() > numbers_->height()) break;
        bool marked = block.blockNumber() == static_cast<int>(at_.line) - 1;
        painter.setPen(marked ? context_.theme->text : context_.theme->muted);
        painter.drawText(
            QRectF(0, box.top(), numbers_->width() - fontMetrics().horizontalAdvance(QLatin1Char('9')) * 0.7,
                   box.height()),
            Qt::AlignRight | Qt::AlignVCenter, QString::number(block.blockNumber() + 1));
    }
}

}  // namespace raddle::gui
