#include "gui/views/timeline/timeline_painter.h"

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <future>

#include "gui/models/base/format.h"
#include "gui/models/session/story.h"
#include "trace/tables/regions.h"
#include "trace/timeline/sites.h"

namespace raddle::gui {
namespace {

constexpr double kLabelPixels = 24;  // narrower boxes carry no text; those up to twice as wide only whole names
constexpr double kLabelSize = 0.88;  // of the font
constexpr size_t kSharedFrom = 6;    // rows, from which on two threads fill the image

// Plain rectangles of one colour into 32-bit pixels; what lies outside is cut off.
class Pixels {
  public:
    explicit Pixels(QImage& image)
        : bits_(reinterpret_cast<QRgb*>(image.bits())),
          stride_(image.bytesPerLine() / 4),
          width_(image.width()),
          height_(image.height()) {}

    void fill(int left, int top, int right, int bottom, QRgb colour) {
        left = std::max(left, 0);
        right = std::min(right, width_);
        for (int y = std::max(top, 0); y < std::min(bottom, height_); ++y)
            if (left < right) std::fill(bits_ + y * stride_ + left, bits_ + y * stride_ + right, colour);
    }

    void mix(int x, int y, QRgb colour, float share) {
        if (x < 0 || y < 0 || x >= width_ || y >= height_) return;
        QRgb& pixel = bits_[y * stride_ + x];
        auto part = [share](int a, int b) {
            return static_cast<int>(static_cast<float>(a) + static_cast<float>(b - a) * share);
        };
        pixel = qRgb(part(qRed(pixel), qRed(colour)), part(qGreen(pixel), qGreen(colour)),
                     part(qBlue(pixel), qBlue(colour)));
    }

    // Fills [top, bottom) of one column, edge pixels in proportion.
    void column(int x, float top, float bottom, QRgb colour) {
        int first = static_cast<int>(std::floor(top)), last = static_cast<int>(std::floor(bottom));
        if (first == last) return mix(x, first, colour, bottom - top);
        mix(x, first, colour, static_cast<float>(first + 1) - top);
        for (int y = first + 1; y < last; ++y) fill(x, y, x + 1, y + 1, colour);
        mix(x, last, colour, bottom - static_cast<float>(last));
    }

  private:
    QRgb* bits_;
    qsizetype stride_;
    int width_, height_;
};

struct Label {
    QRectF box;  // logical
    QString text;
    QColor colour;
};

class RowPainter {
  public:
    RowPainter(const Recording& recording, const TimelineFrame& frame, const Theme& theme, QImage& image)
        : r_(recording), t_(recording.timeline), f_(frame), theme_(theme), pixels_(image), card_(theme.card.rgb()) {
        for (size_t c = 0; c < calls_.size(); ++c) calls_[c] = theme.call[c].rgb();
    }

    void row(const Row& row) {
        row_ = &row;
        if (row.kind == RowKind::thread)
            dimmed_ = !f_.selection.threads.empty() && !f_.selection.has({row.id});
        else
            dimmed_ = row.kind == RowKind::lock && f_.selection.lock.valid() && f_.selection.lock.value != row.id;
        for (const Strip& strip : row.strips) {
            top_ = static_cast<int>(std::lround((strip.top - f_.scroll) * f_.ratio));
            bottom_ = static_cast<int>(std::lround((strip.top + strip.height - f_.scroll) * f_.ratio));
            TrackLayout track = layoutTrack(*trackOf(r_.index, row, strip), f_.view);
            switch (strip.kind) {
                case StripKind::state:
                    state(track);
                    break;
                case StripKind::hold:
                    hold(track);
                    break;
                case StripKind::call:
                    call(track);
                    break;
                case StripKind::sample:
                    sample(track);
                    break;
                case StripKind::region:
                    region(track);
                    break;
                case StripKind::lockHeld:
                    lockHeld(track);
                    break;
                case StripKind::lockWaiting:
                    lockWaiting(track);
                    break;
            }
        }
    }

    const std::vector<Label>& labels() const { return labels_; }

  private:
    QRgb tint(const QColor& colour) const { return (dimmed_ ? blend(theme_.card, colour, 0.35) : colour).rgb(); }

    int pixel(float x) const { return static_cast<int>(std::lround(x)); }

    void box(const SpanBox& b, QRgb colour) {
        int left = pixel(b.left), right = std::max(pixel(b.right), left + 1);
        pixels_.fill(left, top_, right, bottom_, colour);
        // A hair of background keeps neighbours apart.
        if (right - left > 3)
            pixels_.fill(right - 1, top_, right, bottom_, blend(theme_.card, QColor(colour), 0.55).rgb());
    }

    void label(const SpanBox& b, const QString& text, QRgb background) {
        double left = std::max(static_cast<double>(b.left), 0.0) / f_.ratio;
        double right = std::min(static_cast<double>(b.right), static_cast<double>(f_.view.width)) / f_.ratio;
        if (right - left < kLabelPixels || text.isEmpty()) return;
        if (right - left < 2 * kLabelPixels &&
            QFontMetricsF(f_.font).horizontalAdvance(text) * kLabelSize > right - left - 9)
            return;
        labels_.push_back({QRectF(left + 5, top_ / f_.ratio, right - left - 9, (bottom_ - top_) / f_.ratio), text,
                           textOn(QColor(background))});
    }

    // Paler the less CPU the thread used while it waited for nothing: it was in system calls or had no core.
    QColor runningColour(const trace::Thread& thread) const {
        QColor full = theme_.of(State::running);
        if (thread.cpuNs < 0) return full;
        int64_t running = stateTimes(thread, r_.index.threads[row_->id], thread.beginNs, thread.endNs)[0];
        double used =
            running > 0 ? std::clamp(static_cast<double>(thread.cpuNs) / static_cast<double>(running), 0.0, 1.0) : 1;
        return blend(theme_.card, full, 0.3 + 0.7 * used);
    }

    // The thread's life in the running colour, its waits over it.
    void state(const TrackLayout& track) {
        const trace::Thread& thread = t_.threads[row_->id];
        int born = pixel(static_cast<float>(std::clamp(f_.view.x(thread.beginNs), -4.0, f_.view.width + 4.0)));
        int gone = pixel(static_cast<float>(std::clamp(f_.view.x(thread.endNs), -4.0, f_.view.width + 4.0)));
        if (thread.endNs > f_.view.beginNs && thread.beginNs < f_.view.endNs)
            pixels_.fill(born, top_, std::max(gone, born + 1), bottom_, tint(runningColour(thread)));
        static constexpr State kFromTop[] = {State::lockWait, State::eventWait, State::joinWait, State::sleep,
                                             State::io};
        std::array<QRgb, kStates> colours{};
        for (State s : kFromTop) colours[static_cast<size_t>(s)] = tint(theme_.of(s));
        auto height = static_cast<float>(bottom_ - top_);
        for (const SpanColumn& column : track.columns) {
            auto y = static_cast<float>(top_);
            for (State s : kFromTop) {
                float share = column.share[static_cast<size_t>(s)];
                if (share <= 0 || hidden(s)) continue;
                pixels_.column(column.x, y, y + share * height, colours[static_cast<size_t>(s)]);
                y += share * height;
            }
        }
        for (const SpanBox& b : track.boxes) {
            auto s = static_cast<State>(b.category);
            if (hidden(s)) continue;
            const trace::Wait& wait = thread.waits[b.item];
            bool other =
                f_.selection.lock.valid() && (wait.kind != trace::WaitKind::lock || wait.lock != f_.selection.lock);
            QColor colour = other ? blend(theme_.card, theme_.of(s), 0.5) : theme_.of(s);
            box(b, tint(colour));
            label(b, waitText(wait), tint(colour));
        }
    }

    bool hidden(State s) const { return f_.hiddenStates >> static_cast<unsigned>(s) & 1u; }

    QString waitText(const trace::Wait& wait) const {
        if (const trace::Lock* lock = lookup(t_.locks, wait.lock); lock && wait.kind == trace::WaitKind::lock)
            return QString::fromStdString(lock->name);
        if (const trace::Object* object = lookup(t_.objects, wait.object)) return QString::fromStdString(object->name);
        if (const trace::Thread* thread = lookup(t_.threads, wait.blocker);
            thread && wait.kind == trace::WaitKind::join)
            return QStringLiteral("joins ") + QString::fromStdString(thread->name);
        return wait.kind == trace::WaitKind::sleep ? QStringLiteral("sleep") : QString();
    }

    void hold(const TrackLayout& track) {
        const trace::Thread& thread = t_.threads[row_->id];
        const QColor colours[] = {theme_.holdQuiet, theme_.holdBlocking};
        columns(track, colours);
        for (const SpanBox& b : track.boxes) {
            bool other = f_.selection.lock.valid() && thread.holds[b.item].lock != f_.selection.lock;
            QColor colour = colours[std::min<int>(b.category, 1)];
            box(b, tint(other ? blend(theme_.card, colour, 0.4) : colour));
        }
    }

    // Shares from the bottom up, so that a column's height is the part of its time that is covered.
    void columns(const TrackLayout& track, const QColor (&colours)[2]) {
        const QRgb tinted[] = {tint(colours[0]), tint(colours[1])};
        auto height = static_cast<float>(bottom_ - top_);
        for (const SpanColumn& column : track.columns) {
            auto y = static_cast<float>(bottom_);
            for (size_t c = 2; c-- > 0;) {
                float part = column.share[c] * height;
                if (part <= 0) continue;
                pixels_.column(column.x, y - part, y, tinted[c]);
                y -= part;
            }
        }
    }

    // The colours of what ran in the column, mixed, and paler the less of it was covered.
    void flames(const TrackLayout& track) {
        constexpr float kLeast = 0.15f;  // so that a single short call is still seen
        const float strength = dimmed_ ? 0.35f : 1.0f;
        for (const SpanColumn& column : track.columns) {
            float red = 0, green = 0, blue = 0, covered = 0;
            for (size_t c = 0; c < calls_.size(); ++c) {
                float share = column.share[c];
                red += share * static_cast<float>(qRed(calls_[c]));
                green += share * static_cast<float>(qGreen(calls_[c]));
                blue += share * static_cast<float>(qBlue(calls_[c]));
                covered += share;
            }
            if (covered <= 0) continue;
            float opacity = std::min(kLeast + covered, 1.0f) * strength;
            auto mix = [&](float sum, int card) {
                return static_cast<int>(sum / covered * opacity + static_cast<float>(card) * (1 - opacity));
            };
            pixels_.fill(column.x, top_, column.x + 1, bottom_,
                         qRgb(mix(red, qRed(card_)), mix(green, qGreen(card_)), mix(blue, qBlue(card_))));
        }
    }

    void call(const TrackLayout& track) {
        const trace::Thread& thread = t_.threads[row_->id];
        flames(track);
        for (const SpanBox& b : track.boxes) {
            const trace::Call& activation = thread.calls[b.item];
            bool chosen = f_.selection.function.valid() && activation.function == f_.selection.function;
            bool other = f_.selection.function.valid() && !chosen;
            QColor colour = chosen ? theme_.accent : theme_.call[b.category];
            QRgb fill = tint(other ? blend(theme_.card, colour, 0.45) : colour);
            box(b, fill);
            if (b.right - b.left < kLabelPixels * f_.ratio || bottom_ - top_ < 11 * f_.ratio) continue;
            if (const trace::Function* function = lookup(t_.functions, activation.function))
                label(b, shortFunction(function->name), fill);
        }
    }

    void sample(const TrackLayout& track) {
        const trace::Thread& thread = t_.threads[row_->id];
        flames(track);
        for (const SpanBox& b : track.boxes) {
            trace::FunctionId id = trace::siteOf(t_, thread.samples[b.item].stack).function;
            bool chosen = f_.selection.function.valid() && id == f_.selection.function;
            bool other = f_.selection.function.valid() && !chosen;
            QColor colour = chosen ? theme_.accent : theme_.call[b.category];
            QRgb fill = tint(other ? blend(theme_.card, colour, 0.45) : colour);
            box(b, fill);
            if (const trace::Function* function = lookup(t_.functions, id)) small(b, functionText(*function), fill);
        }
    }

    void region(const TrackLayout& track) {
        const trace::Thread& thread = t_.threads[row_->id];
        flames(track);
        for (const SpanBox& b : track.boxes) {
            QRgb fill = tint(theme_.call[b.category]);
            box(b, fill);
            small(b, QString::fromUtf8(trace::toString(thread.regions[b.item].kind)), fill);
        }
    }

    // A label where the strip is high enough for one.
    void small(const SpanBox& b, const QString& text, QRgb fill) {
        if (b.right - b.left >= kLabelPixels * f_.ratio && bottom_ - top_ >= 10 * f_.ratio) label(b, text, fill);
    }

    void lockHeld(const TrackLayout& track) {
        const QColor colours[] = {theme_.holdQuiet, theme_.holdBlocking};
        columns(track, colours);
        const List<EventRef>& holders = r_.index.locks[row_->id].holders;
        for (const SpanBox& b : track.boxes) {
            QRgb fill = tint(colours[std::min<int>(b.category, 1)]);
            box(b, fill);
            if (b.item < holders.size())
                small(b, QString::fromStdString(t_.threads[holders[b.item].thread.index()].name), fill);
        }
    }

    // A histogram: as high as threads wait, of the most that ever did.
    void lockWaiting(const TrackLayout& track) {
        float most = static_cast<float>(std::clamp<uint32_t>(r_.index.locks[row_->id].mostWaiting, 1, kCategories - 1));
        auto height = static_cast<float>(bottom_ - top_);
        QRgb colour = tint(theme_.of(State::lockWait));
        pixels_.fill(0, bottom_ - 1, f_.view.width, bottom_, theme_.grid.rgb());
        for (const SpanColumn& column : track.columns) {
            float sum = 0;
            for (size_t c = 1; c < kCategories; ++c) sum += column.share[c] * static_cast<float>(c);
            pixels_.column(column.x, static_cast<float>(bottom_) - sum / most * height, static_cast<float>(bottom_),
                           colour);
        }
        for (const SpanBox& b : track.boxes) {
            int top = bottom_ - static_cast<int>(std::lround(static_cast<float>(b.category) / most * height));
            pixels_.fill(pixel(b.left), top, std::max(pixel(b.right), pixel(b.left) + 1), bottom_, colour);
        }
    }

    const Recording& r_;
    const trace::Timeline& t_;
    const TimelineFrame& f_;
    const Theme& theme_;
    Pixels pixels_;
    QRgb card_;
    std::array<QRgb, kCategories> calls_{};
    const Row* row_ = nullptr;
    int top_ = 0, bottom_ = 0;
    bool dimmed_ = false;
    std::vector<Label> labels_;
};

}  // namespace

QImage paintRows(const Recording& recording, const RowLayout& layout, const TimelineFrame& frame, const Theme& theme) {
    QSize device = frame.size * frame.ratio;
    QImage image(device.expandedTo({1, 1}), QImage::Format_RGB32);
    image.fill(theme.card);
    {
        QPainter painter(&image);
        painter.setPen(theme.grid);
        for (const Tick& tick : rulerTicks(frame.view, 110 * frame.ratio))
            painter.drawLine(QPointF(tick.x, 0), QPointF(tick.x, device.height()));
        for (const Row& row : layout.rows) {
            double y = (row.top + row.height - frame.scroll) * frame.ratio;
            if (y >= 0 && y <= device.height()) painter.fillRect(QRectF(0, y - 1, device.width(), 1), theme.grid);
        }
    }
    std::vector<const Row*> seen;
    for (const Row& row : layout.rows)
        if (row.top + row.height >= frame.scroll && row.top <= frame.scroll + frame.size.height()) seen.push_back(&row);
    // Rows do not overlap, so two threads can fill the same image; in large recordings the time goes to finding spans.
    RowPainter upper(recording, frame, theme, image), lower(recording, frame, theme, image);
    auto paint = [&seen](RowPainter& painter, size_t from, size_t to) {
        for (size_t i = from; i < to; ++i) painter.row(*seen[i]);
    };
    bool shared = seen.size() >= kSharedFrom;
    size_t middle = shared ? seen.size() / 2 : seen.size();
    std::future<void> other;
    if (shared) other = std::async(std::launch::async, [&] { paint(lower, middle, seen.size()); });
    paint(upper, 0, middle);
    if (shared) other.get();
    image.setDevicePixelRatio(frame.ratio);
    QPainter painter(&image);
    QFont font = frame.font;
    font.setPointSizeF(font.pointSizeF() * kLabelSize);
    painter.setFont(font);
    QFontMetricsF metrics(font);
    std::vector<Label> all = upper.labels();
    all.insert(all.end(), lower.labels().begin(), lower.labels().end());
    for (const Label& label : all) {
        painter.setPen(label.colour);
        painter.drawText(label.box, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         metrics.elidedText(label.text, Qt::ElideRight, label.box.width()));
    }
    return image;
}

void drawRunning(QPainter& painter, const QRectF& box, const Recording& recording, const Theme& theme) {
    const std::vector<float>& running = recording.index.running;
    double most = std::max(std::ceil(static_cast<double>(recording.index.mostRunning)), 1.0);
    painter.fillRect(box, theme.stripe);
    auto columns = static_cast<int>(box.width());
    for (int x = 0; x < columns; ++x) {
        auto from = static_cast<size_t>(x) * running.size() / static_cast<size_t>(columns);
        size_t to = std::max((static_cast<size_t>(x) + 1) * running.size() / static_cast<size_t>(columns), from + 1);
        double sum = 0;
        for (size_t b = from; b < to; ++b) sum += static_cast<double>(running[b]);
        double height = box.height() * sum / static_cast<double>(to - from) / most;
        painter.fillRect(QRectF(box.left() + x, box.bottom() - height, 1, height), theme.of(State::running));
    }
    double mean = box.bottom() - box.height() * recording.index.meanRunning / most;
    painter.setPen(QPen(theme.text, 1, Qt::DashLine));
    painter.drawLine(QPointF(box.left(), mean), QPointF(box.right(), mean));
    painter.setPen(theme.border);
    painter.drawLine(box.bottomLeft(), box.bottomRight());
}

}  // namespace raddle::gui
