#include "gui/views/window/screenshot.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include "gui/views/timeline/timeline_page.h"
#include "gui/views/timeline/timeline_view.h"
#include "gui/views/window/export.h"

namespace raddle::gui {
namespace {

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
    settle(state.range || !state.threads.empty() ? 400 : 60);
    if (request.fit) window.timelinePage()->view()->fitSelection();
    settle(60);
    return exportTo(request.file, window, window.pageView());
}

}  // namespace raddle::gui
