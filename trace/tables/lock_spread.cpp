#include "trace/tables/lock_spread.h"

#include <algorithm>
#include <span>

namespace raddle::trace {
namespace {

// The smallest value that `percent` of all do not exceed (nearest rank). Reorders.
int64_t quantile(std::span<int64_t> values, size_t percent) {
    if (values.empty()) return 0;
    size_t rank = (values.size() * percent + 99) / 100;
    auto at = values.begin() + static_cast<std::ptrdiff_t>(std::max<size_t>(rank, 1) - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

// Durations by lock, in one piece of memory.
class ByLock {
  public:
    explicit ByLock(size_t locks) : begin_(locks + 1) {}

    void count(LockId lock) { ++begin_[lock.index() + 1]; }
    void allocate() {
        for (size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
        values_.resize(begin_.back());
        next_ = begin_;
    }
    void add(LockId lock, int64_t ns) { values_[next_[lock.index()]++] = ns; }
    std::span<int64_t> of(size_t lock) {
        return std::span(values_).subspan(begin_[lock], begin_[lock + 1] - begin_[lock]);
    }

  private:
    std::vector<size_t> begin_, next_;
    std::vector<int64_t> values_;
};

}  // namespace

std::vector<LockSpread> lockSpreads(const Timeline& timeline, int64_t beginNs, int64_t endNs,
                                    const std::atomic<bool>* cancelled) {
    const size_t locks = timeline.locks.size();
    ByLock waits(locks), holds(locks);
    auto isIn = [&](const auto& stretch) {
        return stretch.beginNs >= beginNs && stretch.beginNs < endNs && stretch.lock.index() < locks;
    };
    auto each = [&](auto forWait, auto forHold) {
        for (const Thread& thread : timeline.threads) {
            for (const Wait& wait : thread.waits)
                if (wait.kind == WaitKind::lock && isIn(wait)) forWait(wait.lock, wait.endNs - wait.beginNs);
            for (const Hold& hold : thread.holds)
                if (!hold.beginUnknown && isIn(hold)) forHold(hold.lock, hold.endNs - hold.beginNs);
        }
    };
    each([&](LockId lock, int64_t) { waits.count(lock); }, [&](LockId lock, int64_t) { holds.count(lock); });
    if (cancelled && *cancelled) return std::vector<LockSpread>(locks);
    waits.allocate();
    holds.allocate();
    each([&](LockId lock, int64_t ns) { waits.add(lock, ns); }, [&](LockId lock, int64_t ns) { holds.add(lock, ns); });
    std::vector<LockSpread> out(locks);
    if (cancelled && *cancelled) return out;
    for (size_t i = 0; i < locks; ++i)
        out[i] = {quantile(waits.of(i), 50), quantile(waits.of(i), 99), quantile(holds.of(i), 50),
                  quantile(holds.of(i), 99)};
    return out;
}

}  // namespace raddle::trace
