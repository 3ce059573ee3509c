#include "trace/tables/blame.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "trace/timeline/sites.h"

namespace raddle::trace {
namespace {

// Blamed time in 1/65536 ns, so that the parts of several readers lose nothing that shows.
__extension__ using Fine = __int128;
constexpr int kFineBits = 16;

int64_t toNs(Fine fine) {
    Fine ns = (fine + (Fine{1} << (kFineBits - 1))) >> kFineBits;
    return ns > INT64_MAX ? INT64_MAX : static_cast<int64_t>(ns);
}

// How many of the waits numbered [first, n) are going on.
class ActiveWaits {
  public:
    explicit ActiveWaits(size_t n) : tree_(n + 1) {}
    void add(size_t wait, int delta) {
        total_ += delta;
        for (size_t i = wait + 1; i < tree_.size(); i += i & (~i + 1)) tree_[i] += delta;
    }
    int64_t total() const { return total_; }
    int64_t countFrom(size_t first) const {
        int64_t before = 0;
        for (size_t i = first; i > 0; i -= i & (~i + 1)) before += tree_[i];
        return total_ - before;
    }

  private:
    std::vector<int64_t> tree_;
    int64_t total_ = 0;
};

struct Row {
    BlameRow out;
    Fine fine = 0;
    int64_t lastEndNs = INT64_MIN;  // of its holds
    uint32_t open = 0;              // its holds going on
    uint64_t beganBefore = 0;       // waits that had begun when the first of these did
};

// The order at one instant: stretches are half-open, so those that end go first.
enum class Step { waitEnds, holdEnds, holdBegins, waitBegins };

struct Event {
    int64_t atNs;
    uint32_t what;  // step, then index: small, since there are millions to be sorted

    Event(int64_t at, Step step, uint32_t index) : atNs(at), what(static_cast<uint32_t>(step) << kIndexBits | index) {}
    Step step() const { return static_cast<Step>(what >> kIndexBits); }
    uint32_t index() const { return what & ((1u << kIndexBits) - 1); }
    bool operator<(const Event& other) const { return atNs != other.atNs ? atNs < other.atNs : what < other.what; }

    static constexpr int kIndexBits = 30;
};

// One sweep over time. `perHold_` is the blame that a hold open since the beginning would have; a hold's
// share is what that grew by while it was open, so each event costs O(log n) whatever it overlaps.
class Sweep {
  public:
    Sweep(const Timeline& timeline, std::vector<HeldStretch> holds, std::vector<WaitedStretch> waits)
        : timeline_(timeline), holds_(std::move(holds)), waits_(std::move(waits)), active_(waits_.size()) {
        std::sort(waits_.begin(), waits_.end(), [](auto& a, auto& b) { return a.beginNs < b.beginNs; });
        rowOfHold_.resize(holds_.size());
        atBegin_.resize(holds_.size());
        isFresh_.resize(waits_.size());
    }

    std::vector<BlameRow> run() {
        for (const Event& event : events()) {
            advance(event.atNs);
            switch (event.step()) {
                case Step::holdBegins:
                    holdBegins(event.index());
                    break;
                case Step::holdEnds:
                    holdEnds(event.index());
                    break;
                case Step::waitBegins:
                    waitBegins(event.index());
                    break;
                case Step::waitEnds:
                    waitEnds(event.index());
                    break;
            }
        }
        return rowsInOrder();
    }

  private:
    std::vector<Event> events() const {
        std::vector<Event> events;
        events.reserve(2 * (holds_.size() + waits_.size()));
        for (uint32_t i = 0; i < holds_.size(); ++i) {
            if (holds_[i].beginNs >= holds_[i].endNs) continue;
            events.emplace_back(holds_[i].beginNs, Step::holdBegins, i);
            events.emplace_back(holds_[i].endNs, Step::holdEnds, i);
        }
        for (uint32_t i = 0; i < waits_.size(); ++i) {
            if (waits_[i].beginNs >= waits_[i].endNs) continue;
            events.emplace_back(waits_[i].beginNs, Step::waitBegins, i);
            events.emplace_back(waits_[i].endNs, Step::waitEnds, i);
        }
        std::sort(events.begin(), events.end());
        return events;
    }

    void advance(int64_t nowNs) {
        Fine passed = Fine{nowNs - nowNs_} << kFineBits;
        // Mostly there is one: a division of so wide a number costs as much as all the rest.
        if (openCount_ == 1)
            perHold_ += passed * active_.total();
        else if (openCount_ > 0)
            perHold_ += passed * active_.total() / openCount_;
        else
            nobody_ += passed * (active_.total() - freshCount_);
        nowNs_ = nowNs;
    }

    void holdBegins(uint32_t hold) {
        if (openCount_++ == 0) settleFresh();
        uint32_t row = rowOf(holds_[hold].thread, holds_[hold].stack);
        rowOfHold_[hold] = row;
        atBegin_[hold] = perHold_;
        // Waits that overlap an earlier hold of the same row were counted then.
        if (rows_[row].open++ == 0) {
            auto first = std::lower_bound(waits_.begin(), waits_.end(), rows_[row].lastEndNs,
                                          [](const WaitedStretch& w, int64_t t) { return w.beginNs < t; });
            rows_[row].out.waits +=
                static_cast<uint64_t>(active_.countFrom(static_cast<size_t>(first - waits_.begin())));
            rows_[row].beganBefore = began_;
        }
    }

    void holdEnds(uint32_t hold) {
        Row& row = rows_[rowOfHold_[hold]];
        row.fine += perHold_ - atBegin_[hold];
        row.lastEndNs = nowNs_;
        if (--row.open == 0) row.out.waits += began_ - row.beganBefore;
        --openCount_;
    }

    void waitBegins(uint32_t wait) {
        active_.add(wait, 1);
        ++began_;
        if (openCount_ > 0) return;
        isFresh_[wait] = true;
        fresh_.push_back(wait);
        ++freshCount_;
    }

    void waitEnds(uint32_t wait) {
        active_.add(wait, -1);
        settle(wait);
    }

    // A wait is fresh until a hold begins: what it waited so far is its own blocker's.
    void settle(uint32_t wait) {
        if (!isFresh_[wait]) return;
        isFresh_[wait] = false;
        --freshCount_;
        const WaitedStretch& stretch = waits_[wait];
        Fine waited = Fine{nowNs_ - stretch.beginNs} << kFineBits;
        if (!stretch.blocker.valid()) {
            nobody_ += waited;
            return;
        }
        Row& row = rows_[rowOf(stretch.blocker, stretch.blockerStack)];
        row.fine += waited;
        ++row.out.waits;
        row.lastEndNs = std::max(row.lastEndNs, stretch.beginNs + 1);
    }

    void settleFresh() {
        for (uint32_t wait : fresh_) settle(wait);
        fresh_.clear();
    }

    uint32_t rowOf(ThreadId thread, StackId stack) {
        auto [it, isNew] = rowOfStack_.try_emplace(uint64_t{thread.value} << 32 | stack.value, 0);
        if (!isNew) return it->second;
        Site site = siteOf(timeline_, stack);
        auto [same, isNewSite] =
            rowOfSite_.try_emplace({thread, site.function, site.at}, static_cast<uint32_t>(rows_.size()));
        if (isNewSite) rows_.push_back({BlameRow{thread, site.function, site.at, 0, 0}});
        return it->second = same->second;
    }

    std::vector<BlameRow> rowsInOrder() {
        std::vector<BlameRow> out;
        for (Row& row : rows_) {
            row.out.waitNs = toNs(row.fine);
            if (row.out.waitNs > 0) out.push_back(row.out);
        }
        std::sort(out.begin(), out.end(), [](auto& a, auto& b) {
            if (a.waitNs != b.waitNs) return a.waitNs > b.waitNs;
            return std::tie(a.thread, a.function, a.at) < std::tie(b.thread, b.function, b.at);
        });
        if (toNs(nobody_) > 0) out.push_back({{}, {}, {}, toNs(nobody_), 0});
        return out;
    }

    const Timeline& timeline_;
    std::vector<HeldStretch> holds_;
    std::vector<WaitedStretch> waits_;
    int64_t nowNs_ = 0;
    Fine perHold_ = 0;
    Fine nobody_ = 0;
    ActiveWaits active_;
    int64_t openCount_ = 0;        // holds going on
    uint64_t began_ = 0;           // waits, so far
    std::vector<uint32_t> fresh_;  // may list settled ones
    std::vector<bool> isFresh_;
    int64_t freshCount_ = 0;
    std::vector<Fine> atBegin_;
    std::vector<uint32_t> rowOfHold_;
    std::vector<Row> rows_;
    std::unordered_map<uint64_t, uint32_t> rowOfStack_;
    std::map<std::tuple<ThreadId, FunctionId, SourceLocation>, uint32_t> rowOfSite_;
};

}  // namespace

std::vector<BlameRow> blame(const Timeline& timeline, std::vector<HeldStretch> holds,
                            std::vector<WaitedStretch> waits) {
    return Sweep(timeline, std::move(holds), std::move(waits)).run();
}

}  // namespace raddle::trace
