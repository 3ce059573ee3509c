// Session: what is open. Loads recordings and scan reports together on a worker thread, reports progress, can be
// cancelled, and turns whatever is wrong with a file into one line; what loaded before stays. Tables follow the
// selected time range through tables(), recomputed off the GUI thread.
#pragma once

#include <QObject>
#include <QStringList>
#include <QThreadPool>
#include <QTimer>
#include <atomic>
#include <map>
#include <memory>

#include "core/model/report.h"
#include "gui/models/base/path_map.h"
#include "gui/models/recording/insight.h"
#include "gui/models/recording/recording.h"
#include "gui/models/recording/saved_recordings.h"
#include "gui/models/session/joined.h"
#include "gui/models/session/selection.h"
#include "trace/read/reader.h"

namespace raddle::gui {

struct ScanReport {
    QString path;
    Report report;
};

struct ScopeParts;  // what the tables of parts of a recording are made with

class Session : public QObject {
    Q_OBJECT

  public:
    explicit Session(QObject* parent = nullptr);
    ~Session() override;

    // Starts loading; files already open stay open. Ends with finished(), whatever happens.
    void open(const QStringList& paths);
    void cancel() { cancelled_ = true; }
    // Recordings are opened from there when they are kept there; those that took a while to read are saved.
    void keepIn(SavedRecordings saved) { saved_ = std::move(saved); }
    // Reads the recordings again while their programs run, until they are complete.
    void follow();
    bool loading() const { return pending_ > 0; }
    // Whether anything is on its way: files, what is worked out of them, the tables of the scope set last.
    bool working() const { return loading() || shownRequest_ != scopeRequest_; }

    void add(std::shared_ptr<const Recording> recording, std::shared_ptr<const Insight> insight = nullptr);
    void add(ScanReport report);

    const std::vector<std::shared_ptr<const Recording>>& recordings() const { return recordings_; }
    std::shared_ptr<const Recording> recording() const { return current_; }  // null when none is open
    const trace::Timeline& timeline() const;                                 // an empty one when none is open
    void show(size_t recording);
    // Null until it is worked out, in the background.
    std::shared_ptr<const Insight> insight() const;

    // Of the scope set last, once they are computed; until then of the one before. Where that takes a while estimates
    // come first, which Tables::isEstimate says.
    const Tables& tables() const;
    void setScope(const Scope& scope);

    const std::vector<ScanReport>& reports() const { return reports_; }
    // What the reports and ThreadSanitizer say, then what the recording shown proves and predicts. Indices stay until
    // recordingChanged(), and are the same after findingsChanged() as far as there were findings before.
    const std::vector<Finding>& findings() const { return findings_; }
    // Where sources lie; to be changed before they are first shown, or followed by sourcesChanged().
    PathMap& sources() { return sources_; }
    const PathMap& sources() const { return sources_; }

    const std::vector<Joined>& joined() const { return joined_; }  // by finding
    size_t firstReported() const { return firstReported_; }   // of findings(): ThreadSanitizer's; before them a scan's
    size_t foundElsewhere() const { return firstDeadlock_; }  // of findings(): those not of the timeline itself
    std::optional<size_t> findingOfDeadlock(size_t deadlock) const;    // by place in Summary::deadlocks
    std::optional<size_t> findingOfInversion(size_t inversion) const;  // by place in LockOrder::inversions

    const QStringList& errors() const { return errors_; }

  Q_SIGNALS:
    void progress(double share, const QString& file);
    void failed(const QString& line);  // also appended to errors()
    void finished();                   // everything is loaded and worked out
    void recordingChanged();           // another one is shown, or more of it
    void recordingsChanged();          // one was opened or has grown
    void insightChanged();
    void findingsChanged();
    void tablesChanged();
    void sourcesChanged();

  private:
    void load(const QString& path);
    void fail(const QString& line);
    void collectFindings();
    void work(std::shared_ptr<const Recording> recording);
    void save(std::shared_ptr<const Recording> recording, std::shared_ptr<const Insight> insight);
    void verify(OpenedRecording opened);
    void done();
    void readAgain();
    void showWhole();
    void showTables(std::shared_ptr<const std::atomic<bool>> cancelled, std::shared_ptr<const Tables> tables);
    void forgetParts();
    void replace(size_t recording, std::shared_ptr<const Recording> grown);

    std::vector<std::shared_ptr<const Recording>> recordings_;
    std::shared_ptr<const Recording> current_;
    std::shared_ptr<const Tables> scopeTables_;
    std::shared_ptr<ScopeParts> scopeParts_;             // of the recording shown
    std::shared_ptr<std::atomic<bool>> scopeCancelled_;  // what is being made for the scope set last
    uint64_t scopeRequest_ = 0;
    uint64_t shownRequest_ = 0;  // the one that tables() answers
    std::vector<ScanReport> reports_;
    std::vector<Finding> findings_;
    std::vector<Joined> joined_;
    size_t firstReported_ = 0, firstDeadlock_ = 0, firstInversion_ = 0;  // of findings_
    std::map<const Recording*, std::shared_ptr<const Insight>> insights_;
    QStringList errors_;
    PathMap sources_;
    std::optional<SavedRecordings> saved_;
    int pending_ = 0;
    QTimer follow_;
    bool reading_ = false;                 // again
    std::atomic<bool> cancelled_ = false;  // what is being loaded
    std::atomic<bool> closing_ = false;
    QThreadPool pool_;
};

}  // namespace raddle::gui
