// raddle-viewer: opens recordings and scan reports in one window, or renders a page of it into a picture.
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QStandardPaths>
#include <QTimer>
#include <cstdio>

#include "core/memory/large_blocks.h"
#include "gui/views/widgets/style.h"
#include "gui/views/window/main_window.h"
#include "gui/views/window/screenshot.h"

namespace {

using namespace raddle::gui;

constexpr int kBadInput = 2;

int fail(const QString& line) {
    std::fprintf(stderr, "raddle-viewer: %s\n", qPrintable(line));
    return kBadInput;
}

bool parseSize(const QString& text, QSize& out) {
    bool widthOk = false, heightOk = false;
    QSize size(text.section(QLatin1Char('x'), 0, 0).toInt(&widthOk),
               text.section(QLatin1Char('x'), 1).toInt(&heightOk));
    if (!widthOk || !heightOk || size.width() < 400 || size.height() < 300 || size.width() > 8192 ||
        size.height() > 8192)
        return false;
    out = size;
    return true;
}

// A picture needs no display and looks the same everywhere when drawn without one. A window does need one, and
// that has to be said before Qt starts, which would abort. False when there is none.
bool choosePlatform(int argc, char** argv) {
    if (qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) return true;
    for (int i = 1; i < argc; ++i) {
        QByteArray word(argv[i]);
        if (!word.startsWith("--screenshot") && word != "--help" && word != "-h" && word != "--version" && word != "-v")
            continue;
        qputenv("QT_QPA_PLATFORM", "offscreen");
        // What Qt remarks about a missing display is expected here.
        if (!qEnvironmentVariableIsSet("QT_LOGGING_RULES")) qputenv("QT_LOGGING_RULES", "*.warning=false");
        return true;
    }
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
}

struct Options {
    QStringList files, sources;
    ScreenshotRequest shot;
    const Theme* theme = nullptr;
};

void declare(QCommandLineParser& parser) {
    parser.setApplicationDescription(
        QStringLiteral("Shows recordings (raddle record) and scan reports (raddle scan --format json).\n\n"
                       "Example: raddle-viewer run.raddle report.json\n"
                       "Example: raddle-viewer run.raddle --screenshot locks.png --page locks --select lock:queue_mu"));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("FILES"), QStringLiteral("recordings and reports, any number"),
                                 QStringLiteral("[FILES...]"));
    parser.addOptions(
        {{QStringLiteral("screenshot"),
          QStringLiteral("write a page as .png, .svg or .csv and leave; needs no display"), QStringLiteral("FILE")},
         {QStringLiteral("page"),
          QStringLiteral("overview, timeline, locks, functions, flamegraph, findings, lockorder, source or compare"),
          QStringLiteral("NAME"), QStringLiteral("overview")},
         {QStringLiteral("select"),
          QStringLiteral("lock:NAME, thread:NAME, function:NAME, finding:N, wait:longest or time:BEGIN-END in seconds; "
                         "repeatable"),
          QStringLiteral("WHAT")},
         {QStringLiteral("source-dir"),
          QStringLiteral("folder that has the sources, when they are not where they were compiled; or OLD=NEW to "
                         "replace the begin of paths; repeatable"),
          QStringLiteral("DIR")},
         {QStringLiteral("live"), QStringLiteral("follow recordings whose programs still run")},
         {QStringLiteral("no-cache"),
          QStringLiteral("read recordings anew and keep nothing: large ones are kept, as read and analysed, in "
                         "~/.cache/raddle-viewer and open at once the next time")},
         {QStringLiteral("fit"), QStringLiteral("zoom the timeline to what is selected")},
         {QStringLiteral("size"), QStringLiteral("of the window"), QStringLiteral("WxH"), QStringLiteral("1600x900")},
         {QStringLiteral("theme"), QStringLiteral("light, dark or auto"), QStringLiteral("THEME"),
          QStringLiteral("auto")}});
}

// Empty when understood, else what is wrong.
QString readOptions(const QCommandLineParser& parser, Options& options) {
    options.files = parser.positionalArguments();
    options.sources = parser.values(QStringLiteral("source-dir"));
    options.shot.file = parser.value(QStringLiteral("screenshot"));
    options.shot.selections = parser.values(QStringLiteral("select"));
    options.shot.fit = parser.isSet(QStringLiteral("fit"));
    if (!parsePage(parser.value(QStringLiteral("page")), options.shot.page))
        return QStringLiteral("--page: no page '%1'").arg(parser.value(QStringLiteral("page")));
    if (!parseSize(parser.value(QStringLiteral("size")), options.shot.size))
        return QStringLiteral("--size: '%1' is not WIDTHxHEIGHT").arg(parser.value(QStringLiteral("size")));
    QString theme = parser.value(QStringLiteral("theme"));
    if (theme == QLatin1String("light"))
        options.theme = &lightTheme();
    else if (theme == QLatin1String("dark"))
        options.theme = &darkTheme();
    else if (theme == QLatin1String("auto"))
        options.theme = &systemTheme();
    else
        return QStringLiteral("--theme: '%1' is not light, dark or auto").arg(theme);
    if (!options.shot.file.isEmpty() && options.files.isEmpty())
        return QStringLiteral("--screenshot needs a recording or a report to show");
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    if (!choosePlatform(argc, argv))
        return fail(
            QStringLiteral("there is no display to open a window on; --screenshot FILE writes a picture without one"));
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("raddle-viewer"));
    QApplication::setApplicationVersion(QStringLiteral(RADDLE_VERSION));
    QCommandLineParser parser;
    declare(parser);
    if (!parser.parse(app.arguments())) return fail(parser.errorText());
    if (parser.isSet(QStringLiteral("help"))) parser.showHelp(0);
    if (parser.isSet(QStringLiteral("version"))) parser.showVersion();
    Options options;
    if (QString wrong = readOptions(parser, options); !wrong.isEmpty()) return fail(wrong);

    const QString caches = QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
    if (!caches.isEmpty() && QDir().mkpath(caches)) raddle::memory::keepLargeBlocksIn(caches.toStdString());
    MainWindow window(*options.theme);
    for (const QString& rule : options.sources)
        if (!window.session().sources().add(rule))
            return fail(QStringLiteral("--source-dir: '%1' names no folder that exists").arg(rule));
    if (!caches.isEmpty() && !parser.isSet(QStringLiteral("no-cache")))
        window.session().keepIn(SavedRecordings(caches));
    window.resize(options.shot.size);
    window.showPage(options.shot.page);
    bool picture = !options.shot.file.isEmpty();
    bool isPlaced = parser.isSet(QStringLiteral("size"));
    if (!picture) {
        // The first run, and what is asked for, goes before what was.
        QSize size = window.size();
        window.keepLayout(LayoutMemory(), !parser.isSet(QStringLiteral("page")));
        if (isPlaced) window.resize(size);
        window.show();
    }
    if (!picture && parser.isSet(QStringLiteral("live"))) window.session().follow();
    QObject::connect(&window.session(), &Session::finished, &window, [&] {
        if (!picture) return;
        const QStringList& errors = window.session().errors();
        QString wrong = errors.isEmpty() ? takeScreenshot(window, options.shot) : errors.first();
        QApplication::exit(wrong.isEmpty() ? 0 : fail(wrong));
    });
    if (!picture && !options.shot.selections.isEmpty())
        QObject::connect(
            &window.session(), &Session::finished, &window,
            [&] {
                SelectionState state;
                for (const QString& text : options.shot.selections)
                    selectByText(text, window.session().timeline(), window.session().findings().size(), state);
                window.selection().set(state);
            },
            Qt::SingleShotConnection);
    // After the event loop has begun, so that a quick failure can still end it.
    if (!options.files.isEmpty()) QTimer::singleShot(0, &window, [&] { window.session().open(options.files); });
    return app.exec();
}
