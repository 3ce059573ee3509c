#include "gui/views/window/export.h"

#include <QPainter>
#include <QPixmap>
#include <QSaveFile>
#include <QSvgGenerator>

#include "gui/models/base/csv.h"
#include "gui/views/widgets/page_view.h"

namespace raddle::gui {
namespace {

constexpr int kSmallest = 0;  // of PNG: pressed hardest, nothing lost

bool writeSvg(const QString& file, QWidget& window) {
    QSvgGenerator svg;
    svg.setFileName(file);
    svg.setSize(window.size());
    svg.setViewBox(window.rect());
    svg.setTitle(window.windowTitle());
    QPainter painter;
    if (!painter.begin(&svg)) return false;
    window.render(&painter);
    return painter.end();
}

bool writeCsv(const QString& file, const QAbstractItemModel& model) {
    QSaveFile out(file);
    return out.open(QIODevice::WriteOnly) && out.write(toCsv(model).toUtf8()) >= 0 && out.commit();
}

}  // namespace

QString exportTo(const QString& file, QWidget& window, const PageView& page) {
    QString end = file.section(QLatin1Char('.'), -1).toLower();
    bool written = false;
    if (end == QLatin1String("csv")) {
        if (!page.table()) return file + QStringLiteral(": this page has no table; export it as .png or .svg");
        written = writeCsv(file, *page.table());
    } else if (end == QLatin1String("svg")) {
        written = writeSvg(file, window);
    } else {
        written = window.grab().save(file, "PNG", kSmallest);
    }
    return written ? QString() : file + QStringLiteral(": cannot be written");
}

}  // namespace raddle::gui
