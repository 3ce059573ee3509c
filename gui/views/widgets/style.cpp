#include "gui/views/widgets/style.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QLabel>
#include <QPainter>
#include <QPalette>
#include <QStyleFactory>
#include <QSvgRenderer>

namespace raddle::gui {
namespace {

// Shapes on a 20×20 grid, stroked in the text colour.
constexpr const char* kIcons[kPages] = {
    "<path d='M3 11a7 7 0 0 1 14 0'/><path d='M10 11l3.5-4'/><path d='M3 15h14'/>",
    "<path d='M3 5h8M7 10h10M3 15h6M12 15h5'/>",
    "<rect x='4' y='9' width='12' height='8' rx='2'/><path d='M7 9V6.5a3 3 0 0 1 6 0V9'/>",
    "<path d='M13.5 3.5c-2.6-.7-3.6.8-3.9 3L8 16.5M6 9.5h6.5'/>",
    "<path d='M3 4h14v3.4H3zM3 8.4h9v3.4H3zM3 12.8h4.5v3.4H3z'/>",
    "<path d='M10 3l7.5 13.5h-15z'/><path d='M10 8.5v3.5M10 14.2v.1'/>",
    "<circle cx='4.5' cy='10' r='2'/><circle cx='15.5' cy='4.5' r='2'/><circle cx='15.5' cy='15.5' r='2'/><path "
    "d='M6.4 "
    "9l7.2-3.6M6.4 11l7.2 3.6M15.5 6.7v6.6'/>",
    "<path d='M7 6L3 10l4 4M13 6l4 4-4 4M11.5 4l-3 12'/>",
    "<path d='M4 7h10M11 4l3 3-3 3M16 13H6M9 10l-3 3 3 3'/>"};

QPalette paletteOf(const Theme& theme) {
    QPalette p;
    p.setColor(QPalette::Window, theme.window);
    p.setColor(QPalette::WindowText, theme.text);
    p.setColor(QPalette::Base, theme.card);
    p.setColor(QPalette::AlternateBase, theme.stripe);
    p.setColor(QPalette::Text, theme.text);
    p.setColor(QPalette::Button, theme.panel);
    p.setColor(QPalette::ButtonText, theme.text);
    p.setColor(QPalette::ToolTipBase, theme.card);
    p.setColor(QPalette::ToolTipText, theme.text);
    p.setColor(QPalette::PlaceholderText, theme.muted);
    p.setColor(QPalette::Highlight, blend(theme.card, theme.accent, theme.dark ? 0.35 : 0.2));
    p.setColor(QPalette::HighlightedText, theme.text);
    p.setColor(QPalette::Link, theme.accent);
    p.setColor(QPalette::Mid, theme.border);
    p.setColor(QPalette::Disabled, QPalette::Text, theme.muted);
    p.setColor(QPalette::Disabled, QPalette::ButtonText, theme.muted);
    return p;
}

// %name% is replaced by the theme's colour of that name.
const char kStyleSheet[] = R"(
QMainWindow, QScrollArea, #page { background: %window%; }
QScrollArea { border: none; }
#sidebar { background: %panel%; border-right: 1px solid %border%; }
#sidebar QToolButton { border: none; border-radius: 6px; padding: 7px 10px; text-align: left; color: %muted%; }
#sidebar QToolButton:hover { background: %hover%; color: %text%; }
#sidebar QToolButton:checked { background: %highlight%; color: %text%; font-weight: bold; }
#sidebar QToolButton:focus { outline: none; border: 1px solid %accent%; padding: 6px 9px; }
#brand { font-weight: bold; padding: 4px 10px; }
#header { background: %card%; border-bottom: 1px solid %border%; }
#headline { font-weight: bold; }
#muted { color: %muted%; }
#section { font-weight: bold; }
#errorBar { background: %errorBack%; border-bottom: 1px solid %bad%; }
#statusBar { background: %panel%; border-top: 1px solid %border%; }
#cardBody { background: %card%; }
#card { background: %card%; border: 1px solid %border%; border-radius: 8px; }
#chip { background: %highlight%; border: 1px solid %accentSoft%; border-radius: 9px; padding: 2px 9px; color: %text%; }
#chip:hover, #chip:focus { border-color: %accent%; background: %hover%; }
#segment { background: %card%; border: 1px solid %border%; padding: 4px 12px; color: %muted%; }
#segment:hover, #segment:focus { color: %text%; border-color: %accent%; }
#segment:checked { background: %highlight%; color: %text%; font-weight: bold; }
#jump { border: none; color: %accent%; padding: 2px 0; text-align: right; font-weight: bold; }
#jump:hover, #jump:focus { text-decoration: underline; }
QLineEdit { background: %card%; border: 1px solid %border%; border-radius: 5px; padding: 4px 8px; selection-background-color: %highlight%; }
QLineEdit:focus { border-color: %accent%; }
QComboBox QAbstractItemView { background: %card%; border: 1px solid %border%; }
QTableView, QListView, QTreeView, QPlainTextEdit { background: %card%; alternate-background-color: %stripe%; border: 1px solid %border%; border-radius: 6px; gridline-color: %grid%; outline: none; }
QTableView:focus, QListView:focus, QTreeView:focus { border-color: %accentSoft%; }
QTableView::item:selected, QListView::item:selected, QTreeView::item:selected { background: %highlight%; color: %text%; }
QHeaderView { background: %card%; border: none; }
QHeaderView::section { background: %card%; color: %muted%; border: none; border-bottom: 1px solid %border%; padding: 5px 8px; font-weight: normal; }
QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; height: 0; }
QHeaderView::section:hover { color: %text%; }
QTableCornerButton::section { background: %card%; border: none; }
QSplitter::handle { background: %window%; }
QToolTip { background: %card%; color: %text%; border: 1px solid %border%; padding: 5px; }
QProgressBar { background: %grid%; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: %accent%; border-radius: 3px; }
QPushButton { background: %card%; border: 1px solid %border%; border-radius: 5px; padding: 4px 12px; }
QPushButton:hover, QPushButton:focus { border-color: %accent%; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: %border%; border-radius: 4px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: %muted%; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none; width: 0; height: 0; }
)";

}  // namespace

void applyTheme(QApplication& app, const Theme& theme) {
    static const bool first = [&app] {
        app.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
        QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
        // Without a desktop the platform names no font, or a tiny one; this one is on every machine with Qt.
        if (font.pointSizeF() < 8 || QGuiApplication::platformName() == QLatin1String("offscreen"))
            font = QFont(QStringLiteral("DejaVu Sans"), 9);
        app.setFont(font);
        return true;
    }();
    Q_UNUSED(first);
    app.setPalette(paletteOf(theme));
    QString sheet = QString::fromUtf8(kStyleSheet);
    auto set = [&sheet](const char* name, const QColor& colour) {
        sheet.replace(QString::fromUtf8(name), colour.name());
    };
    set("%window%", theme.window);
    set("%panel%", theme.panel);
    set("%card%", theme.card);
    set("%border%", theme.border);
    set("%text%", theme.text);
    set("%muted%", theme.muted);
    set("%accent%", theme.accent);
    set("%accentSoft%", blend(theme.border, theme.accent, 0.5));
    set("%highlight%", blend(theme.card, theme.accent, theme.dark ? 0.3 : 0.16));
    set("%hover%", theme.hover);
    set("%stripe%", theme.stripe);
    set("%grid%", theme.grid);
    set("%bad%", theme.bad);
    set("%errorBack%", blend(theme.card, theme.bad, 0.18));
    app.setStyleSheet(sheet);
}

const Theme& systemTheme() {
    return QGuiApplication::palette().color(QPalette::Window).lightness() < 110 ? darkTheme() : lightTheme();
}

QFont codeFont() {
    QFont font(QStringLiteral("DejaVu Sans Mono"));
    font.setStyleHint(QFont::Monospace);
    font.setPointSizeF(QApplication::font().pointSizeF() * 0.96);
    return font;
}

QFont scaledFont(double factor, bool bold) {
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * factor);
    font.setBold(bold);
    return font;
}

double fontScale() {
    return std::max(QFontMetricsF(QApplication::font()).height() / 14.0, 0.8);
}

QIcon pageIcon(Page page, const Theme& theme) {
    QString svg = QStringLiteral(
                      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20' fill='none' stroke='%1' "
                      "stroke-width='1.7' stroke-linecap='round' stroke-linejoin='round'>%2</svg>")
                      .arg(theme.text.name(), QString::fromUtf8(kIcons[static_cast<size_t>(page)]));
    QSvgRenderer renderer(svg.toUtf8());
    QPixmap pixmap(40, 40);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    return QIcon(pixmap);
}

QString richText(const QString& text, const Theme& theme) {
    QString out;
    bool code = false;
    for (const QString& part : text.split(QLatin1Char('`'))) {
        QString escaped = part.toHtmlEscaped();
        out += code ? QStringLiteral("<b style=\"color:%1\">%2</b>").arg(theme.accent.name(), escaped) : escaped;
        code = !code;
    }
    return out;
}

double drawBadge(QPainter& painter, double x, double middle, const QString& text, const QColor& colour) {
    painter.save();
    painter.setFont(scaledFont(0.85, true));
    QFontMetricsF metrics(painter.font());
    QRectF box(x, middle - metrics.height() / 2 - 2, metrics.horizontalAdvance(text) + 12, metrics.height() + 4);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(box, 4, 4);
    painter.setPen(textOn(colour));
    painter.drawText(box, Qt::AlignCenter, text);
    painter.restore();
    return box.width();
}

QLabel* makeLabel(const char* objectName, const QString& text) {
    auto* label = new QLabel(text);
    label->setObjectName(QString::fromUtf8(objectName));
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

}  // namespace raddle::gui
