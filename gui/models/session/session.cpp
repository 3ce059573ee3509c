#include "gui/models/session/session.h"

#include <QElapsedTimer>
#include <algorithm>
#include <fstream>
#include <mutex>
#include <utility>

#include "core/model/report_io.h"
#include "core/support/file_system.h"
#include "gui/models/recording/scope_tables.h"
#include "trace/answers/observed.h"

namespace raddle::gui {
namespace {

using Loaded = std::variant<OpenedRecording, ScanReport, Error>;

constexpr int kFollowMs = 1000;               // between looks at a recording that grows
constexpr uint64_t kWorthSaving = 1'000'000;  // events: they take some 0.2 s to read

// A report begins with a brace; everything else is for the reader of recordings to accept or refuse.
bool looksLikeJson(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    char c = 0;
    while (file.get(c))
        if (!std::isspace(static_cast<unsigned char>(c))) return c == '{' || c == '[';
    return QString::fromStdString(path).endsWith(QLatin1String(".json"));
}

Result<ScanReport> loadScanReport(const QString& path) {
    std::string text = TRY(readFile(path.toStdString()));
    Report report = TRY(loadReport(text, path.toStdString()));
    return ScanReport{path, std::move(report)};
}

Loaded loadFile(const QString& path, const std::optional<SavedRecordings>& saved, const trace::ReadControl& control) {
    if (looksLikeJson(path.toStdString())) {
        Result<ScanReport> report = loadScanReport(path);
        if (!report) return report.error();
        return std::move(*report);
    }
    if (saved)
        if (std::optional<OpenedRecording> opened = saved->open(path)) return std::move(*opened);
    Result<trace::Timeline> timeline = trace::readRecording(path.toStdString(), control);
    if (!timeline) return timeline.error();
    return OpenedRecording{makeRecording(path, std::move(*timeline)), nullptr};
}

QString errorLine(const Error& error, const QString& path) {
    QString text = QString::fromStdString(toString(error));
    return text.contains(path) ? text : path + QStringLiteral(": ") + text;
}

}  // namespace

struct ScopeParts {
    std::mutex first, exact;  // for the tables of one scope at a time, each
    std::optional<trace::Parts> parts, forGlances;

    std::optional<Tables> glanceAt(const trace::Timeline& timeline, const Scope& scope,
                                   const std::atomic<bool>& cancelled) {
        std::lock_guard one(first);
        if (cancelled) return std::nullopt;
        if (!parts) parts.emplace(timeline);
        if (!forGlances) forGlances.emplace(*parts);
        return gui::glanceAt(*forGlances, scope);
    }
};

Session::Session(QObject* parent) : QObject(parent) {
    pool_.setMaxThreadCount(2);
    connect(&follow_, &QTimer::timeout, this, &Session::readAgain);
}

Session::~Session() {
    cancelled_ = true;
    if (scopeCancelled_) *scopeCancelled_ = true;
    closing_ = true;
    pool_.waitForDone();
}

void Session::open(const QStringList& paths) {
    if (!loading()) cancelled_ = false;
    pending_ += static_cast<int>(paths.size());
    // One task for all, so that recordings are listed in the order given.
    pool_.start([this, paths] {
        for (const QString& path : paths) load(path);
    });
}

void Session::load(const QString& path) {
    trace::ReadControl control;
    control.cancelled = &cancelled_;
    int lastPercent = -1;
    control.progress = [this, path, &lastPercent](double share) {
        int percent = static_cast<int>(share * 100);
        if (percent == lastPercent) return;
        lastPercent = percent;
        QMetaObject::invokeMethod(this, [this, path, share] { Q_EMIT progress(share, path); });
    };
    auto loaded = std::make_shared<Loaded>(Error{"cancelled", path.toStdString()});
    if (!cancelled_) *loaded = loadFile(path, saved_, control);
    QMetaObject::invokeMethod(this, [this, path, loaded] {
        if (auto* opened = std::get_if<OpenedRecording>(loaded.get()))
            add(opened->recording, opened->insight);
        else if (auto* report = std::get_if<ScanReport>(loaded.get()))
            add(std::move(*report));
        else
            fail(errorLine(std::get<Error>(*loaded), path));
        done();
    });
}

void Session::done() {
    if (--pending_ == 0) Q_EMIT finished();
}

// Not part of loading, so that a large recording is seen before all of it is understood.
void Session::work(std::shared_ptr<const Recording> recording) {
    ++pending_;
    pool_.start([this, recording = std::move(recording)] {
        auto insight =
            cancelled_ ? nullptr
                       : std::make_shared<const Insight>(insightInto(recording->timeline, recording->tables.summary));
        QMetaObject::invokeMethod(this, [this, recording, insight] {
            if (insight) insights_[recording.get()] = insight;
            if (insight && recording == current_) {
                collectFindings();
                Q_EMIT insightChanged();
            }
            if (insight) save(recording, insight);
            done();
        });
    });
}

// Nothing waits for that, and nothing is lost when it fails.
void Session::save(std::shared_ptr<const Recording> recording, std::shared_ptr<const Insight> insight) {
    if (!saved_ || recording->timeline.events < kWorthSaving || recording->timeline.isLive) return;
    pool_.start([this, recording = std::move(recording), insight = std::move(insight)] {
        (void)saved_->save(recording->path, *recording, *insight, closing_);
    });
}

// What was saved is looked through while it is shown already. When it is damaged the recording is read instead.
void Session::verify(OpenedRecording opened) {
    ++pending_;
    pool_.start([this, opened = std::move(opened)] {
        std::shared_ptr<const Recording> read;
        if (!SavedRecordings::isSound(opened, cancelled_) && !cancelled_) {
            saved_->remove(opened.recording->path);
            Result<trace::Timeline> timeline =
                trace::readRecording(opened.recording->path.toStdString(), {.progress = {}, .cancelled = &cancelled_});
            if (timeline) read = makeRecording(opened.recording->path, std::move(*timeline));
        }
        QMetaObject::invokeMethod(this, [this, old = opened.recording, read] {
            auto at = std::find(recordings_.begin(), recordings_.end(), old);
            if (read && at != recordings_.end()) replace(static_cast<size_t>(at - recordings_.begin()), read);
            done();
        });
    });
}

std::shared_ptr<const Insight> Session::insight() const {
    auto found = insights_.find(current_.get());
    return found == insights_.end() ? nullptr : found->second;
}

std::optional<size_t> Session::findingOfDeadlock(size_t deadlock) const {
    const auto& deadlocks = current_->tables.summary.deadlocks;
    size_t at = firstDeadlock_;
    for (size_t i = 0; i < std::min(deadlock, deadlocks.size()); ++i) at += isOfLocks(deadlocks[i]);
    if (deadlock >= deadlocks.size() || !isOfLocks(deadlocks[deadlock])) return std::nullopt;
    return at;
}

std::optional<size_t> Session::findingOfInversion(size_t inversion) const {
    return firstInversion_ + inversion < findings_.size() ? std::optional(firstInversion_ + inversion) : std::nullopt;
}

void Session::fail(const QString& line) {
    errors_ << line;
    Q_EMIT failed(line);
}

void Session::add(std::shared_ptr<const Recording> recording, std::shared_ptr<const Insight> insight) {
    recordings_.push_back(recording);
    if (insight) insights_[recording.get()] = insight;
    Q_EMIT recordingsChanged();
    if (insight)
        verify({std::move(recording), insight});
    else
        work(std::move(recording));
    if (recordings_.size() == 1) show(0);
}

void Session::add(ScanReport report) {
    reports_.push_back(std::move(report));
    collectFindings();
}

void Session::follow() {
    follow_.start(kFollowMs);
}

// One at a time, and never more than a third of the time, however large the recording has become.
void Session::readAgain() {
    if (reading_) return;
    auto growing =
        std::find_if(recordings_.begin(), recordings_.end(), [](const auto& r) { return !r->timeline.complete; });
    if (growing == recordings_.end()) {
        if (!loading() && !recordings_.empty()) follow_.stop();
        return;
    }
    reading_ = true;
    pool_.start([this, number = static_cast<size_t>(growing - recordings_.begin()), old = *growing] {
        QElapsedTimer timer;
        timer.start();
        Result<trace::Timeline> timeline =
            trace::readRecording(old->path.toStdString(), {.progress = {}, .cancelled = &cancelled_});
        std::shared_ptr<const Recording> grown;
        bool news = timeline && (timeline->events != old->timeline.events || timeline->complete);
        if (news) grown = makeRecording(old->path, std::move(*timeline));
        qint64 took = timer.elapsed();
        QMetaObject::invokeMethod(this, [this, number, grown, took] {
            reading_ = false;
            follow_.setInterval(std::max<int>(kFollowMs, static_cast<int>(took) * 3));
            if (grown) replace(number, grown);
        });
    });
}

void Session::replace(size_t number, std::shared_ptr<const Recording> grown) {
    std::shared_ptr<const Recording> old = std::exchange(recordings_[number], grown);
    insights_.erase(old.get());
    work(grown);
    Q_EMIT recordingsChanged();
    if (current_ != old) return;
    current_ = std::move(grown);
    forgetParts();
    Q_EMIT recordingChanged();
    collectFindings();
}

// Tables of a part that are still being made are for nobody.
void Session::showWhole() {
    scopeTables_.reset();
    if (scopeCancelled_) *scopeCancelled_ = true;
    shownRequest_ = ++scopeRequest_;
}

void Session::forgetParts() {
    showWhole();
    scopeParts_ = std::make_shared<ScopeParts>();
}

void Session::show(size_t recording) {
    if (recording >= recordings_.size() || recordings_[recording] == current_) return;
    current_ = recordings_[recording];
    forgetParts();
    Q_EMIT recordingChanged();
    collectFindings();
}

const trace::Timeline& Session::timeline() const {
    static const trace::Timeline none;
    return current_ ? current_->timeline : none;
}

const Tables& Session::tables() const {
    static const Tables none;
    if (scopeTables_) return *scopeTables_;
    return current_ ? current_->tables : none;
}

void Session::setScope(const Scope& scope) {
    if (scope.isWhole() || !current_) {
        showWhole();
        Q_EMIT tablesChanged();
        return;
    }
    ++scopeRequest_;
    if (scopeCancelled_) *scopeCancelled_ = true;
    auto cancelled = scopeCancelled_ = std::make_shared<std::atomic<bool>>(false);
    pool_.start([this, cancelled, scope, recording = current_, parts = scopeParts_] {
        // What is still being made of the scope before does not keep the first look at this one.
        std::optional<Tables> glance = parts->glanceAt(recording->timeline, scope, *cancelled);
        if (glance) showTables(cancelled, std::make_shared<const Tables>(std::move(*glance)));
        std::lock_guard one(parts->exact);
        if (closing_ || *cancelled) return;
        auto tables = std::make_shared<const Tables>(tablesOf(*recording, *parts->parts, scope, cancelled.get()));
        showTables(cancelled, tables);
    });
}

void Session::showTables(std::shared_ptr<const std::atomic<bool>> cancelled, std::shared_ptr<const Tables> tables) {
    QMetaObject::invokeMethod(this, [this, cancelled, tables] {
        if (*cancelled) return;  // the selection has moved on
        scopeTables_ = tables;
        if (!tables->isEstimate) shownRequest_ = scopeRequest_;
        Q_EMIT tablesChanged();
    });
}

void Session::collectFindings() {
    findings_.clear();
    for (const ScanReport& report : reports_)
        findings_.insert(findings_.end(), report.report.findings.begin(), report.report.findings.end());
    firstReported_ = findings_.size();
    if (current_) {
        const trace::Summary& summary = current_->tables.summary;
        findings_.insert(findings_.end(), summary.findings.begin(), summary.findings.end());
        firstDeadlock_ = findings_.size();
        for (Finding& finding : deadlockFindings(current_->timeline, summary.deadlocks))
            findings_.push_back(std::move(finding));
    } else {
        firstDeadlock_ = findings_.size();
    }
    firstInversion_ = findings_.size();
    if (auto known = insight()) findings_.insert(findings_.end(), known->inversions.begin(), known->inversions.end());
    joined_ = joinFindings(timeline(), findings_, firstReported_);
    Q_EMIT findingsChanged();
}

}  // namespace raddle::gui
