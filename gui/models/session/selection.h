// Selection: what the user looks at, shared by all pages. A page shows the state and sets a new one; nothing
// else passes between pages.
#pragma once

#include <QObject>
#include <optional>
#include <vector>

#include "gui/models/recording/recording.h"
#include "trace/timeline/timeline.h"

namespace raddle::gui {

struct SelectionState {
    std::optional<TimeRange> range;
    std::vector<trace::ThreadId> threads;  // sorted
    trace::LockId lock;
    trace::FunctionId function;
    std::optional<EventRef> wait;
    std::optional<size_t> finding;  // index into Session::findings()

    bool has(trace::ThreadId thread) const;
    bool empty() const { return *this == SelectionState(); }
    bool operator==(const SelectionState&) const = default;
};

class Selection : public QObject {
    Q_OBJECT

  public:
    const SelectionState& state() const { return state_; }

    void set(SelectionState state);
    void clear() { set({}); }
    void setRange(std::optional<TimeRange> range);
    void setLock(trace::LockId lock);
    void setFunction(trace::FunctionId function);
    void setFinding(std::optional<size_t> finding);
    void setWait(const trace::Timeline& timeline, std::optional<EventRef> wait);  // and the lock it waits for
    void toggleThread(trace::ThreadId thread);

  Q_SIGNALS:
    void changed();

  private:
    SelectionState state_;
};

// A part of the selection as a removable chip: what it says and the selection without it.
struct Chip {
    enum class Kind { range, thread, lock, function, wait, finding } kind = Kind::range;
    QString text;
    SelectionState without;
};

std::vector<Chip> chipsOf(const SelectionState& state, const trace::Timeline& timeline);

// Reads "lock:NAME", "thread:NAME or tid", "function:NAME", "finding:N" (from 1), "wait:longest" and
// "time:BEGIN-END" in seconds into `state`. Empty when understood, else what is wrong, one line.
QString selectByText(const QString& text, const trace::Timeline& timeline, size_t findings, SelectionState& state);

}  // namespace raddle::gui
