#include "gui/models/tables/tables.h"

#include <algorithm>

#include "gui/models/base/format.h"
#include "gui/models/session/story.h"

namespace raddle::gui {
namespace {

double ratio(int64_t part, int64_t whole) {
    return whole > 0 ? std::clamp(static_cast<double>(part) / static_cast<double>(whole), 0.0, 1.0) : 0;
}

Cell textCell(QString text, QString tip = {}) {
    return {std::move(text), 0, -1, State::running, false, std::move(tip)};
}

Cell timeCell(int64_t ns, int64_t most, State colour) {
    return {ns == 0 ? QStringLiteral("–") : durationText(ns), static_cast<double>(ns), ratio(ns, most), colour};
}

Cell countCell(uint64_t count) {
    return {count == 0 ? QStringLiteral("–") : countText(count), static_cast<double>(count), -1};
}

}  // namespace

LockTable::LockTable(const Session& session, QObject* parent) : TableModel(parent), session_(session) {
    auto refresh = [this] {
        beginResetModel();
        mostWait_ = mostMaxWait_ = mostHold_ = 0;
        for (const trace::LockRow& row : session_.tables().summary.locks) {
            mostWait_ = std::max(mostWait_, row.waitNs);
            mostMaxWait_ = std::max(mostMaxWait_, row.maxWaitNs);
            mostHold_ = std::max(mostHold_, row.holdNs);
        }
        endResetModel();
    };
    connect(&session, &Session::recordingChanged, this, refresh);
    connect(&session, &Session::tablesChanged, this, refresh);
    refresh();
}

const std::vector<Column>& LockTable::columns() const {
    static const std::vector<Column> kColumns = {
        {"Lock", "Variable or symbol; else kind, number and first user", false, 260},
        {"Kind", "Mutex, recursive mutex, read-write lock or spinlock", false, 84},
        {"Wait", "Time threads waited for it, all threads together", true, 116, "ns"},
        {"Longest wait", "The longest single wait", true, 116, "ns"},
        {"Contended", "Acquisitions that had to wait", true, 128},
        {"Acquisitions", "How often it was taken", true, 108},
        {"Held", "Time it was held, summed over holders", true, 110, "ns"},
        {"Longest hold", "The longest single hold", true, 108, "ns"},
        {"Mostly held by", "Where the holder took it while others waited", false, 260},
    };
    return kColumns;
}

int LockTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(session_.tables().summary.locks.size());
}

uint32_t LockTable::id(int row) const {
    return session_.tables().summary.locks[static_cast<size_t>(row)].lock.value;
}

Cell LockTable::cell(int row, int column) const {
    const trace::LockRow& lock = session_.tables().summary.locks[static_cast<size_t>(row)];
    const trace::Timeline& timeline = session_.timeline();
    const trace::Lock* what = lookup(timeline.locks, lock.lock);
    switch (column) {
        case Name:
            return textCell(what ? QString::fromStdString(what->name) : QStringLiteral("?"));
        case Kind:
            return textCell(QString::fromUtf8(what ? kindName(what->kind) : ""));
        case Wait:
            return timeCell(lock.waitNs, mostWait_, State::lockWait);
        case MaxWait:
            return timeCell(lock.maxWaitNs, mostMaxWait_, State::lockWait);
        case Contended: {
            double share =
                lock.acquisitions ? static_cast<double>(lock.contended) / static_cast<double>(lock.acquisitions) : 0;
            if (lock.contended == 0) return {QStringLiteral("–"), 0, 0, State::lockWait};
            return {QStringLiteral("%1 · %2").arg(countText(lock.contended), percentText(share)),
                    share,
                    std::min(share, 1.0),
                    State::lockWait,
                    {}};
        }
        case Acquisitions:
            return countCell(lock.acquisitions);
        case Hold:
            return timeCell(lock.holdNs, mostHold_, State::running);
        case MaxHold:
            return timeCell(lock.maxHoldNs, 0, State::running);
        default:
            break;
    }
    const auto& held = session_.tables().mostlyHeldIn;
    trace::StackId stack = lock.lock.index() < held.size() ? held[lock.lock.index()] : trace::StackId();
    trace::Site site = trace::siteOf(timeline, stack);
    return textCell(siteText(timeline, site), placePath(site.at));
}

FunctionTable::FunctionTable(const Session& session, QObject* parent) : TableModel(parent), session_(session) {
    auto refresh = [this] {
        beginResetModel();
        collect();
        endResetModel();
    };
    connect(&session, &Session::recordingChanged, this, refresh);
    connect(&session, &Session::tablesChanged, this, refresh);
    refresh();
}

void FunctionTable::collect() {
    const Tables& tables = session_.tables();
    rows_ = tables.summary.functions;
    std::vector<bool> listed(tables.functionWaits.size(), false);
    for (const trace::FunctionRow& row : rows_)
        if (row.function.index() < listed.size()) listed[row.function.index()] = true;
    hasCalls_ = !rows_.empty();
    for (uint32_t f = 0; f < listed.size(); ++f)
        if (!listed[f] && tables.functionWaits[f].waits > 0 && !isRuntime(session_.timeline(), {f}))
            rows_.push_back({{f}, 0, 0, 0});
    waits_.clear();
    mostSelf_ = mostCumulative_ = mostLock_ = mostOther_ = 0;
    for (const trace::FunctionRow& row : rows_) {
        size_t f = row.function.index();
        waits_.push_back(f < tables.functionWaits.size() ? tables.functionWaits[f] : FunctionWaits());
        mostSelf_ = std::max(mostSelf_, row.selfNs);
        mostCumulative_ = std::max(mostCumulative_, row.cumulativeNs);
        mostLock_ = std::max(mostLock_, waits_.back().lockNs);
        mostOther_ = std::max(mostOther_, waits_.back().otherNs);
    }
}

const std::vector<Column>& FunctionTable::columns() const {
    static const std::vector<Column> kColumns = {
        {"Function", "Without arguments; the tool tip has the full name", false, 340},
        {"Calls", "How often it was called", true, 84},
        {"Self", "Time in the function itself, callees left out", true, 124, "ns"},
        {"Cumulative", "Time in the function and all it calls; recursion counts once", true, 124, "ns"},
        {"Lock wait", "Time threads waited for locks with the function on their stack", true, 116, "ns"},
        {"Other wait", "Time threads waited for events, joins or sleep with the function on their stack", true, 116,
         "ns"},
        {"Defined at", "Source file and line, where debug info tells", false, 170},
    };
    return kColumns;
}

int FunctionTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

uint32_t FunctionTable::id(int row) const {
    return rows_[static_cast<size_t>(row)].function.value;
}

Cell FunctionTable::cell(int row, int column) const {
    const trace::FunctionRow& r = rows_[static_cast<size_t>(row)];
    const FunctionWaits& w = waits_[static_cast<size_t>(row)];
    const trace::Function* function = lookup(session_.timeline().functions, r.function);
    switch (column) {
        case Name:
            return function ? textCell(functionText(*function),
                                       QString::fromStdString(function->name + "\n" + function->module))
                            : textCell(QStringLiteral("?"));
        case Calls:
            return countCell(r.calls);
        case Self:
            return timeCell(r.selfNs, mostSelf_, State::running);
        case Cumulative:
            return timeCell(r.cumulativeNs, mostCumulative_, State::running);
        case LockWait:
            return timeCell(w.lockNs, mostLock_, State::lockWait);
        case OtherWait:
            return timeCell(w.otherNs, mostOther_, State::eventWait);
        default:
            break;
    }
    if (!function) return textCell({});
    QString place = placeText(function->at);
    QString module = QString::fromStdString(function->module);
    return textCell(place.isEmpty() ? module.section(QLatin1Char('/'), -1) : place,
                    place.isEmpty() ? module : placePath(function->at));
}

BlameTable::BlameTable(const Session& session, QObject* parent) : TableModel(parent), session_(session) {}

void BlameTable::show(LockDetail detail) {
    beginResetModel();
    detail_ = std::move(detail);
    endResetModel();
}

const std::vector<Column>& BlameTable::columns() const {
    static const std::vector<Column> kColumns = {
        {"Waits in", "Where the waiting thread wanted the lock", false, 220},
        {"Held since", "Where the holder had taken it", false, 220},
        {"Wait", "Time waited, all such waits together", true, 88, "ns"},
        {"Longest", "The longest such wait", true, 74, "ns"},
        {"Waits", "How many", true, 58},
    };
    return kColumns;
}

int BlameTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(detail_.pairs.size());
}

Cell BlameTable::cell(int row, int column) const {
    const BlamePair& pair = detail_.pairs[static_cast<size_t>(row)];
    auto head = [&](trace::StackId stack) {
        QString text = stackHead(session_.timeline(), stack);
        return textCell(text.isEmpty() ? QStringLiteral("not recorded") : text);
    };
    switch (column) {
        case Waiter:
            return head(pair.waiter);
        case Holder:
            return head(pair.holder);
        case Wait:
            return timeCell(pair.waitNs, detail_.pairs.front().waitNs, State::lockWait);
        case MaxWait:
            return timeCell(pair.maxNs, 0, State::lockWait);
        default:
            return countCell(pair.waits);
    }
}

FindingTable::FindingTable(const Session& session, QObject* parent) : TableModel(parent), session_(session) {
    auto refresh = [this] {
        beginResetModel();
        endResetModel();
    };
    connect(&session, &Session::findingsChanged, this, refresh);
}

const std::vector<Column>& FindingTable::columns() const {
    static const std::vector<Column> kColumns = {
        {"Finding", "What is wrong", false, 420},
        {"Rule", "`raddle explain RULE` says more", false, 190},
        {"Evidence", "How sure it is: assumed, likely, definite, predicted, confirmed", true, 96},
        {"Place", "Where it is shown", false, 160},
    };
    return kColumns;
}

int FindingTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(session_.findings().size());
}

Cell FindingTable::cell(int row, int column) const {
    const Finding& finding = session_.findings()[static_cast<size_t>(row)];
    switch (column) {
        case Message:
            return textCell(QString::fromStdString(finding.message));
        case Rule:
            return textCell(QString::fromStdString(finding.rule));
        case Evidence: {
            Cell cell = textCell(QString::fromUtf8(toString(finding.evidence)));
            cell.sort = static_cast<double>(finding.evidence);
            return cell;
        }
        default:
            break;
    }
    if (finding.locations.empty()) return textCell({});
    return textCell(placeText(finding.locations[0].at), placePath(finding.locations[0].at));
}

}  // namespace raddle::gui
