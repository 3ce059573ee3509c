// A page as a file: a picture (.png, .svg) or the numbers of its table (.csv), by the end of the file's name.
#pragma once

#include <QString>

class QWidget;

namespace raddle::gui {

class PageView;

// `window` is what a picture shows, `page` whose table is written. Empty when written, else what is wrong, one line.
QString exportTo(const QString& file, QWidget& window, const PageView& page);

}  // namespace raddle::gui
