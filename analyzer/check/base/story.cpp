#include "analyzer/check/base/story.h"

#include <algorithm>
#include <deque>
#include <set>
#include <unordered_map>

namespace raddle::check {

SourceLocation sourceOf(const Facts& facts, const ir::Location& at) {
    SourceLocation source;
    if (at.file.valid()) source.file = facts.program->text(at.file);
    source.line = at.line;
    source.column = at.column;
    return source;
}

const std::string& functionName(const Facts& facts, facts::OpId op) {
    return facts.program->text(facts.program->function(facts.ops.function(op)).name);
}

FindingLocation locationOf(const Facts& facts, facts::OpId op, std::string role) {
    return {sourceOf(facts, facts.ops.op(op).at), functionName(facts, op), std::move(role)};
}

std::string lockName(const Facts& facts, facts::PlaceId lock) {
    return "`" + facts.places.describe(lock) + "`";
}

std::vector<std::string> lockNames(const Facts& facts, facts::LockSetId locks) {
    std::vector<std::string> names;
    for (const facts::HeldLock& held : facts.locks(locks)) {
        // What was run once is done with: it orders, and excludes nobody.
        if (held.kind == ir::LockKind::flag && held.mode == ir::LockMode::shared) continue;
        std::string name = facts.places.describe(held.lock);
        if (held.mode == ir::LockMode::shared) name += " (shared)";
        names.push_back(std::move(name));
    }
    return names;
}

std::string holding(const Facts& facts, facts::LockSetId locks) {
    const std::vector<std::string> names = lockNames(facts, locks);
    if (names.empty()) return "no lock";
    std::string text;
    for (size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "`" : i + 1 == names.size() ? " and `" : ", `") + names[i] + "`";
    return text;
}

std::string threadName(const Facts& facts, facts::ThreadId id) {
    const facts::Thread& thread = facts.thread(id);
    const std::string& entry = facts.program->text(facts.program->function(thread.function).name);
    switch (thread.kind) {
        case facts::ThreadKind::main:
            return "main";
        case facts::ThreadKind::staticInit:
            return "static initialisation";
        case facts::ThreadKind::spawned:
            if (!thread.executors.empty()) return (thread.many ? "tasks " : "task ") + entry;
            return (thread.many ? "threads " : "thread ") + entry;
        case facts::ThreadKind::assumed:
            return thread.spawn.valid() ? "callback " + entry : "any caller of " + entry;
    }
    return entry;
}

std::vector<std::pair<facts::Caller, facts::ContextId>> pathTo(const Facts& facts, facts::ThreadId thread,
                                                               facts::ContextId context) {
    const facts::Thread& info = facts.thread(thread);
    // Breadth first from the context up to the entry.
    std::unordered_map<facts::ContextId, facts::Caller> towards;
    std::deque<facts::ContextId> queue{context};
    facts::ContextId entry = info.entries.contains(context) ? context : facts::ContextId{};
    while (!queue.empty() && !entry.valid()) {
        const facts::ContextId at = queue.front();
        queue.pop_front();
        for (const facts::Caller& caller : facts.context(at).callers) {
            if (caller.context == context || !facts.context(caller.context).threads.contains(thread) ||
                !towards.try_emplace(caller.context, facts::Caller{at, caller.op}).second)
                continue;
            queue.push_back(caller.context);
            if (info.entries.contains(caller.context) && !entry.valid()) entry = caller.context;
        }
    }
    std::vector<std::pair<facts::Caller, facts::ContextId>> path;
    for (facts::ContextId at = entry; at.valid() && at != context;) {
        auto next = towards.find(at);
        if (next == towards.end()) break;
        path.push_back({{at, next->second.op}, next->second.context});
        at = next->second.context;
    }
    return path;
}

namespace {

constexpr size_t kShortPath = 6;  // calls
constexpr size_t kLongPath = 14;
constexpr size_t kCallsADoubt = 2;
constexpr size_t kDoubtsAGuess = 2;
constexpr size_t kFewGuesses = 2;  // calls on the way that may lead elsewhere

// How a thread comes to a context. Each call through a pointer that may lead to several functions is a guess, and each
// function on the way has conditions that are not followed.
struct Way {
    size_t calls = 0;
    size_t guesses = 0;
    bool general = false;  // it ends where circumstances are no longer told apart

    Way(const Facts& facts, facts::ThreadId thread, facts::ContextId context)
        : general(facts.context(context).general) {
        for (const auto& [caller, callee] : pathTo(facts, thread, context)) {
            ++calls;
            guesses += facts.pointsTo.targetsOf(caller.op).size() > 1;
        }
    }

    // The most that can be said of what happens there.
    Evidence evidence() const {
        if (calls > kLongPath || guesses > kFewGuesses) return Evidence::assumed;
        return calls > kShortPath || guesses > 0 || general ? Evidence::likely : Evidence::definite;
    }
    uint32_t doubts() const { return static_cast<uint32_t>(calls / kCallsADoubt + kDoubtsAGuess * guesses + general); }
};

}  // namespace

bool isSureWay(const Facts& facts, facts::ThreadId thread, facts::ContextId context) {
    return Way(facts, thread, context).guesses == 0;
}

void limitEvidence(Finding& finding, Evidence most) {
    finding.evidence = std::min(finding.evidence, most);
    if (finding.evidence == Evidence::assumed) finding.severity = Severity::note;
}

FindingThread threadStory(const Facts& facts, facts::ThreadId thread, facts::ContextId context, facts::OpId op,
                          std::vector<std::string> locks, const std::string& role) {
    FindingThread story;
    story.id = threadName(facts, thread);
    const facts::Thread& info = facts.thread(thread);
    if (info.spawn.valid()) story.spawnedAt = sourceOf(facts, facts.ops.op(info.spawn).at);
    story.locksHeld = std::move(locks);
    for (const auto& [caller, callee] : pathTo(facts, thread, context)) {
        const auto& function = facts.program->function(facts.context(callee).function);
        story.stack.push_back(locationOf(facts, caller.op, "calls " + facts.program->text(function.name)));
    }
    story.stack.push_back(locationOf(facts, op, role));
    return story;
}

void addThread(const Facts& facts, Finding& finding, facts::ThreadId thread, facts::ContextId context, facts::OpId op,
               std::vector<std::string> locks, const std::string& role) {
    const Way way(facts, thread, context);
    limitEvidence(finding, way.evidence());
    finding.doubts += way.doubts();
    finding.threads.push_back(threadStory(facts, thread, context, op, std::move(locks), role));
}

void addThread(const Facts& facts, Finding& finding, facts::ThreadId thread, facts::ContextId context, facts::OpId op,
               facts::LockSetId locks, const std::string& role) {
    addThread(facts, finding, thread, context, op, lockNames(facts, locks), role);
}

FindingThread threadStory(const Facts& facts, facts::ThreadId thread, facts::ContextId context, facts::OpId op,
                          facts::LockSetId locks, const std::string& role) {
    return threadStory(facts, thread, context, op, lockNames(facts, locks), role);
}

void addCalls(const Facts& facts, facts::ContextId context, Finding& finding) {
    constexpr size_t kMostCalls = 16;
    if (!onlyAssumed(facts, context)) return;
    std::deque<facts::ContextId> queue{context};
    std::set<facts::ContextId> seen{context};
    std::set<SourceLocation> shown;
    for (const FindingLocation& location : finding.locations) shown.insert(location.at);
    for (size_t added = 0; !queue.empty(); queue.pop_front()) {
        const facts::Context& callee = facts.context(queue.front());
        for (const facts::Caller& caller : callee.callers) {
            if (added >= kMostCalls) return;
            if (shown.insert(sourceOf(facts, facts.ops.op(caller.op).at)).second) {
                const std::string& name = facts.program->text(facts.program->function(callee.function).name);
                finding.locations.push_back(locationOf(facts, caller.op, "calls " + name));
                ++added;
            }
            if (seen.insert(caller.context).second) queue.push_back(caller.context);
        }
    }
}

Finding findingOf(std::string_view ruleId, Evidence evidence) {
    const Rule* rule = findRule(ruleId);
    Finding finding;
    finding.rule = rule->id;
    finding.property = rule->property;
    finding.evidence = evidence;
    finding.severity = evidence == Evidence::assumed ? Severity::note : rule->severity;
    finding.cwe = rule->cwe;
    return finding;
}

bool onlyAssumed(const Facts& facts, facts::ContextId context) {
    return std::all_of(facts.context(context).threads.begin(), facts.context(context).threads.end(),
                       [&](facts::ThreadId thread) { return facts.thread(thread).kind == facts::ThreadKind::assumed; });
}

}  // namespace raddle::check
