#include "gui/models/base/theme.h"

namespace raddle::gui {
namespace {

Theme makeLight() {
    Theme t;
    t.window = 0xf4f5f7;
    t.panel = 0xebedf0;
    t.card = 0xffffff;
    t.border = 0xd5d9df;
    t.text = 0x1d232c;
    t.muted = 0x5d6877;
    t.accent = 0x2563b8;
    t.onAccent = 0xffffff;
    t.hover = 0xe3e8f0;
    t.grid = 0xe4e7ec;
    t.stripe = 0xf8f9fb;
    t.good = 0x1f8a6d;
    t.warning = 0xb26a00;
    t.bad = 0xc2410c;
    t.state = {QColor(0x86c5b0), QColor(0xd9541e), QColor(0x63aee0),
               QColor(0xd9bf4e), QColor(0xc5cad3), QColor(0x5468a8)};
    t.holdQuiet = 0xaab4c4;
    t.holdBlocking = 0x8e2f6f;
    t.focus = 0x101828;
    t.call = {QColor(0xc9bdf0), QColor(0xb3c7f2), QColor(0xe3bfe6), QColor(0xd8d2c0),
              QColor(0xa9d3e6), QColor(0xf0c8c8), QColor(0xc4d9b8), QColor(0xd6cde0)};
    t.codeKeyword = 0x7a3e9d;
    t.codeType = 0x1b6fa8;
    t.codeString = 0x9a5b00;
    t.codeComment = 0x6b7785;
    t.codeNumber = 0x0f766e;
    t.codeLine = 0xfff0c2;
    return t;
}

Theme makeDark() {
    Theme t;
    t.dark = true;
    t.window = 0x15181d;
    t.panel = 0x1b1f26;
    t.card = 0x20252d;
    t.border = 0x343b47;
    t.text = 0xe6e9ee;
    t.muted = 0x98a3b3;
    t.accent = 0x6ea8f5;
    t.onAccent = 0x0d1420;
    t.hover = 0x2b323d;
    t.grid = 0x2a303a;
    t.stripe = 0x232932;
    t.good = 0x5cc4a3;
    t.warning = 0xe7ad45;
    t.bad = 0xff8a57;
    t.state = {QColor(0x2f7a68), QColor(0xf27a3f), QColor(0x3f8dc6),
               QColor(0xb39b3a), QColor(0x59616f), QColor(0x8b9be0)};
    t.holdQuiet = 0x5b6779;
    t.holdBlocking = 0xd779b8;
    t.focus = 0xffffff;
    t.call = {QColor(0x6a5ea3), QColor(0x4d659e), QColor(0x84588a), QColor(0x6f6a5a),
              QColor(0x42748a), QColor(0x8a5a5c), QColor(0x5b7550), QColor(0x6b6478)};
    t.codeKeyword = 0xc792ea;
    t.codeType = 0x7cc5f0;
    t.codeString = 0xe5b567;
    t.codeComment = 0x8390a2;
    t.codeNumber = 0x6fd0bb;
    t.codeLine = 0x4a4222;
    return t;
}

}  // namespace

QColor Theme::of(Evidence evidence) const {
    switch (evidence) {
        case Evidence::assumed:
            return muted;
        case Evidence::likely:
            return blend(muted, warning, 0.6);
        case Evidence::definite:
            return warning;
        case Evidence::predicted:
            return blend(warning, bad, 0.6);
        case Evidence::confirmed:
            return bad;
    }
    return muted;
}

QColor Theme::of(Severity severity) const {
    switch (severity) {
        case Severity::note:
            return muted;
        case Severity::warning:
            return warning;
        case Severity::error:
            return bad;
    }
    return muted;
}

const Theme& lightTheme() {
    static const Theme theme = makeLight();
    return theme;
}

const Theme& darkTheme() {
    static const Theme theme = makeDark();
    return theme;
}

const char* stateName(State state) {
    switch (state) {
        case State::running:
            return "running";
        case State::lockWait:
            return "waiting for a lock";
        case State::eventWait:
            return "waiting for an event";
        case State::joinWait:
            return "joining";
        case State::sleep:
            return "sleeping";
        case State::io:
            return "in input or output";
    }
    return "";
}

QColor blend(const QColor& under, const QColor& over, double opacity) {
    auto mix = [opacity](int a, int b) { return static_cast<int>(a + (b - a) * opacity + 0.5); };
    return QColor(mix(under.red(), over.red()), mix(under.green(), over.green()), mix(under.blue(), over.blue()));
}

QColor textOn(const QColor& background) {
    double luminance = 0.299 * background.red() + 0.587 * background.green() + 0.114 * background.blue();
    return luminance > 140 ? QColor(0x14, 0x18, 0x20) : QColor(0xff, 0xff, 0xff);
}

}  // namespace raddle::gui
