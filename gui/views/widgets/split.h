// A splitter that remembers: its page suggests sizes until the user has moved the handle, from then on they are the
// user's, also in later runs (gui/views/window/layout_memory.h keeps them by name).
#pragma once

#include <QSplitter>

namespace raddle::gui {

class Split : public QSplitter {
    Q_OBJECT

  public:
    Split(const char* name, Qt::Orientation orientation, QWidget* parent = nullptr);

    void suggest(const QList<int>& sizes);

    bool isUsers() const { return isUsers_; }
    void restore(const QByteArray& state);  // what saveState() gave; nothing happens when it fits no more
    void forget();                          // back to what was suggested

  private:
    QList<int> suggested_;
    bool isUsers_ = false;
};

}  // namespace raddle::gui
