#include <algorithm>

#include "core/support/text.h"
#include "trace/tables/tsan_findings.h"
#include "trace/timeline/sites.h"
#include "trace/timeline/text_format.h"
#include "trace/tsan/tsan_report.h"

namespace raddle::trace {
namespace {

bool isNoise(const Function& function) {
    constexpr std::string_view kStarts[] = {"0x", "__libc_start", "_start", "operator new", "operator delete"};
    constexpr std::string_view kWhole[] = {"malloc", "calloc", "realloc", "free", "thread_start"};
    return isWrapper(function) ||
           std::any_of(std::begin(kStarts), std::end(kStarts),
                       [&](std::string_view start) { return function.name.starts_with(start); }) ||
           std::find(std::begin(kWhole), std::end(kWhole), function.name) != std::end(kWhole);
}

class Converter {
  public:
    Converter(const Timeline& timeline, const TsanEvent& event) : timeline_(timeline), event_(event) {}

    tsan::TsanReport run() {
        report_.kind = event_.kind;
        report_.memory = memory();
        if (event_.accesses.empty())
            addLockStories();
        else
            addAccesses();
        if (!event_.places.empty()) {
            const SourceLocation at = ownPlace(event_.places[0].allocatedAt);
            if (!at.file.empty()) report_.notes.push_back("the block was allocated at " + toString(at));
        }
        report_.notes.push_back("at " + humanTime(event_.atNs) + " of the recording");
        return std::move(report_);
    }

  private:
    std::string nameOf(const TsanEvent::Mutex& mutex) const {
        return mutex.lock.valid() ? timeline_.locks[mutex.lock.index()].name : "mutex M" + std::to_string(mutex.number);
    }

    std::string memory() const {
        if (event_.accesses.empty()) {
            std::vector<std::string> names;
            for (const TsanEvent::Mutex& mutex : event_.mutexes) names.push_back(nameOf(mutex));
            return listed(names);
        }
        if (event_.places.empty()) return "";
        const TsanEvent::Place& place = event_.places[0];
        if (place.kind == "global") return place.name.empty() ? "a global" : "`" + place.name + "`";
        if (place.kind == "heap") return "a heap block of " + std::to_string(place.bytes) + " bytes";
        if (place.kind == "stack") return "the stack of " + threadName(place.thread);
        if (place.kind == "tls") return "thread-local memory of " + threadName(place.thread);
        return place.kind == "fd" ? "a file descriptor" : "";
    }

    std::string threadName(ThreadId id) const {
        if (!id.valid()) return "an unknown thread";
        const Thread& thread = timeline_.threads[id.index()];
        return thread.name + " (" + std::to_string(thread.tid) + ")";
    }

    std::vector<FindingLocation> steps(StackId stack) const {
        std::vector<FindingLocation> out;
        if (!stack.valid()) return out;
        const std::vector<Frame>& frames = timeline_.stacks[stack.index()].frames;
        for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
            const Function& function = timeline_.functions[frame->function.index()];
            // How a thread was started or a lock is taken is not the program's story.
            if (isNoise(function)) continue;
            out.push_back({frame->at, function.name, ""});
        }
        return out;
    }

    SourceLocation ownPlace(StackId stack) const {
        const std::vector<FindingLocation> own = steps(stack);
        return own.empty() ? SourceLocation{} : own.back().at;
    }

    SourceLocation spawnedAt(ThreadId id) const {
        for (const TsanEvent::Creation& creation : event_.threads)
            if (creation.thread == id) return ownPlace(creation.stack);
        return {};
    }

    tsan::Story story(const std::string& deed, ThreadId thread, StackId stack) const {
        return {deed,
                thread.valid() ? threadName(thread) : "",
                thread.valid() ? spawnedAt(thread) : SourceLocation{},
                {},
                steps(stack)};
    }

    bool holds(ThreadId id, LockId lock) const {
        if (!id.valid() || !lock.valid()) return false;
        const List<Hold>& holds = timeline_.threads[id.index()].holds;
        return std::any_of(holds.begin(), holds.end(), [&](const Hold& hold) {
            return hold.lock == lock && hold.beginNs <= event_.atNs && hold.endNs >= event_.atNs;
        });
    }

    void addAccesses() {
        for (size_t i = 0; i < event_.accesses.size(); ++i) {
            const TsanEvent::Access& access = event_.accesses[i];
            std::string deed = std::string(i > 0 ? "earlier " : "") + (access.isAtomic ? "atomic " : "") +
                               (access.isWrite ? "write" : "read") + " of " + std::to_string(access.bytes) +
                               (access.bytes == 1 ? " byte" : " bytes");
            report_.stories.push_back(story(deed, access.thread, access.stack));
        }
        for (const TsanEvent::Mutex& mutex : event_.mutexes) {
            if (!mutex.lock.valid())
                report_.notes.push_back("one of them held " + nameOf(mutex) + ", whose uses were not recorded");
            else if (report_.stories.size() < 2 || holds(event_.accesses[0].thread, mutex.lock))
                report_.stories[0].locks.push_back(nameOf(mutex));
            else
                report_.stories[1].locks.push_back(nameOf(mutex));
        }
    }

    // The thread that took the locks first, when there is no doubt.
    ThreadId otherThread() const {
        ThreadId other;
        for (const TsanEvent::Creation& creation : event_.threads) {
            if (creation.thread == event_.thread) continue;
            if (other.valid()) return {};
            other = creation.thread;
        }
        return other;
    }

    // The stacks are those of the cycle's edges, two for each when the first acquisitions are remembered too.
    void addLockStories() {
        const size_t count = event_.mutexes.size();
        const bool isOrder = event_.kind == "lock-order-inversion" && count > 0;
        const size_t each = isOrder && event_.stacks.size() >= 2 * count ? 2 : 1;
        for (size_t i = 0; i < event_.stacks.size(); i += each) {
            std::string deed = "reported here";
            std::vector<std::string> held;
            if (isOrder && i / each < count) {
                held = {nameOf(event_.mutexes[i / each])};
                deed = "acquires `" + nameOf(event_.mutexes[(i / each + 1) % count]) + "` holding `" + held[0] + "`";
            }
            report_.stories.push_back(
                story(deed, i + each >= event_.stacks.size() ? event_.thread : otherThread(), event_.stacks[i]));
            report_.stories.back().locks = held;
        }
        if (!event_.stacks.empty()) return;
        for (const TsanEvent::Creation& creation : event_.threads)
            report_.stories.push_back(story("created here", creation.thread, creation.stack));
    }

    const Timeline& timeline_;
    const TsanEvent& event_;
    tsan::TsanReport report_;
};

}  // namespace

std::vector<Finding> tsanFindings(const Timeline& timeline, std::vector<std::string>& notes) {
    std::vector<tsan::TsanReport> reports;
    for (const TsanEvent& event : timeline.tsan) reports.push_back(Converter(timeline, event).run());
    return tsan::toFindings(reports, notes);
}

}  // namespace raddle::trace
