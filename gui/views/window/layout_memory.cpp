#include "gui/views/window/layout_memory.h"

#include <QMainWindow>
#include <QSettings>
#include <QWidget>
#include <memory>

#include "gui/views/widgets/split.h"

namespace raddle::gui {
namespace {

constexpr int kVersion = 1;  // of what is kept; other versions are not read

std::unique_ptr<QSettings> openSettings(const QString& file) {
    if (!file.isEmpty()) return std::make_unique<QSettings>(file, QSettings::IniFormat);
    return std::make_unique<QSettings>(QStringLiteral("raddle"), QStringLiteral("viewer"));
}

QString keyOf(const Split& split) {
    return QStringLiteral("split/") + split.objectName();
}

QString keyOf(const QMainWindow& docks) {
    return QStringLiteral("docks/") + docks.objectName();
}

}  // namespace

void LayoutMemory::save(const QWidget& window, const Shown& shown) const {
    auto settings = openSettings(file_);
    settings->setValue(QStringLiteral("version"), kVersion);
    settings->setValue(QStringLiteral("geometry"), window.saveGeometry());
    if (shown.page) settings->setValue(QStringLiteral("page"), QString::fromUtf8(pageName(*shown.page)));
    settings->setValue(QStringLiteral("strip"), shown.strip);
    for (const Split* split : window.findChildren<Split*>())
        if (split->isUsers()) settings->setValue(keyOf(*split), split->saveState());
    for (const QMainWindow* docks : window.findChildren<QMainWindow*>())
        settings->setValue(keyOf(*docks), docks->saveState(kVersion));
}

Shown LayoutMemory::restore(QWidget& window) const {
    auto settings = openSettings(file_);
    if (settings->value(QStringLiteral("version")).toInt() != kVersion) return {};
    window.restoreGeometry(settings->value(QStringLiteral("geometry")).toByteArray());
    for (Split* split : window.findChildren<Split*>())
        if (QByteArray state = settings->value(keyOf(*split)).toByteArray(); !state.isEmpty()) split->restore(state);
    for (QMainWindow* docks : window.findChildren<QMainWindow*>())
        docks->restoreState(settings->value(keyOf(*docks)).toByteArray(), kVersion);
    Shown shown;
    if (Page page{}; parsePage(settings->value(QStringLiteral("page")).toString(), page)) shown.page = page;
    shown.strip = settings->value(QStringLiteral("strip"), true).toBool();
    return shown;
}

void LayoutMemory::forget(QWidget& window) const {
    openSettings(file_)->clear();
    for (Split* split : window.findChildren<Split*>()) split->forget();
}

}  // namespace raddle::gui
