#include "gui/views/window/screenshot.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include "gui/views/timeline/timeline_page.h"
#include "gui/views/timeline/timeline_view.h"
#include "gui/views/window/export.h"

namespace raddle::gui {
namespace {

constexpr int kLayoutMs = 60;  // for layouts, which follow each other in events
constexpr int kLongestMs = 60'000;

// Lets layouts settle, and what is computed in the background.
void settle(const Session& session) {
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < kLayoutMs || (session.working() && timer.elapsed() < kLongestMs))
        QCoreApplication::processEvents(QEventLoop::AllEvents, kLayoutMs);
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
    settle(window.session());
    window.selection().set(state);
    settle(window.session());
    if (request.fit) window.timelinePage()->view()->fitSelection();
    settle(window.session());
    return exportTo(request.file, window, window.pageView());
}

}  // namespace raddle::gui
