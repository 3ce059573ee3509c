// The whole recording at a glance: how many threads ran, and under it one narrow strip a thread, on one time axis.
// A click on a thread goes to it.
#pragma once

#include <QImage>
#include <QWidget>

#include "gui/models/timeline/timeline_layout.h"
#include "gui/views/widgets/context.h"

namespace raddle::gui {

class GlanceView : public QWidget {
    Q_OBJECT

  public:
    explicit GlanceView(const Context& context, QWidget* parent = nullptr);

    void reload();
    size_t hiddenThreads() const { return hiddenThreads_; }  // that there was no room for

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  Q_SIGNALS:
    void chose(uint32_t thread);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

  private:
    double names() const;
    double curveHeight() const { return curve_; }
    void arrange();

    const Context& context_;
    RowLayout rows_;
    QImage image_;
    std::vector<uint32_t> shown_;  // ThreadId values
    size_t hiddenThreads_ = 0;
    double curve_ = 0;
};

}  // namespace raddle::gui
