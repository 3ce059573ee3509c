// The tables of the locks, functions and findings pages over what the session has open. They reset themselves
// when it changes.
#pragma once

#include "gui/models/base/table_model.h"
#include "gui/models/recording/lock_detail.h"
#include "gui/models/session/session.h"

namespace raddle::gui {

class LockTable : public TableModel {
    Q_OBJECT

  public:
    enum Columns {
        Name,
        Kind,
        Wait,
        MedianWait,
        P99Wait,
        MaxWait,
        Contended,
        Acquisitions,
        Hold,
        MedianHold,
        P99Hold,
        MaxHold,
        Upkeep,
        Blame
    };

    explicit LockTable(const Session& session, QObject* parent = nullptr);

    const std::vector<Column>& columns() const override;
    int rowCount(const QModelIndex& parent = {}) const override;

  protected:
    Cell cell(int row, int column) const override;
    uint32_t id(int row) const override;

  private:
    void collect();
    QString kindText(trace::LockId lock) const;
    Cell spreadCell(trace::LockId lock, int column) const;
    Cell upkeepCell(trace::LockId lock) const;

    const Session& session_;
    int64_t mostWait_ = 0, mostMaxWait_ = 0, mostHold_ = 0;
    std::vector<bool> hasConvoy_;                      // by LockId, of the whole recording
    std::vector<std::pair<int64_t, int64_t>> upkeep_;  // the same, from low to high
};

class FunctionTable : public TableModel {
    Q_OBJECT

  public:
    enum Columns {
        Name,
        Calls,
        Running,
        Self,
        Cumulative,
        OnCpu,
        OnCpuWithCallees,
        LockWait,
        OtherWait,
        Place,
        Binary
    };

    explicit FunctionTable(const Session& session, QObject* parent = nullptr);

    const std::vector<Column>& columns() const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    bool hasCalls() const { return hasCalls_; }      // false: built without instrumentation
    bool hasSamples() const { return hasSamples_; }  // with neither, waits are all there is
    bool hasPlaces() const { return hasPlaces_; }    // of any function in the sources

  protected:
    Cell cell(int row, int column) const override;
    uint32_t id(int row) const override;

  private:
    void collect();
    int64_t runningNs(int row) const;

    const Session& session_;
    std::vector<trace::FunctionRow> rows_;
    std::vector<FunctionWaits> waits_;         // by row
    std::vector<trace::FunctionRow> samples_;  // by row
    int64_t mostSelf_ = 0, mostCumulative_ = 0, mostOnCpu_ = 0, mostLock_ = 0, mostOther_ = 0;
    int64_t allOnCpu_ = 0;  // of all functions
    bool hasCalls_ = false, hasSamples_ = false, hasPlaces_ = false;
};

// The pairs of stacks behind one lock's waiting.
class BlameTable : public TableModel {
    Q_OBJECT

  public:
    enum Columns { Waiter, Holder, Wait, MaxWait, Waits };

    explicit BlameTable(const Session& session, QObject* parent = nullptr);

    void show(LockDetail detail);
    const LockDetail& detail() const { return detail_; }

    const std::vector<Column>& columns() const override;
    int rowCount(const QModelIndex& parent = {}) const override;

  protected:
    Cell cell(int row, int column) const override;
    uint32_t id(int row) const override { return static_cast<uint32_t>(row); }

  private:
    const Session& session_;
    LockDetail detail_;
};

// "new", "known", "suppressed: REASON"; empty when the report was compared with nothing.
QString statusText(const Finding& finding);

class FindingTable : public TableModel {
    Q_OBJECT

  public:
    enum Columns { Message, Rule, Evidence, Status, InTheRun, Place };

    explicit FindingTable(const Session& session, QObject* parent = nullptr);

    const std::vector<Column>& columns() const override;
    int rowCount(const QModelIndex& parent = {}) const override;

  protected:
    Cell cell(int row, int column) const override;
    uint32_t id(int row) const override { return static_cast<uint32_t>(row); }

  private:
    const Session& session_;
};

}  // namespace raddle::gui
