#include "trace/read/python_gil.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_map>

namespace raddle::trace {
namespace {

struct Gil {
    ObjectId condition;
    LockId mutex;
    LockId lock;  // what is added
};

bool isInRuntime(const std::string& name) {
    return name.starts_with("_PyRuntime");
}

std::optional<LockId> mutexOf(const Timeline& timeline, ObjectId condition) {
    for (const Thread& thread : timeline.threads)
        for (const Wait& wait : thread.waits)
            if (wait.object == condition && wait.lock.valid()) return wait.lock;
    const Object& object = timeline.objects[condition.index()];
    for (uint32_t i = 0; i < timeline.locks.size(); ++i) {
        const Lock& lock = timeline.locks[i];
        if (lock.process == object.process && isInRuntime(lock.name) && lock.name.ends_with("gil.mutex"))
            return LockId{i};
    }
    return std::nullopt;
}

// With debug info the members have names; without, the GIL's mutex is the one that is locked most.
std::optional<Gil> findGil(const Timeline& timeline, ProcessId process) {
    std::optional<Gil> found;
    for (uint32_t i = 0; i < timeline.objects.size(); ++i) {
        const Object& object = timeline.objects[i];
        if (object.process != process || object.kind != ObjectKind::condition || !isInRuntime(object.name)) continue;
        std::optional<LockId> mutex = mutexOf(timeline, ObjectId{i});
        if (!mutex) continue;
        if (object.name.ends_with("gil.cond")) return Gil{ObjectId{i}, *mutex, {}};
        bool hasNoMember = object.name.find('.') == std::string::npos;
        auto acquisitions = [&](LockId lock) { return timeline.locks[lock.index()].acquisitions; };
        if (hasNoMember && (!found || acquisitions(*mutex) > acquisitions(found->mutex)))
            found = Gil{ObjectId{i}, *mutex, {}};
    }
    return found;
}

class GilTrack {
  public:
    GilTrack(Timeline& timeline, Thread& thread, const Gil& gil)
        : lock_(timeline.locks[gil.lock.index()]), thread_(thread), gil_(gil) {}

    void run() {
        collectWaits();
        for (size_t i = 0; i < thread_.holds.size();) {
            const Hold& hold = thread_.holds[i];
            if (hold.lock != gil_.mutex) {
                ++i;
                continue;
            }
            size_t last = endOfSection(i);
            section(hold, thread_.holds[last]);
            i = last + 1;
        }
        if (held_)
            holds_.push_back({gil_.lock, LockMode::exclusive, heldSince_, thread_.endNs, false, contended_, stack_});
        merge();
    }

  private:
    void collectWaits() {
        auto isFlag = [&](const Wait& wait) { return wait.object == gil_.condition; };
        std::copy_if(thread_.waits.begin(), thread_.waits.end(), std::back_inserter(flagWaits_), isFlag);
        std::erase_if(thread_.waits.own(), isFlag);
    }

    // A wait for the flag cuts the mutex's hold in two, of one critical section.
    size_t endOfSection(size_t first) const {
        size_t last = first;
        for (size_t i = first + 1; i < thread_.holds.size(); ++i) {
            if (thread_.holds[i].lock != gil_.mutex) continue;
            if (!thread_.holds[i].retaken) break;
            last = i;
        }
        return last;
    }

    void section(const Hold& first, const Hold& last) {
        auto signal = std::lower_bound(thread_.signals.begin(), thread_.signals.end(), first.beginNs,
                                       [](const Signal& s, int64_t t) { return s.atNs < t; });
        bool drops = false;
        for (; signal != thread_.signals.end() && signal->atNs <= last.endNs; ++signal)
            drops = drops || signal->object == gil_.condition;
        if (drops)
            drop(first.beginNs);
        else
            take(first, last);
    }

    void drop(int64_t atNs) {
        if (held_) holds_.push_back({gil_.lock, LockMode::exclusive, heldSince_, atNs, true, contended_, stack_});
        held_ = false;
    }

    void take(const Hold& first, const Hold& last) {
        auto wait = std::lower_bound(flagWaits_.begin(), flagWaits_.end(), first.beginNs,
                                     [](const Wait& w, int64_t t) { return w.beginNs < t; });
        contended_ = wait != flagWaits_.end() && wait->beginNs <= last.endNs;
        if (contended_) {
            Wait whole = *wait;
            whole.kind = WaitKind::lock;
            whole.lock = gil_.lock;
            whole.object = {};
            for (; wait != flagWaits_.end() && wait->beginNs <= last.endNs; ++wait) whole.finished = wait->finished;
            whole.succeeded = true;
            whole.endNs = whole.finished ? last.endNs : flagWaits_.back().endNs;
            waits_.push_back(whole);
            if (!whole.finished) return;
            ++lock_.contended;
        }
        ++lock_.acquisitions;
        held_ = true;
        heldSince_ = last.endNs;
        stack_ = contended_ ? waits_.back().stack : first.stack;
    }

    void merge() {
        auto byBegin = [](auto& a, auto& b) { return a.beginNs < b.beginNs; };
        std::vector<Hold> holds;
        std::merge(thread_.holds.begin(), thread_.holds.end(), holds_.begin(), holds_.end(), std::back_inserter(holds),
                   byBegin);
        thread_.holds = std::move(holds);
        std::vector<Wait> waits;
        std::merge(thread_.waits.begin(), thread_.waits.end(), waits_.begin(), waits_.end(), std::back_inserter(waits),
                   byBegin);
        thread_.waits = std::move(waits);
    }

    Lock& lock_;
    Thread& thread_;
    const Gil& gil_;
    std::vector<Wait> flagWaits_;
    std::vector<Wait> waits_;
    std::vector<Hold> holds_;
    bool held_ = false;
    bool contended_ = false;
    int64_t heldSince_ = 0;
    StackId stack_;
};

// threading.Lock and what is made of it (queue.Queue, Condition, …): semaphores of the interpreter's own. One on the
// heap of a Python is hardly anything else, whether or not the interpreter's functions have names (and variables).
void nameLocks(Timeline& timeline) {
    std::unordered_map<ProcessId, int> count;
    for (const Object& object : timeline.objects)
        if (isInRuntime(object.name)) count[object.process] = 0;
    for (Object& object : timeline.objects) {
        const bool isOnHeap = object.kind == ObjectKind::semaphore &&
                              (object.name.starts_with("semaphore ") || object.name.starts_with("thelock "));
        if (auto python = count.find(object.process); isOnHeap && python != count.end())
            object.name = "Python lock #" + std::to_string(++python->second);
    }
}

}  // namespace

void addPythonGil(Timeline& timeline) {
    nameLocks(timeline);
    auto isPythons = [](const Object& object) { return isInRuntime(object.name); };
    if (std::none_of(timeline.objects.begin(), timeline.objects.end(), isPythons)) return;
    std::unordered_map<ProcessId, Gil> gils;
    for (uint32_t i = 0; i < timeline.processes.size(); ++i) {
        ProcessId process{i};
        std::optional<Gil> gil = findGil(timeline, process);
        if (!gil) continue;
        gil->lock = LockId{static_cast<uint32_t>(timeline.locks.size())};
        gils[process] = *gil;
        timeline.locks.push_back(
            {"Python GIL", LockKind::mutex, process, timeline.objects[gil->condition.index()].address});
        timeline.locks.back().isGivenUpToWait = true;
    }
    for (Thread& thread : timeline.threads)
        if (auto gil = gils.find(thread.process); gil != gils.end()) GilTrack(timeline, thread, gil->second).run();
}

}  // namespace raddle::trace
