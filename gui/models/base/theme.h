// The colours of the window, light and dark. States and evidence keep their hue in both and differ in lightness
// as well as hue, so that they stay apart for colour-blind eyes (after Okabe and Ito).
#pragma once

#include <QColor>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/model/finding.h"

namespace raddle::gui {

// What a thread is doing, as the timeline colours it.
enum class State : uint8_t { running, lockWait, eventWait, joinWait, sleep, io };
inline constexpr size_t kStates = 6;

struct Theme {
    bool dark = false;
    QColor window, panel, card, border, text, muted, accent, onAccent, hover, grid, stripe;
    QColor good, warning, bad;
    std::array<QColor, kStates> state;
    QColor holdQuiet, holdBlocking, focus;
    std::array<QColor, 8> call;
    QColor codeKeyword, codeType, codeString, codeComment, codeNumber, codeLine;

    const QColor& of(State s) const { return state[static_cast<size_t>(s)]; }
    QColor of(Evidence evidence) const;
    QColor of(Severity severity) const;
};

const Theme& lightTheme();
const Theme& darkTheme();

const char* stateName(State state);

// `over` laid on `under` with the given opacity.
QColor blend(const QColor& under, const QColor& over, double opacity);

// Black or white, whichever reads better on `background`.
QColor textOn(const QColor& background);

}  // namespace raddle::gui
