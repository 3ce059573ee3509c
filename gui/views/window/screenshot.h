// A page of the window as a picture, without a user: for tests, reports and documentation.
#pragma once

#include <QString>
#include <QStringList>

#include "gui/views/window/main_window.h"

namespace raddle::gui {

struct ScreenshotRequest {
    QString file;
    Page page = Page::overview;
    QSize size{1600, 900};
    QStringList selections;  // in the form of selectByText()
    bool fit = false;        // zoom the timeline to what is selected
};

// Shows the page in `window`, which has finished loading, and writes the picture. Empty when written, else what
// is wrong, one line.
QString takeScreenshot(MainWindow& window, const ScreenshotRequest& request);

}  // namespace raddle::gui
