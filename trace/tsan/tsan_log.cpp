#include "trace/tsan/tsan_log.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <optional>

#include "core/support/text.h"

namespace raddle::tsan {
namespace {

constexpr std::string_view kWarning = "WARNING: ThreadSanitizer: ";

// The text of a report's first line, and the kind as the programming interface calls it.
constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
    {"data race on vptr", "data-race-vptr"},
    {"data race", "data-race"},
    {"heap-use-after-free (virtual call", "heap-use-after-free-vptr"},
    {"heap-use-after-free", "heap-use-after-free"},
    {"race on external object", "external-race"},
    {"lock-order-inversion", "lock-order-inversion"},
    {"double lock of a mutex", "mutex-double-lock"},
    {"unlock of an unlocked mutex", "mutex-bad-unlock"},
    {"read lock of a write locked mutex", "mutex-bad-read-lock"},
    {"read unlock of a write locked mutex", "mutex-bad-read-unlock"},
    {"use of an invalid mutex", "mutex-invalid-access"},
    {"destroy of a locked mutex", "locked-mutex-destroy"},
};

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool isNumber(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

uint32_t number(std::string_view text) {
    uint32_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// "file:line:column", "file:line" or "(module+0x12)".
SourceLocation location(std::string_view text) {
    SourceLocation at;
    uint32_t numbers[2] = {};
    int count = 0;
    for (size_t colon; count < 2 && (colon = text.rfind(':')) != std::string_view::npos; ++count) {
        if (!isNumber(text.substr(colon + 1))) break;
        numbers[count] = number(text.substr(colon + 1));
        text = text.substr(0, colon);
    }
    if (text.empty() || text == "<null>" || text.front() == '(' || count == 0) return at;
    at.file = text;
    at.line = count == 2 ? numbers[1] : numbers[0];
    at.column = count == 2 ? numbers[0] : 0;
    return at;
}

// "#0 work(int) /src/a.cpp:10:5 (prog+0x12) (BuildId: 34)".
std::optional<FindingLocation> frame(std::string_view text) {
    if (!take(text, "#")) return std::nullopt;
    if (!isNumber(takeUntil(text, " "))) return std::nullopt;
    size_t module = text.rfind(" (BuildId:");
    if (module != std::string_view::npos) text = text.substr(0, module);
    module = text.rfind(" (");
    if (module != std::string_view::npos && text.find("+0x", module) != std::string_view::npos)
        text = text.substr(0, module);
    FindingLocation step;
    // Functions have blanks and files may: the file is what begins with a slash or is the last word.
    size_t file = text.rfind(" /");
    if (file == std::string_view::npos) file = text.rfind(' ');
    if (file != std::string_view::npos) {
        step.at = location(text.substr(file + 1));
        if (!step.at.file.empty() || text.substr(file + 1) == "<null>") text = text.substr(0, file);
    }
    if (text != "<null>") step.function = text;
    return step;
}

bool isLibrary(const FindingLocation& step) {
    return step.function.empty() || step.function.starts_with("std::") || step.function.starts_with("pthread_") ||
           step.function.starts_with("__") || step.function.starts_with("operator new") || step.function == "malloc" ||
           step.function == "calloc" || step.function.find(" std::") != std::string::npos ||
           step.at.file.find("/include/c++/") != std::string::npos;
}

// Of a stack, innermost first, the program's own steps, outermost first; all when there are none.
std::vector<FindingLocation> ownSteps(const std::vector<FindingLocation>& stack) {
    std::vector<FindingLocation> own;
    std::copy_if(stack.rbegin(), stack.rend(), std::back_inserter(own), [](auto& step) { return !isLibrary(step); });
    if (own.empty()) own.assign(stack.rbegin(), stack.rend());
    return own;
}

SourceLocation ownPlace(const std::vector<FindingLocation>& stack) {
    const std::vector<FindingLocation> own = ownSteps(stack);
    return own.empty() ? SourceLocation{} : own.back().at;
}

class LogReader {
  public:
    std::vector<TsanReport> read(std::string_view text) {
        while (!text.empty()) {
            std::string_view line = takeUntil(text, "\n");
            size_t warning = line.find(kWarning);
            if (warning != std::string_view::npos)
                begin(line.substr(0, warning), line.substr(warning + kWarning.size()));
            else if (isOpen_)
                take(line);
        }
        end();
        return std::move(reports_);
    }

  private:
    struct Stack {
        std::vector<FindingLocation> frames;  // innermost first
    };
    struct Part {
        std::string deed;
        std::string thread;  // "T1", "main thread"
        std::vector<std::string> locks;
        size_t stack;
    };

    void begin(std::string_view prefix, std::string_view what) {
        end();
        prefix_ = prefix;
        isOpen_ = true;
        for (auto& [text, kind] : kKinds)
            if (report_.kind.empty() && what.starts_with(text)) report_.kind = kind;
        if (report_.kind.empty()) report_.kind = trimmed(what.substr(0, what.rfind(" (pid=")));
    }

    void take(std::string_view line) {
        if (line.starts_with(prefix_)) line.remove_prefix(prefix_.size());
        line = trimmed(line);
        if (line.starts_with("SUMMARY: ThreadSanitizer") || line.starts_with("=====")) return end();
        if (std::optional<FindingLocation> step = frame(line)) {
            constexpr size_t kMostFrames = 512;
            if (stacks_.empty()) {
                stacks_.emplace_back();
                parts_.push_back({"reported here", "", {}, 0});
            }
            if (stacks_.back().frames.size() < kMostFrames) stacks_.back().frames.push_back(std::move(*step));
            return;
        }
        if (line.empty()) return;
        stacks_.emplace_back();
        heading(line);
    }

    void heading(std::string_view line) {
        if (line.starts_with("Location is ")) return memory(line.substr(12));
        if (line.starts_with("Cycle in lock order graph: ")) return cycle(line.substr(27));
        if (line.starts_with("Mutex ")) return mutex(line.substr(6));
        if (line.starts_with("Thread ")) return thread(line.substr(7));
        if (line.find(" of size ") != std::string_view::npos && line.find(" by ") != std::string_view::npos)
            return access(line);
        // "As if synchronized via sleep:" and what else comes with a stack of its own.
        if (parts_.empty() && !line.ends_with(":")) return;
        if (parts_.empty()) parts_.push_back({"reported here", "", {}, stacks_.size() - 1});
    }

    // "Previous atomic write of size 4 at 0x1234 by thread T1 (mutexes: write M0, read M1):"
    void access(std::string_view line) {
        Part part{"", "", {}, stacks_.size() - 1};
        bool isPrevious = raddle::tsan::take(line, "Previous ");
        std::string deed(takeUntil(line, " of size "));
        if (!deed.empty() && deed[0] >= 'A' && deed[0] <= 'Z') deed[0] = static_cast<char>(deed[0] - 'A' + 'a');
        part.deed = (isPrevious ? "earlier " : "") + deed + " of " + std::string(takeUntil(line, " ")) + " bytes";
        takeUntil(line, " by ");
        size_t mutexes = line.find(" (mutexes: ");
        std::string_view name = line.substr(0, std::min(mutexes, line.rfind(':')));
        part.thread = nameOfThread(name);
        if (mutexes != std::string_view::npos) {
            std::string_view list = line.substr(mutexes + 11);
            list = takeUntil(list, ")");
            while (!list.empty()) {
                std::string_view lock = trimmed(takeUntil(list, ","));
                size_t space = lock.rfind(' ');
                part.locks.emplace_back(space == std::string_view::npos ? lock : lock.substr(space + 1));
            }
        }
        parts_.push_back(std::move(part));
    }

    static std::string nameOfThread(std::string_view text) {
        text = trimmed(text);
        if (text.starts_with("thread ")) text.remove_prefix(7);
        return text.starts_with("main thread") ? "main" : std::string(text);
    }

    // "global 'counter' of size 4 at 0x12 (prog+0x34)", "heap block of size 40 at 0x12 allocated by main thread:"
    void memory(std::string_view what) {
        if (raddle::tsan::take(what, "global '")) {
            report_.memory = "`" + std::string(takeUntil(what, "'")) + "`";
        } else if (raddle::tsan::take(what, "heap block of size ")) {
            report_.memory = "a heap block of " + std::string(takeUntil(what, " ")) + " bytes";
            allocation_ = stacks_.size() - 1;
        } else if (raddle::tsan::take(what, "stack of ")) {
            report_.memory = "the stack of " + std::string(takeUntil(what, "."));
        } else if (raddle::tsan::take(what, "TLS of ")) {
            report_.memory = "thread-local memory of " + std::string(takeUntil(what, "."));
        } else if (raddle::tsan::take(what, "file descriptor ")) {
            report_.memory = "file descriptor " + std::string(takeUntil(what, " "));
        }
    }

    // "M0 (0x12) => M1 (0x34) => M0"
    void cycle(std::string_view graph) {
        while (!graph.empty()) {
            std::string_view mutex = takeUntil(graph, " => ");
            if (graph.empty()) return;  // the first again
            report_.memory += (report_.memory.empty() ? "`" : ", `") + std::string(takeUntil(mutex, " ")) + "`";
        }
    }

    // "M0 (0x12) created at:", "M1 acquired here while holding mutex M0 in thread T3:"
    void mutex(std::string_view what) {
        std::string name(takeUntil(what, " "));
        if (raddle::tsan::take(what, "acquired here while holding mutex ")) {
            std::string held(takeUntil(what, " in "));
            parts_.push_back({"acquires `" + name + "` holding `" + held + "`",
                              nameOfThread(what.substr(0, what.rfind(':'))),
                              {held},
                              stacks_.size() - 1});
        } else if (what.find("created at:") != std::string_view::npos) {
            mutexes_[name] = stacks_.size() - 1;
            if (report_.memory.empty() && report_.kind.find("mutex") != std::string::npos)
                report_.memory = "`" + name + "`";
        }
    }

    // "T2 'name' (tid=12, running) created by main thread at:"
    void thread(std::string_view what) {
        std::string id(takeUntil(what, " "));
        std::string name = id;
        if (raddle::tsan::take(what, "'")) name += " " + std::string(takeUntil(what, "'"));
        threads_[id] = {name, stacks_.size() - 1};
        if (parts_.empty()) parts_.push_back({"started", id, {}, stacks_.size() - 1});
    }

    void end() {
        if (isOpen_) finish();
        isOpen_ = false;
        report_ = {};
        stacks_.clear();
        parts_.clear();
        mutexes_.clear();
        threads_.clear();
        allocation_.reset();
    }

    void finish() {
        for (const Part& part : parts_) {
            Story story{part.deed, part.thread, {}, part.locks, ownSteps(stacks_[part.stack].frames)};
            // The thread is named as "T1 'name'" where it acts, too.
            auto thread = threads_.find(part.thread.substr(0, part.thread.find(' ')));
            if (thread != threads_.end()) {
                story.thread = thread->second.first;
                story.spawnedAt = ownPlace(stacks_[thread->second.second].frames);
            }
            report_.stories.push_back(std::move(story));
        }
        for (auto& [name, stack] : mutexes_)
            if (SourceLocation at = ownPlace(stacks_[stack].frames); !at.file.empty())
                report_.notes.push_back("`" + name + "` was first used at " + toString(at));
        if (allocation_)
            if (SourceLocation at = ownPlace(stacks_[*allocation_].frames); !at.file.empty())
                report_.notes.push_back("the block was allocated at " + toString(at));
        reports_.push_back(std::move(report_));
    }

    std::vector<TsanReport> reports_;
    bool isOpen_ = false;
    std::string_view prefix_;
    TsanReport report_;
    std::vector<Stack> stacks_;  // one for each heading
    std::vector<Part> parts_;
    std::map<std::string, size_t> mutexes_;                          // where created
    std::map<std::string, std::pair<std::string, size_t>> threads_;  // name, and where created
    std::optional<size_t> allocation_;
};

}  // namespace

std::vector<TsanReport> readTsanLog(std::string_view text) {
    return LogReader().read(text);
}

}  // namespace raddle::tsan
