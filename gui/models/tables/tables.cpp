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
        collect();
        endResetModel();
    };
    connect(&session, &Session::recordingChanged, this, refresh);
    connect(&session, &Session::tablesChanged, this, refresh);
    connect(&session, &Session::insightChanged, this, refresh);
    refresh();
}

void LockTable::collect() {
    mostWait_ = mostMaxWait_ = mostHold_ = 0;
    for (const trace::LockRow& row : session_.tables().summary.locks) {
        mostWait_ = std::max(mostWait_, row.waitNs);
        mostMaxWait_ = std::max(mostMaxWait_, row.maxWaitNs);
        mostHold_ = std::max(mostHold_, row.holdNs);
    }
    hasConvoy_.assign(session_.timeline().locks.size(), false);
    upkeep_.assign(session_.timeline().locks.size(), {});
    auto insight = session_.insight();
    if (!insight) return;
    for (const trace::Convoy& convoy : insight->analysis.convoys)
        if (convoy.lock.index() < hasConvoy_.size()) hasConvoy_[convoy.lock.index()] = true;
    for (const trace::Upkeep& upkeep : insight->analysis.upkeep)
        if (upkeep.lock.index() < upkeep_.size()) upkeep_[upkeep.lock.index()] = {upkeep.lowNs, upkeep.highNs};
}

const std::vector<Column>& LockTable::columns() const {
    static const std::vector<Column> kColumns = {
        {"Lock", "Variable or symbol; else kind, number and first user", false, 210},
        {"Kind", "What it is, and whether threads queued before it in a convoy", false, 132},
        {"Wait", "Time threads waited for it, all threads together", true, 100, "ns"},
        {"Wait p50", "Of the waits: half were no longer", true, 82, "ns"},
        {"Wait p99", "Of the waits: one in a hundred was longer", true, 82, "ns"},
        {"Wait max", "The longest single wait", true, 90, "ns"},
        {"Contended", "Acquisitions that had to wait", true, 110},
        {"Acquisitions", "How often it was taken", true, 100},
        {"Held", "Time it was held, summed over holders", true, 92, "ns"},
        {"Hold p50", "Of the holds: half were no longer", true, 82, "ns"},
        {"Hold p99", "Of the holds: one in a hundred was longer", true, 82, "ns"},
        {"Hold max", "The longest single hold", true, 82, "ns"},
        {"Upkeep", "What taking and releasing it costs when nobody is in the way: an estimate, of the whole run", true,
         84, "ns"},
        {"Mostly held by", "Where the holder took it while others waited", false, 190},
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
            return textCell(kindText(lock.lock));
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
        case MedianWait:
        case P99Wait:
        case MedianHold:
        case P99Hold:
            return spreadCell(lock.lock, column);
        case Upkeep:
            return upkeepCell(lock.lock);
        default:
            break;
    }
    const auto& held = session_.tables().mostlyHeldIn;
    trace::StackId stack = lock.lock.index() < held.size() ? held[lock.lock.index()] : trace::StackId();
    trace::Site site = trace::siteOf(timeline, stack);
    return textCell(siteText(timeline, site), placePath(site.at));
}

QString LockTable::kindText(trace::LockId id) const {
    const trace::Lock* lock = lookup(session_.timeline().locks, id);
    QString text = QString::fromUtf8(lock ? kindName(lock->kind) : "");
    return id.index() < hasConvoy_.size() && hasConvoy_[id.index()] ? text + QStringLiteral(" · convoy") : text;
}

Cell LockTable::spreadCell(trace::LockId lock, int column) const {
    const std::vector<trace::LockSpread>* spreads = &session_.tables().spreads;
    auto insight = session_.insight();
    if (spreads->empty() && insight) spreads = &insight->spreads;
    if (lock.index() >= spreads->size()) return textCell(QStringLiteral("…"));
    const trace::LockSpread& spread = (*spreads)[lock.index()];
    int64_t ns = column == MedianWait   ? spread.medianWaitNs
                 : column == P99Wait    ? spread.p99WaitNs
                 : column == MedianHold ? spread.medianHoldNs
                                        : spread.p99HoldNs;
    return ns < 0 ? textCell(QStringLiteral("…")) : timeCell(ns, 0, State::running);
}

Cell LockTable::upkeepCell(trace::LockId lock) const {
    if (lock.index() >= upkeep_.size()) return textCell(QStringLiteral("–"));
    auto [low, high] = upkeep_[lock.index()];
    if (high <= 0) return textCell(QStringLiteral("–"));
    Cell cell = timeCell((low + high) / 2, 0, State::running);
    cell.text.prepend(QLatin1Char('~'));
    cell.tip = QStringLiteral("%1 to %2").arg(durationText(low), durationText(high));
    return cell;
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

// What was called, then what was only sampled, then what only waited.
void FunctionTable::collect() {
    const Tables& tables = session_.tables();
    rows_ = tables.summary.functions;
    hasCalls_ = !rows_.empty();
    auto recording = session_.recording();
    hasSamples_ = recording && !recording->tables.summary.sampled.empty();
    std::vector<const trace::FunctionRow*> sampled(session_.timeline().functions.size(), nullptr);
    for (const trace::FunctionRow& row : tables.summary.sampled)
        if (row.function.index() < sampled.size()) sampled[row.function.index()] = &row;
    std::vector<bool> listed(sampled.size(), false);
    for (const trace::FunctionRow& row : rows_)
        if (row.function.index() < listed.size()) listed[row.function.index()] = true;
    for (uint32_t f = 0; f < listed.size(); ++f) {
        bool waited = f < tables.functionWaits.size() && tables.functionWaits[f].waits > 0;
        if (!listed[f] && (sampled[f] || (waited && !isRuntime(session_.timeline(), {f}))))
            rows_.push_back({{f}, 0, 0, 0});
    }
    const std::vector<trace::Function>& functions = session_.timeline().functions;
    hasPlaces_ = std::any_of(rows_.begin(), rows_.end(), [&](const trace::FunctionRow& row) {
        const trace::Function* function = lookup(functions, row.function);
        return function && !function->at.file.empty();
    });
    waits_.clear();
    samples_.clear();
    mostSelf_ = mostCumulative_ = mostOnCpu_ = mostLock_ = mostOther_ = allOnCpu_ = 0;
    for (const trace::FunctionRow& row : rows_) {
        size_t f = row.function.index();
        waits_.push_back(f < tables.functionWaits.size() ? tables.functionWaits[f] : FunctionWaits());
        samples_.push_back(f < sampled.size() && sampled[f] ? *sampled[f] : trace::FunctionRow());
        mostSelf_ = std::max(mostSelf_, row.selfNs);
        mostCumulative_ = std::max(mostCumulative_, row.cumulativeNs);
        mostOnCpu_ = std::max(mostOnCpu_, samples_.back().cumulativeNs);
        allOnCpu_ += samples_.back().selfNs;
        mostLock_ = std::max(mostLock_, waits_.back().lockNs);
        mostOther_ = std::max(mostOther_, waits_.back().otherNs);
    }
}

const std::vector<Column>& FunctionTable::columns() const {
    static const std::vector<Column> kColumns = {
        {"Function", "Without arguments; the tool tip has the full name", false, 340},
        {"Calls", "How often it was called", true, 84},
        {"Running", "Time in the function itself, without what it calls and without waiting", true, 116, "ns"},
        {"Self", "Time in the function itself, waiting too, without what it calls", true, 116, "ns", true},
        {"Cumulative", "Time in the function and all it calls; recursion counts once", true, 116, "ns"},
        {"On CPU", "Processor time in the function itself, estimated from samples", true, 112, "ns"},
        {"…with callees", "Processor time in the function and all it calls, estimated from samples", true, 112, "ns"},
        {"Lock wait", "Time threads waited for locks with the function on their stack", true, 116, "ns"},
        {"Other wait", "Time threads waited for events, joins or sleep with the function on their stack", true, 116,
         "ns"},
        {"Defined at", "Source file and line, where debug info tells", false, 170},
        {"Binary", "The program or library it is in", false, 110, "", true},
    };
    return kColumns;
}

int64_t FunctionTable::runningNs(int row) const {
    const FunctionWaits& waits = waits_[static_cast<size_t>(row)];
    return std::max<int64_t>(0, rows_[static_cast<size_t>(row)].selfNs - waits.ownLockNs - waits.ownOtherNs);
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
        case Running:
            return timeCell(runningNs(row), mostSelf_, State::running);
        case Self:
            return timeCell(r.selfNs, mostSelf_, State::running);
        case Cumulative:
            return timeCell(r.cumulativeNs, mostCumulative_, State::running);
        case OnCpu:
        case OnCpuWithCallees: {
            const trace::FunctionRow& s = samples_[static_cast<size_t>(row)];
            const int64_t ns = column == OnCpu ? s.selfNs : s.cumulativeNs;
            Cell cell = timeCell(ns, mostOnCpu_, State::running);
            if (ns > 0) cell.text += QStringLiteral(" · ") + percentText(ratio(ns, allOnCpu_));
            cell.tip = plural(s.calls, "sample", "samples");
            return cell;
        }
        case LockWait:
            return timeCell(w.lockNs, mostLock_, State::lockWait);
        case OtherWait:
            return timeCell(w.otherNs, mostOther_, State::eventWait);
        default:
            break;
    }
    if (!function) return textCell({});
    QString module = QString::fromStdString(function->module);
    if (column == Binary) return textCell(module.section(QLatin1Char('/'), -1), module);
    return textCell(placeText(function->at), placePath(function->at));
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

QString statusText(const Finding& finding) {
    if (finding.suppression)
        return QStringLiteral("suppressed") +
               (finding.suppression->reason.empty()
                    ? QString()
                    : QStringLiteral(": ") + QString::fromStdString(finding.suppression->reason));
    return finding.novelty == Novelty::unknown ? QString() : QString::fromUtf8(toString(finding.novelty));
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
        {"Status", "Against the baseline: new or known; or who said that nobody needs to look", false, 110},
        {"In the run", "Whether the recording confirms it, could have, or did not run its code", false, 150},
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
        case Status:
            return textCell(statusText(finding));
        case InTheRun: {
            const std::vector<Joined>& joined = session_.joined();
            bool isKnown = static_cast<size_t>(row) < joined.size();
            return textCell(isKnown ? QString::fromUtf8(joinedName(joined[static_cast<size_t>(row)])) : QString());
        }
        default:
            break;
    }
    if (finding.locations.empty()) return textCell({});
    return textCell(placeText(finding.locations[0].at), placePath(finding.locations[0].at));
}

}  // namespace raddle::gui
