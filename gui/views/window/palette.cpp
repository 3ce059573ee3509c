#include "gui/views/window/palette.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QVBoxLayout>

#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

constexpr size_t kMostHits = 60;

}  // namespace

Palette::Palette(const Context& context, std::vector<PaletteAction> actions, QWidget* parent)
    : QWidget(parent),
      context_(context),
      actions_(std::move(actions)),
      text_(new QLineEdit(this)),
      list_(new QListWidget(this)) {
    text_->setPlaceholderText(QStringLiteral("Go to a page, lock, thread, function or finding"));
    text_->setFont(scaledFont(1.15));
    list_->setFocusPolicy(Qt::NoFocus);
    text_->installEventFilter(this);
    connect(text_, &QLineEdit::textChanged, this, &Palette::refill);
    connect(text_, &QLineEdit::returnPressed, this, &Palette::accept);
    connect(list_, &QListWidget::itemClicked, this, [this] { accept(); });
    hide();
}

void Palette::open(const QString& text) {
    setGeometry(parentWidget()->rect());
    int width = std::min(static_cast<int>(640 * fontScale()), this->width() - 40);
    int left = (this->width() - width) / 2, top = static_cast<int>(70 * fontScale());
    int field = text_->sizeHint().height();
    text_->setGeometry(left, top, width, field);
    list_->setGeometry(left, top + field + 6, width,
                       std::min(static_cast<int>(420 * fontScale()), height() - top - field - 40));
    text_->setText(text);
    refill();
    raise();
    show();
    text_->setFocus();
}

void Palette::refill() {
    list_->clear();
    runs_.clear();
    auto add = [this](const QString& text, const QString& hint, std::function<void()> run) {
        auto* item = new QListWidgetItem(hint.isEmpty() ? text : text + QStringLiteral("      ") + hint);
        list_->addItem(item);
        runs_.push_back(std::move(run));
    };
    QString wanted = text_->text();
    for (const PaletteAction& action : actions_)
        if (matchScore(action.text, wanted) > 0) add(action.text, action.keys, action.run);
    if (!wanted.trimmed().isEmpty())
        for (const SearchHit& hit : searchIn(context_.session, wanted, kMostHits))
            add(hit.text, hit.kind, [this, hit] { go(hit); });
    list_->setCurrentRow(0);
    if (list_->count() == 0) {
        list_->addItem(QStringLiteral("Nothing is called like that"));
        list_->item(0)->setFlags(Qt::NoItemFlags);
    }
}

void Palette::go(const SearchHit& hit) {
    SelectionState state = context_.selection.state();
    if (hit.selection.lock.valid()) state.lock = hit.selection.lock, state.wait.reset();
    if (hit.selection.function.valid()) state.function = hit.selection.function;
    if (!hit.selection.threads.empty()) state.threads = hit.selection.threads;
    if (hit.selection.finding) state.finding = hit.selection.finding;
    context_.selection.set(std::move(state));
    context_.show(hit.page);
}

void Palette::accept() {
    int row = list_->currentRow();
    if (row < 0 || static_cast<size_t>(row) >= runs_.size()) return;
    auto run = runs_[static_cast<size_t>(row)];
    hide();
    run();
}

bool Palette::eventFilter(QObject* watched, QEvent* event) {
    if (watched != text_ || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Escape) {
        hide();
        parentWidget()->setFocus();
        return true;
    }
    if (key != Qt::Key_Up && key != Qt::Key_Down) return false;
    int rows = list_->count();
    if (rows > 0) list_->setCurrentRow((list_->currentRow() + (key == Qt::Key_Down ? 1 : rows - 1)) % rows);
    return true;
}

void Palette::mousePressEvent(QMouseEvent*) {
    hide();
}

void Palette::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), QColor(0, 0, 0, 110));
}

}  // namespace raddle::gui
