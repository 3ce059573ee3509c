#include "gui/views/window/screenshot.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QPixmap>

#include "gui/views/timeline/timeline_page.h"
#include "gui/views/timeline/timeline_view.h"

namespace raddle::gui {
namespace {

constexpr int kSmallest = 0;  // of PNG: pressed hardest, nothing lost

// Lets layouts, and tables computed in the background, settle.
void settle(int milliseconds) {
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < milliseconds) QCoreApplication::processEvents(QEventLoop::AllEvents, milliseconds);
}

}  // namespace

QString takeScreenshot(MainWindow& window, const ScreenshotRequest& request) {
    SelectionState state = window.selection().state();
    for (const QString& text : request.selections) {
        QString wrong = selectByText(text, window.session().timeline(), window.session().findings().size(), state);
        if (!wrong.isEmpty()) return wrong;
    }
    window.resize(request.size);
    window.show();
    window.showPage(request.page);
    settle(60);
    window.selection().set(state);
    settle(state.range ? 400 : 60);
    if (request.fit) window.timelinePage()->view()->fitSelection();
    settle(60);
    if (!window.grab().save(request.file, "PNG", kSmallest))
        return request.file + QStringLiteral(": cannot be written");
    return {};
}

}  // namespace raddle::gui
