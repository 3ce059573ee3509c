// viewer_preview: the viewer on a generated timeline.
//   viewer_preview --screenshot FILE --page NAME [--dark] [--size WxH] [--select WHAT]... [--deadlock] [--workers N]
//   viewer_preview --bench [--jobs N | RECORDING]   prints the CPU time of frames while zooming and panning; of a file
//                                                   also the time to the first picture, and to end after a cancel
//   viewer_preview --bench --keep DIR RECORDING     saves it there as the viewer does, or, when it is there, opens it
//   so
#include <sys/resource.h>
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QElapsedTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "core/memory/large_blocks.h"
#include "gui/views/timeline/timeline_page.h"
#include "gui/views/timeline/timeline_view.h"
#include "gui/views/window/screenshot.h"
#include "tests/support/timeline_generator.h"

namespace {

using namespace raddle;
using namespace raddle::gui;

// CPU time of this thread, so that what else the machine does is not counted.
double cpuMilliseconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// Of all threads together.
double cpuSeconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double peakMegabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

// The longest that the GUI thread was busy at a stretch, in milliseconds of its CPU time.
template <class Condition>
double waitUntil(Condition condition) {
    double longest = 0;
    while (!condition()) {
        double begin = cpuMilliseconds();
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        longest = std::max(longest, cpuMilliseconds() - begin);
    }
    return longest;
}

void benchCancel(const QString& file) {
    Session session;
    session.open({file});
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 150 && session.loading()) QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
    if (!session.loading()) return;
    session.cancel();
    timer.restart();
    waitUntil([&] { return !session.loading(); });
    std::printf("cancelled within %lld ms\n", static_cast<long long>(timer.elapsed()));
}

// How long the window is busy with itself when a page is shown first: for so long it does not answer.
void benchPages(MainWindow& window) {
    for (size_t i = 0; i < kPages; ++i) {
        auto page = static_cast<Page>(i);
        double begin = cpuMilliseconds(), longest = 0;
        window.showPage(page);
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < 1500) {
            QCoreApplication::processEvents();
            longest = std::max(longest, cpuMilliseconds() - begin);
            begin = cpuMilliseconds();
        }
        std::printf("page %-10s at most %.0f ms of the GUI thread at a stretch\n", pageName(page), longest);
    }
    window.showPage(Page::timeline);
}

// From a change of the selection until the tables of all pages show it.
void benchSelection(MainWindow& window) {
    int64_t duration = window.session().timeline().durationNs;
    auto update = [&](const QString& what, const SelectionState& state) {
        QElapsedTimer timer;
        timer.start();
        double cpu = cpuSeconds();
        window.selection().set(state);
        qint64 first = -1;
        double firstCpu = 0;
        double longest = waitUntil([&] {
            bool isThere = window.session().tables().isEstimate || !window.session().working();
            if (isThere && first < 0) first = timer.elapsed(), firstCpu = cpuSeconds();
            return !window.session().working();
        });
        std::printf(
            "selection of %s: first tables after %lld ms (%.0f ms of CPU), exact ones after %lld ms (%.0f ms of "
            "CPU, at most %.0f ms of the GUI thread)\n",
            qPrintable(what), static_cast<long long>(first), (firstCpu - cpu) * 1e3,
            static_cast<long long>(timer.elapsed()), (cpuSeconds() - cpu) * 1e3, longest);
    };
    update(QStringLiteral("a moment (the first one)"), {.range = TimeRange{duration / 2, duration / 2 + 1000}});
    for (int percent : {1, 10, 50})
        update(QStringLiteral("%1 % of the time").arg(percent),
               {.range = TimeRange{duration / 3, duration / 3 + duration / 100 * percent}});
    update(QStringLiteral("a thread"), {.threads = {trace::ThreadId{1}}});
    window.selection().clear();
}

int bench(const test::GeneratorOptions& options, const QString& file, const QString& keep) {
    if (!file.isEmpty() && keep.isEmpty()) benchCancel(file);
    MainWindow window(lightTheme());
    // Else it is saved below, where that is measured.
    if (!keep.isEmpty() && SavedRecordings(keep).open(file)) window.session().keepIn(SavedRecordings(keep));
    window.resize(1600, 900);
    window.showPage(Page::timeline);
    window.show();
    QElapsedTimer timer;
    timer.start();
    const double startCpu = cpuSeconds();
    if (file.isEmpty()) {
        trace::Timeline timeline = test::generateTimeline(options);
        std::printf("%llu events, %zu threads\n", static_cast<unsigned long long>(test::eventCount(timeline)),
                    timeline.threads.size());
        double indexed = cpuMilliseconds();
        window.session().add(makeRecording(QStringLiteral("bench"), std::move(timeline)));
        std::printf("summary and index: %.0f ms\n", cpuMilliseconds() - indexed);
    } else {
        window.session().open({file});
        waitUntil([&] { return window.session().recording() || !window.session().loading(); });
        if (!window.session().recording()) return 2;
    }
    TimelineView* view = window.timelinePage()->view();
    view->grab();
    auto recording = window.session().recording();
    if (!file.isEmpty())
        std::printf("%s%llu events, %zu threads: first picture after %lld ms (%.2f s of CPU)\n",
                    recording->file ? "opened as saved: " : "",
                    static_cast<unsigned long long>(recording->timeline.events), recording->timeline.threads.size(),
                    static_cast<long long>(timer.elapsed()), cpuSeconds() - startCpu);
    double longest = waitUntil([&] { return !window.session().loading(); });
    std::printf(
        "all worked out after %lld ms (%.2f s of CPU); at most %.0f MB, %.0f ms of the GUI thread at a stretch\n",
        static_cast<long long>(timer.elapsed()), cpuSeconds() - startCpu, peakMegabytes(), longest);
    if (!keep.isEmpty() && !recording->file) {
        timer.restart();
        std::atomic<bool> cancelled = false;
        Result<> saved = SavedRecordings(keep).save(file, *recording, *window.session().insight(), cancelled);
        std::printf("saved within %lld ms: %s\n", static_cast<long long>(timer.elapsed()),
                    saved ? "yes" : toString(saved.error()).c_str());
        return saved ? 0 : 2;
    }
    benchPages(window);
    benchSelection(window);
    window.showPage(Page::timeline);
    double begin = 0;
    int64_t duration = recording->timeline.durationNs;
    std::vector<double> frames;
    auto frame = [&] {
        begin = cpuMilliseconds();
        view->grab();
        frames.push_back(cpuMilliseconds() - begin);
    };
    for (int i = 0; i < 120; ++i) {
        view->setTimeView(zoomed(view->timeView(), 0.9, view->timeView().width * 0.37, duration));
        frame();
    }
    for (int i = 0; i < 60; ++i) {
        view->setTimeView(panned(view->timeView(), 40, duration));
        frame();
    }
    for (int i = 0; i < 120; ++i) {
        view->setTimeView(zoomed(view->timeView(), 1 / 0.9, view->timeView().width * 0.61, duration));
        frame();
    }
    double first = frames.front();
    std::sort(frames.begin(), frames.end());
    std::printf(
        "frames at 1600x900 (CPU time of the GUI thread; another fills half of the rows): %zu, first %.2f ms, median "
        "%.2f ms, p99 %.2f ms, worst %.2f ms\n",
        frames.size(), first, frames[frames.size() / 2], frames[frames.size() * 99 / 100], frames.back());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{"screenshot", "", "FILE"},
                       {"page", "", "NAME", "overview"},
                       {"size", "", "WxH", "1600x900"},
                       {"select", "", "WHAT"},
                       {"workers", "", "N", "6"},
                       {"jobs", "", "N", "400"},
                       {"locks", "", "N", "5"},
                       {"keep", "", "DIR"},
                       {"dark", ""},
                       {"fit", ""},
                       {"deadlock", ""},
                       {"nocalls", ""},
                       {"bench", ""}});
    parser.addPositionalArgument("REPORTS", "scan reports to show as well");
    parser.process(app);
    test::GeneratorOptions options;
    options.workers = parser.value("workers").toUInt();
    options.jobsPerWorker = parser.value("jobs").toUInt();
    options.locks = parser.value("locks").toUInt();
    options.deadlock = parser.isSet("deadlock");
    options.calls = !parser.isSet("nocalls");
    if (parser.isSet("bench")) memory::keepLargeBlocksIn(QDir::currentPath().toStdString());
    if (parser.isSet("bench")) return bench(options, parser.positionalArguments().value(0), parser.value("keep"));

    MainWindow window(parser.isSet("dark") ? darkTheme() : lightTheme());
    window.session().add(makeRecording(QStringLiteral("/tmp/server.raddle"), test::generateTimeline(options)));
    if (!parser.positionalArguments().isEmpty()) {
        QObject::connect(&window.session(), &Session::finished, &app, &QApplication::quit);
        window.session().open(parser.positionalArguments());
        app.exec();
    }
    ScreenshotRequest request;
    request.file = parser.value("screenshot");
    request.selections = parser.values("select");
    request.fit = parser.isSet("fit");
    QString size = parser.value("size");
    request.size = {size.section('x', 0, 0).toInt(), size.section('x', 1).toInt()};
    if (!parsePage(parser.value("page"), request.page)) return 2;
    QString wrong = takeScreenshot(window, request);
    if (!wrong.isEmpty()) std::fprintf(stderr, "viewer_preview: %s\n", qPrintable(wrong));
    return wrong.isEmpty() ? 0 : 2;
}
