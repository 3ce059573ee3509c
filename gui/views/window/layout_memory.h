// What a window looks like is kept from run to run: its place and size, the page shown, whether the timeline
// stands under the others, where the user moved the handles between panes. In a file of its own (QSettings), which may
// be missing, broken or from another version: then things are where they are to begin with.
#pragma once

#include <QString>
#include <optional>

#include "gui/models/session/page.h"

class QWidget;

namespace raddle::gui {

// What of a window is no widget's own state.
struct Shown {
    std::optional<Page> page;  // none: none is remembered
    bool strip = true;         // the timeline under the pages

    bool operator==(const Shown&) const = default;
};

class LayoutMemory {
  public:
    // In the user's settings when `file` is empty.
    explicit LayoutMemory(QString file = {}) : file_(std::move(file)) {}

    void save(const QWidget& window, const Shown& shown) const;
    Shown restore(QWidget& window) const;
    // Everything back to where it is to begin with, also in runs to come.
    void forget(QWidget& window) const;

  private:
    QString file_;
};

}  // namespace raddle::gui
