#include "gui/views/pages/thread_box.h"

#include "gui/models/base/format.h"
#include "gui/models/timeline/timeline_text.h"

namespace raddle::gui {

ThreadBox::ThreadBox(const Context& context, QWidget* parent) : QComboBox(parent), context_(context) {
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    setToolTip(QStringLiteral("Of which thread"));
    connect(this, &QComboBox::activated, this, [this](int index) {
        SelectionState state = context_.selection.state();
        state.threads.clear();
        if (index > 0 && static_cast<size_t>(index) <= context_.session.timeline().threads.size())
            state.threads = {{static_cast<uint32_t>(index - 1)}};
        context_.selection.set(std::move(state));
    });
    connect(&context.session, &Session::recordingChanged, this, &ThreadBox::fill);
    connect(&context.selection, &Selection::changed, this, &ThreadBox::follow);
    fill();
}

void ThreadBox::fill() {
    const trace::Timeline& timeline = context_.session.timeline();
    clear();
    addItem(QStringLiteral("All threads"));
    for (uint32_t i = 0; i < timeline.threads.size(); ++i)
        addItem(QStringLiteral("%1 (%2)").arg(threadLabel(timeline, {i})).arg(timeline.threads[i].tid));
    setVisible(timeline.threads.size() > 1);
    follow();
}

void ThreadBox::follow() {
    const std::vector<trace::ThreadId>& threads = context_.selection.state().threads;
    auto several = static_cast<int>(context_.session.timeline().threads.size()) + 1;
    if (count() > several) removeItem(several);
    if (threads.size() > 1) addItem(plural(threads.size(), "thread", "threads"));
    setCurrentIndex(threads.empty() ? 0 : threads.size() > 1 ? several : static_cast<int>(threads[0].value) + 1);
}

}  // namespace raddle::gui
