#include "gui/views/widgets/source_view.h"

#include <QEvent>
#include <QFileInfo>
#include <QPainter>
#include <QScrollBar>
#include <QTextBlock>
#include <algorithm>
#include <numeric>
#include <span>

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
    setCursorWidth(0);
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, [this] {
        if (!file_.isEmpty() && hasFocus()) Q_EMIT choseLine(static_cast<uint32_t>(textCursor().blockNumber()) + 1);
    });
    connect(&context.session, &Session::sourcesChanged, this, [this] {
        if (!at_.file.empty()) show(at_);
    });
}

void SourceView::show(const SourceLocation& at) {
    at_ = at;
    QString path = QString::fromStdString(at.file);
    if (at.file.empty())
        return note(QStringLiteral("No source line known: the program or library has no debug information (-g)."));
    QString here = context_.session.sources().find(at.file);
    if (here.isEmpty() && !QFileInfo::exists(path))
        return note(QStringLiteral("Not on this machine:\n%1\n\nCtrl+Shift+O, or --source-dir DIR on the command line, "
                                   "says in which folder the sources are.")
                        .arg(placePath(at)) +
                    costliestLines());
    if (!here.isEmpty()) path = here;
    QFileInfo info(path);
    if (!info.isFile() || info.size() > kLargestFile)
        return note(QStringLiteral("Not a source file, or too large to show:\n%1").arg(path));
    setLineWrapMode(NoWrap);
    if (path != file_) {
        Result<std::string> text = readFile(path.toStdString());
        if (!text) return note(QString::fromStdString(toString(text.error())));
        if (text->find('\0') != std::string::npos) return note(QStringLiteral("Not a text file:\n%1").arg(path));
        delete highlighter_;
        setPlainText(QString::fromStdString(*text));
        highlighter_ = new CppHighlighter(document(), *context_.theme);
        file_ = path;
    }
    fitMargin();
    numbers_->show();
    mark();
    centre();
}

// What can be told of a file without it.
QString SourceView::costliestLines() const {
    constexpr size_t kMost = 12;
    constexpr const char* kWords[kSourceColumns] = {"on the CPU", "waiting for locks", "waiting", "making others wait"};
    std::vector<std::pair<int64_t, uint32_t>> order;
    for (const auto& [line, cost] : costs_)
        if (int64_t all = std::accumulate(cost.total.begin(), cost.total.end(), int64_t{0}); all > 0)
            order.emplace_back(-all, line);
    std::sort(order.begin(), order.end());
    QString text;
    for (const auto& [cost, line] : std::span(order).first(std::min(order.size(), kMost))) {
        QStringList parts;
        for (size_t c = 0; c < kSourceColumns; ++c)
            if (int64_t ns = costs_.at(line).total[c]; ns > 0)
                parts << durationText(ns) + QLatin1Char(' ') + QString::fromUtf8(kWords[c]);
        text += QStringLiteral("\nline %1  %2").arg(line, 5).arg(parts.join(QStringLiteral(", ")));
    }
    if (order.size() > kMost) text += QStringLiteral("\n…and %1").arg(plural(order.size() - kMost, "line", "lines"));
    return text.isEmpty() ? text : QStringLiteral("\n\nWhat its lines cost:") + text;
}

void SourceView::setCosts(FileCosts costs) {
    costs_ = std::move(costs);
    most_ = {};
    for (const auto& [line, cost] : costs_)
        for (size_t c = 0; c < kSourceColumns; ++c) most_[c] = std::max(most_[c], cost.total[c]);
    if (!file_.isEmpty()) fitMargin();
    numbers_->update();
}

double SourceView::numberWidth() const {
    auto digits = static_cast<double>(QString::number(blockCount()).size());
    return fontMetrics().horizontalAdvance(QLatin1Char('9')) * (digits + 2);
}

double SourceView::columnWidth() const {
    return fontMetrics().horizontalAdvance(QStringLiteral("000.0 ms "));
}

void SourceView::fitMargin() {
    double width = numberWidth();
    if (!costs_.empty()) width += fontMetrics().height();
    for (int64_t most : most_) width += most > 0 ? columnWidth() : 0;
    setViewportMargins(static_cast<int>(width), 0, 0, 0);
    QRect inner = contentsRect();
    numbers_->setGeometry(inner.left(), inner.top(), viewportMargins().left(), inner.height());
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
        QRectF line(0, box.top(), numbers_->width(), box.height());
        if (auto cost = costs_.find(static_cast<uint32_t>(block.blockNumber()) + 1); cost != costs_.end())
            paintCosts(painter, line, cost->second);
        painter.setPen(marked ? context_.theme->text : context_.theme->muted);
        painter.drawText(line.adjusted(0, 0, -fontMetrics().horizontalAdvance(QLatin1Char('9')) * 0.7, 0),
                         Qt::AlignRight | Qt::AlignVCenter, QString::number(block.blockNumber() + 1));
    }
}

// A dot for findings, then a bar with the time in each column that the file has.
void SourceView::paintCosts(QPainter& painter, const QRectF& box, const LineCost& cost) const {
    const Theme& theme = *context_.theme;
    double x = fontMetrics().height();
    if (!cost.findings.empty()) {
        const std::vector<Finding>& findings = context_.session.findings();
        QColor colour = cost.findings[0] < findings.size() ? theme.of(findings[cost.findings[0]].evidence) : theme.bad;
        double size = x * 0.5;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawEllipse(QRectF(x * 0.25, box.center().y() - size / 2, size, size));
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
    for (size_t c = 0; c < kSourceColumns; ++c) {
        if (most_[c] <= 0) continue;
        QRectF cell(x, box.top(), columnWidth(), box.height());
        x += columnWidth();
        if (cost.total[c] <= 0) continue;
        double share = static_cast<double>(cost.total[c]) / static_cast<double>(most_[c]);
        QColor colour = theme.of(stateOf(static_cast<SourceColumn>(c)));
        if (static_cast<SourceColumn>(c) == SourceColumn::blocking) colour = theme.holdBlocking;
        painter.fillRect(
            QRectF(cell.left() + 1, cell.top() + 1, std::max((cell.width() - 4) * share, 2.0), cell.height() - 2),
            blend(theme.stripe, colour, 0.5));
        painter.setPen(theme.text);
        painter.drawText(cell.adjusted(0, 0, -5, 0), Qt::AlignRight | Qt::AlignVCenter, durationText(cost.total[c]));
    }
}

}  // namespace raddle::gui
