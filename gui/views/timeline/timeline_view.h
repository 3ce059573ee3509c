// The timeline: threads and locks as rows over time, with a map of the whole recording above. Wheel zooms at the
// cursor, dragging pans, dragging on the ruler selects a time range, a click selects what is under it.
#pragma once

#include <QAbstractScrollArea>
#include <QImage>

#include "gui/models/base/notes.h"
#include "gui/models/timeline/markers.h"
#include "gui/models/timeline/timeline_layout.h"
#include "gui/views/widgets/context.h"

namespace raddle::gui {

// What can be drawn over the rows.
enum class Overlay : uint8_t { markers, criticalPath, wakeUps };

class TimelineView : public QAbstractScrollArea {
    Q_OBJECT

  public:
    enum class Form {
        page,  // all that there is
        strip  // what the threads do, to lie under another page
    };
    explicit TimelineView(const Context& context, Form form = Form::page, QWidget* parent = nullptr);
    void restyle();  // after the colours changed

    void showAll();
    void fitSelection();       // to the wait, else the time range, else everything
    void step(int direction);  // to the next or previous wait
    void setHidden(State state, bool hidden);
    void setOverlay(Overlay overlay, bool shown);
    const TimeView& timeView() const { return view_; }
    void setTimeView(const TimeView& view);

    // Paints one frame into an image as paintEvent would; what the frame-time measurement calls.
    QImage renderRows();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

  private:
    enum class Drag { none, pan, range, map };

    void reload();
    void followSelection();
    void relayout();
    void updateScrollBar();
    void reveal(const EventRef& wait);
    void revealRow(const Row& row);
    void click(const QPointF& at);
    void hover(const QPointF& at);
    void mapTo(double x);

    double gutter() const;
    double headHeight() const;  // map and ruler
    double mapHeight() const;
    QRectF rowArea() const;  // in viewport coordinates
    double contentY(double y) const;
    Hit hitAt(const QPointF& at) const;

    void paintHead(QPainter& painter);
    void paintGutter(QPainter& painter);
    void paintThreadName(QPainter& painter, const Row& row, const QRectF& box);
    void paintLockName(QPainter& painter, const Row& row, const QRectF& box);
    void paintSelection(QPainter& painter);
    void paintWait(QPainter& painter, const EventRef& wait);
    void paintMarkers(QPainter& painter);
    void paintPath(QPainter& painter);
    void paintWakeUps(QPainter& painter);
    void reloadInsight();  // what is drawn over the rows
    bool shows(Overlay overlay) const { return overlays_ >> static_cast<unsigned>(overlay) & 1u; }
    QRectF stateBox(trace::ThreadId thread) const;  // of its whole state strip; empty when the thread has no row
    QPointF markerAt(const Marker& marker) const;
    void paintNotes(QPainter& painter);
    void addNote(int64_t ns);
    void removeNote(int64_t ns);
    const Note* noteUnder(const QPointF& at) const;
    const Marker* markerUnder(const QPointF& at) const;
    QRectF boxOf(StripKind kind, const EventRef& event) const;  // empty when not shown

    const Context& context_;
    const Form form_;
    RowLayout rows_;
    TimeView view_;  // width in logical pixels
    QImage image_;   // of the rows; null when it has to be painted anew
    unsigned hidden_ = 0;
    unsigned overlays_ = ~0u;            // bits of Overlay
    std::vector<uint32_t> rowOfThread_;  // into rows_
    std::vector<Marker> markers_;
    std::vector<Note> notes_;
    QString file_;          // of the recording shown
    int64_t duration_ = 0;  // that it had when it was last looked at
    Drag drag_ = Drag::none;
    bool moved_ = false;
    QPointF pressed_, last_;
    std::optional<QPointF> hover_;
    SelectionState shown_;
};

}  // namespace raddle::gui
