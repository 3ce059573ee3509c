#include "gui/views/window/help_overlay.h"

#include <QPainter>

#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

constexpr std::pair<const char*, const char*> kKeys[] = {
    {"Ctrl+1 … Ctrl+9", "the pages, from overview to comparison"},
    {"Ctrl+F", "search or filter the page"},
    {"Ctrl+K", "go to any page, lock, thread, function or finding"},
    {"Ctrl+C", "copy the row of a table; its menu copies more, that of its header chooses columns"},
    {"Ctrl+E", "export the page as .png, .svg or .csv"},
    {"Ctrl+Shift+O", "say in which folder the sources are"},
    {"Ctrl+B", "the timeline under the pages: show or hide"},
    {"Ctrl+O", "open recordings and scan reports"},
    {"Ctrl+T", "light or dark"},
    {"Esc", "clear the selection"},
    {"?", "this list"},
    {"", ""},
    {"W  S   or wheel", "timeline: zoom in and out at the cursor"},
    {"A  D   or drag", "timeline: earlier and later"},
    {"F", "timeline: fit the selection, or everything"},
    {"Home", "timeline: everything"},
    {"[   ]", "timeline: previous and next wait (of the selected lock or threads)"},
    {"drag on the ruler", "timeline: select a time range; all tables follow"},
    {"click a wait", "timeline: who was in the way, and both stacks"},
    {"click a name", "timeline: select the thread or lock"},
    {"M   Shift+M", "timeline: note at the cursor, and away with it"},
    {"double click", "timeline: zoom to what is there"}};

}  // namespace

HelpOverlay::HelpOverlay(const Context& context, QWidget* parent) : QWidget(parent), context_(context) {
    setFocusPolicy(Qt::StrongFocus);
    hide();
}

void HelpOverlay::open() {
    setGeometry(parentWidget()->rect());
    raise();
    show();
    setFocus();
}

void HelpOverlay::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& theme = *context_.theme;
    QColor shade(0, 0, 0, 130);
    painter.fillRect(rect(), shade);
    QFontMetricsF metrics(font());
    double line = metrics.height() + 8;
    QRectF box(0, 0, std::min(620 * fontScale(), width() - 40.0),
               line * (static_cast<double>(std::size(kKeys)) + 1.6) + 30);
    box.moveCenter(QRectF(rect()).center());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.border);
    painter.setBrush(theme.card);
    painter.drawRoundedRect(box, 10, 10);
    QRectF text = box.adjusted(24, 16, -24, -14);
    painter.setPen(theme.text);
    painter.setFont(scaledFont(1.2, true));
    painter.drawText(text, Qt::AlignLeft | Qt::AlignTop, QStringLiteral("Keys"));
    double y = text.top() + line * 1.4;
    for (const auto& [key, what] : kKeys) {
        painter.setFont(scaledFont(1, true));
        painter.setPen(theme.text);
        painter.drawText(QRectF(text.left(), y, text.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
                         QString::fromUtf8(key));
        painter.setFont(font());
        painter.setPen(theme.muted);
        painter.drawText(QRectF(text.left() + text.width() * 0.3, y, text.width() * 0.7, line),
                         Qt::AlignLeft | Qt::AlignVCenter, QString::fromUtf8(what));
        y += line;
    }
}

}  // namespace raddle::gui
