#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "trace/answers/advice.h"
#include "trace/answers/words.h"
#include "trace/tables/call_tree.h"
#include "trace/tables/function_times.h"
#include "trace/timeline/grow.h"
#include "trace/timeline/story.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

constexpr uint64_t kEnoughSamples = 50;  // to tell a tenth of the time from chance
constexpr uint64_t kTurnsOfWorkers = 3;  // that each is woken at least

// Where it was not recorded of all threads, samples say it: each stands for time on a processor.
double cpuPerRun(const Case& of) {
    int64_t cpu = of.analysis.parallelism.cpuNs;
    if (cpu < 0 && !of.summary.sampled.empty()) {
        cpu = 0;
        for (const FunctionRow& row : of.summary.sampled) cpu += row.selfNs;
    }
    return cpu < 0 ? -1 : static_cast<double>(cpu) / static_cast<double>(std::max<int64_t>(1, of.timeline.durationNs));
}

int64_t runningNs(const Case& of, uint32_t thread) {
    const Thread& t = of.timeline.threads[thread];
    return t.endNs - t.beginNs - of.analysis.causes.threadTimes[thread].sumNs();
}

void adviseOnSerialRun(const Case& of, std::vector<Answer>& out) {
    const Parallelism& p = of.analysis.parallelism;
    if (p.workers.size() < 2 || p.mostRunning() < 2 || of.timeline.durationNs <= 0) return;
    int64_t alone = p.runningNs[0] + p.runningNs[1];
    double share = of.shareOfRun(alone);
    if (share < 0.25) return;
    // Where threads wait for the world outside there is nothing to share.
    Answer a{Weight::notable, Topic::serial, share * 0.45 * (1 - ioShareOfLives(of))};
    a.head = "For " + shareWords(share) + " of the run at most one thread works";
    // A server that nobody asks for anything is not slow.
    if (double none = of.shareOfRun(p.runningNs[0]); none > share / 2 && outsideShareOfLives(of) > 0.3) {
        a.cost = 0.05 * none;
        a.head = "For " + shareWords(none) + " of the run the program has nothing to do: it waits to be asked";
    }
    a.detail = "On average " + decimal(p.meanRunning) + " threads run, at most " + humanCount(p.mostRunning()) +
               " at a time, of " + humanCount(of.timeline.threads.size()) + " in all.";
    uint32_t most = 0;
    for (uint32_t t = 0; t < of.analysis.path.threadNs.size(); ++t)
        if (of.analysis.path.threadNs[t] > of.analysis.path.threadNs[most]) most = t;
    if (double onPath = of.shareOfRun(of.analysis.path.threadNs[most]); onPath >= 0.25) {
        a.detail += " The critical path runs in " + threadWords(of.timeline, ThreadId{most}) + " for " +
                    shareWords(onPath) + " of the run.";
        a.threads = {ThreadId{most}};
    }
    out.push_back(std::move(a));
}

// Ready to run is not running: the rest waits for a core or in the kernel.
void adviseOnCores(const Case& of, std::vector<Answer>& out) {
    double got = cpuPerRun(of), wanted = of.analysis.parallelism.meanRunning;
    double there = of.timeline.processors;
    if (there > 0 && wanted > there + 0.5) {
        Answer a{Weight::notable, Topic::fewCores, 0.4 * (1 - there / wanted)};
        a.head = decimal(wanted) + " threads want to run on average, on " +
                 plural(of.timeline.processors, "processor", "processors");
        a.detail = (got < 0 ? std::string() : "They get " + decimal(got) + " of them. ") +
                   "For the rest they stand in the queue for one: more threads would not make it faster.";
        out.push_back(std::move(a));
        return;
    }
    if (got < 0 || wanted < 1.5 * got + 0.5) return;
    Answer a{Weight::notable, Topic::fewCores, 0.4 * (1 - got / wanted)};
    a.head = decimal(wanted) + " threads are not waiting on average, but get " + decimal(got) + " cores";
    const int64_t queuedNs = of.analysis.parallelism.queuedNs;
    const double queued =
        queuedNs < 0 ? 0 : static_cast<double>(queuedNs) / static_cast<double>(of.timeline.durationNs);
    if (queued >= 0.7 * (wanted - got))
        a.detail = "For the rest they stand in the queue for one, " + humanTime(queuedNs) +
                   " in all: other programs run there.";
    else if (queuedNs >= 0 && queued < 0.1 * (wanted - got))
        a.detail = "The difference is time in the system, such as reading, writing and polling.";
    else
        a.detail =
            "The difference is time in the system, such as reading, writing and polling, or in the queue for a core.";
    out.push_back(std::move(a));
}

// Threads with the same start routine are meant to share the work.
void adviseOnImbalance(const Case& of, std::vector<Answer>& out) {
    std::map<FunctionId, std::vector<std::pair<int64_t, uint32_t>>> groups;
    for (uint32_t t = 0; t < of.timeline.threads.size(); ++t) {
        const Thread& thread = of.timeline.threads[t];
        // Of a thread's processor time the system's waiting is no part.
        if (thread.entry.valid())
            groups[thread.entry].emplace_back(thread.cpuNs >= 0 ? thread.cpuNs : runningNs(of, t), t);
    }
    for (auto& [entry, members] : groups) {
        if (members.size() < 2) continue;
        std::sort(members.begin(), members.end());
        int64_t sum = 0;
        for (const auto& member : members) sum += member.first;
        int64_t mean = sum / static_cast<int64_t>(members.size()), most = members.back().first;
        if (mean <= 0 || most - mean < mean / 2 || most < of.timeline.durationNs / 10) continue;
        Answer a{Weight::notable, Topic::imbalance, std::min(1.0, 0.4 * of.shareOfRun(most - mean))};
        a.head = "Work is shared unevenly: " + threadWords(of.timeline, {members.back().second}) + " works " +
                 decimal(static_cast<double>(most) / static_cast<double>(mean)) + "× as long as the mean of its " +
                 plural(members.size(), "thread", "threads");
        a.detail = "Between " + humanTime(members.front().first) + " and " + humanTime(most) + " of work each.";
        a.threads = {ThreadId{members.back().second}};
        a.function = entry;
        out.push_back(std::move(a));
    }
}

void adviseOnShortThreads(const Case& of, std::vector<Answer>& out) {
    size_t brief = 0;
    for (const Thread& thread : of.timeline.threads)
        brief += thread.exited && thread.endNs - thread.beginNs < 1'000'000;
    if (brief < 50) return;
    Answer a{Weight::notable, Topic::shortThreads, 0.1};
    a.head = plural(brief, "thread lives", "threads live") + " for less than a millisecond";
    a.detail = "Starting them costs about as much as they do; a pool of threads would not.";
    out.push_back(std::move(a));
}

// Idle threads cost little by themselves, so this stands behind what makes others wait. That one thread waits while
// others do what it has given them is how it should be.
void adviseOnIdling(const Case& of, std::vector<Answer>& out) {
    if (of.summary.objects.empty()) return;
    const ObjectRow& row = of.summary.objects[0];
    double life = 0;
    std::set<ThreadId> idle;
    for (uint32_t t = 0; t < of.timeline.threads.size(); ++t) {
        const Thread& thread = of.timeline.threads[t];
        life += static_cast<double>(thread.endNs - thread.beginNs);
        for (const Wait& wait : thread.waits)
            if (wait.object == row.object && wait.endNs - wait.beginNs > of.timeline.durationNs / 1000)
                idle.insert(ThreadId{t});
    }
    // Helpers that are hardly ever needed are no workers without work.
    if (row.contended < kTurnsOfWorkers * idle.size()) return;
    double cost = life > 0 ? std::min(1.0, static_cast<double>(row.waitNs) / life) : 0;
    if (cost < 0.05 || idle.empty() || (idle.size() == 1 && of.analysis.parallelism.meanRunning >= 1)) return;
    Answer a{Weight::notable, Topic::idle, cost * 0.5};
    a.object = row.object;
    a.threads.assign(idle.begin(), idle.end());
    a.head = shareWords(cost) + " of thread time is idle, waiting to be woken through " +
             objectWords(of.timeline, row.object);
    a.detail = plural(row.contended, "wait", "waits") + " of " + plural(idle.size(), "thread", "threads") + ", " +
               plural(row.signals, "signal", "signals") + ", the longest " + humanTime(row.maxWaitNs) + ".";
    int64_t behindLocks = 0;
    for (const CauseRow& cause : of.analysis.causes.rows)
        if (cause.object == row.object && cause.through.valid()) behindLocks += cause.waitNs;
    if (behindLocks > row.waitNs / 20)
        a.detail += " For " + humanTime(behindLocks) + " those who were to wake them stood before locks.";
    else if (idle.size() > 1)
        a.detail += " Idle workers want more work, or there are too many of them.";
    out.push_back(std::move(a));
}

// Samples are taken in user space: what is not seen there is the kernel's, but for what recording takes.
void adviseOnKernel(const Case& of, const SampledTime& time, std::vector<Answer>& out) {
    if (time.samples < kEnoughSamples || time.unseenNs <= 0) return;
    const double share = static_cast<double>(time.unseenNs) / static_cast<double>(time.seenNs + time.unseenNs);
    if (share < 0.4 || of.shareOfRun(time.unseenNs) < 0.1) return;
    Answer a{Weight::notable, Topic::hotFunction, 0.3 * std::min(1.0, of.shareOfRun(time.unseenNs))};
    a.head = shareWords(share) + " of the processor time goes to the kernel";
    a.detail = humanTime(time.unseenNs) + " of " + humanTime(time.seenNs + time.unseenNs) +
               ", a part of which is for recording. Samples tell of the rest only, in the program and its libraries; "
               "`strace -c` tells which system calls there are.";
    out.push_back(std::move(a));
}

bool isOfLibraries(const Timeline& timeline, const Frame& frame) {
    if (isRuntime(timeline, frame.function)) return true;
    const Function* function = lookup(timeline.functions, frame.function);
    return !function || function->name.starts_with("std::") || function->name.starts_with("0x") ||
           function->at.file.find("/include/c++/") != std::string::npos;
}

// " Mostly called from `Table::add()` (table.cc:12)." of what is called from the program's own code; empty when nothing
// is clear.
std::string callerWords(const Timeline& timeline, const FunctionRow& most) {
    std::map<FunctionId, int64_t> callers;
    for (const Thread& thread : timeline.threads)
        for (const Sample& sample : thread.samples) {
            if (sample.stack.index() >= timeline.stacks.size()) continue;
            const std::vector<Frame>& frames = timeline.stacks[sample.stack.index()].frames;
            if (frames.empty() || frames[0].function != most.function) continue;
            auto own = std::find_if(frames.begin() + 1, frames.end(), [&](const Frame& frame) {
                return frame.function != most.function && !isOfLibraries(timeline, frame);
            });
            if (own != frames.end()) grow(callers[own->function], sample.weightNs);
        }
    auto by = std::max_element(callers.begin(), callers.end(),
                               [](const auto& a, const auto& b) { return a.second < b.second; });
    if (by == callers.end() || by->second < most.selfNs / 2) return "";
    const Function* function = lookup(timeline.functions, by->first);
    return " Mostly called from " + placeWords(timeline, by->first, function ? function->at : SourceLocation{}) + ".";
}

// Where the processors were, from samples; a program with instrumented calls has its hot function from those.
void adviseOnSampled(const Case& of, std::vector<Answer>& out) {
    if (of.summary.sampled.empty()) return;
    const SampledTime time = sampledTime(of.timeline);
    adviseOnKernel(of, time, out);
    if (!of.summary.functions.empty()) return;
    int64_t all = 0;
    uint64_t samples = 0;
    for (const FunctionRow& row : of.summary.sampled) all += row.selfNs, samples += row.calls;
    const FunctionRow& most = of.summary.sampled[0];
    double share = all > 0 ? static_cast<double>(most.selfNs) / static_cast<double>(all) : 0;
    if (samples < kEnoughSamples || share < 0.1) return;
    const Function* function = lookup(of.timeline.functions, most.function);
    Answer a{Weight::notable, Topic::hotFunction, std::min(1.0, 0.5 * share)};
    a.head = shareWords(share) + " of the processor time " + (time.unseenNs > all / 4 ? "in user space " : "") +
             "is spent in " + placeWords(of.timeline, most.function, function ? function->at : SourceLocation{}) +
             " itself";
    a.detail = "About " + humanTime(most.selfNs) + " of " + humanTime(all) + ", from " + humanCount(samples) +
               " samples; with all it calls " + humanTime(most.cumulativeNs) + ".";
    a.detail += callerWords(of.timeline, most);
    a.function = most.function;
    out.push_back(std::move(a));
}

// Of each function with instrumented calls: for how long threads waited in it, and in what it calls without such calls.
std::vector<int64_t> waitedIn(const Case& of) {
    const Timeline& timeline = of.timeline;
    const std::vector<FunctionId> ofStack = innermostOf(timeline, of.summary.functions);
    std::vector<int64_t> waited(timeline.functions.size());
    for (const Thread& thread : timeline.threads)
        for (const Wait& wait : thread.waits)
            if (wait.stack.index() < ofStack.size() && ofStack[wait.stack.index()].valid())
                grow(waited[ofStack[wait.stack.index()].index()], wait.endNs - wait.beginNs);
    return waited;
}

// A function that waits for others is not what takes the time.
void adviseOnCalled(const Case& of, std::vector<Answer>& out) {
    if (of.summary.functions.empty()) return;
    const std::vector<int64_t> waited = waitedIn(of);
    const FunctionRow* most = nullptr;
    int64_t mostNs = 0;
    for (const FunctionRow& row : of.summary.functions)
        if (const int64_t ns = row.selfNs - waited[row.function.index()]; ns > mostNs) most = &row, mostNs = ns;
    if (!most) return;
    const Function* function = lookup(of.timeline.functions, most->function);
    Answer a{Weight::notable, Topic::hotFunction, std::min(1.0, 0.2 * of.share(mostNs))};
    a.head = "Most time inside one function: " +
             placeWords(of.timeline, most->function, function ? function->at : SourceLocation{}) + " with " +
             humanTime(mostNs);
    a.detail = plural(most->calls, "call", "calls") + ", " + humanTime(most->cumulativeNs) + " with all they call" +
               (mostNs < most->selfNs ? " and " + humanTime(most->selfNs - mostNs) + " of waiting." : ".");
    a.function = most->function;
    out.push_back(std::move(a));
}

size_t locksWaitedFor(const Case& of) {
    return static_cast<size_t>(std::count_if(of.summary.locks.begin(), of.summary.locks.end(),
                                             [](const LockRow& row) { return row.waitNs > 0; }));
}

}  // namespace

void adviseOnThreads(const Case& of, std::vector<Answer>& out) {
    adviseOnSerialRun(of, out);
    adviseOnCores(of, out);
    adviseOnImbalance(of, out);
    adviseOnShortThreads(of, out);
    adviseOnIdling(of, out);
}

void adviseOnRest(const Case& of, std::vector<Answer>& out) {
    const Timeline& timeline = of.timeline;
    WaitRef longest;
    int64_t longestNs = 0;
    for (uint32_t t = 0; t < timeline.threads.size(); ++t)
        for (uint32_t w = 0; w < timeline.threads[t].waits.size(); ++w) {
            const Wait& wait = timeline.threads[t].waits[w];
            if (wait.kind != WaitKind::lock || !wait.finished || wait.endNs - wait.beginNs <= longestNs) continue;
            longest = {ThreadId{t}, w};
            longestNs = wait.endNs - wait.beginNs;
        }
    // A stall is worth a line when it shows in the run.
    if (longestNs >= 1'000'000 && of.shareOfRun(longestNs) >= 0.005) {
        const Wait& wait = timeline.threads[longest.thread.index()].waits[longest.index];
        Answer a{Weight::notable, Topic::longWait, std::min(1.0, 0.3 * of.shareOfRun(longestNs))};
        a.head = "The longest wait for a lock: " + threadWords(timeline, longest.thread) + " stands still for " +
                 humanTime(longestNs) + " at " + humanTime(wait.beginNs);
        a.detail = "It wants " + lockWords(timeline, wait.lock);
        if (wait.blocker.valid()) a.detail += ", which " + threadWords(timeline, wait.blocker) + " holds";
        if (std::string place = placeWords(timeline, wait.blockerStack); !place.empty()) a.detail += " since " + place;
        a.detail += ".";
        a.wait = longest;
        a.lock = wait.lock;
        out.push_back(std::move(a));
    }
    adviseOnCalled(of, out);
    adviseOnSampled(of, out);
    if (timeline.droppedEvents > 0) {
        Answer a{Weight::costly, Topic::lostEvents, 1};
        a.head = plural(timeline.droppedEvents, "event", "events") + " could not be recorded";
        a.detail =
            "A full disk and limits that were reached are among the notes; else signal handlers interrupted the "
            "recorder. "
            "Times after that are too small.";
        out.push_back(std::move(a));
    }
    if (std::any_of(out.begin(), out.end(), [](const Answer& a) { return a.weight <= Weight::costly; })) return;
    int64_t waited = -of.parkedNs;
    for (const ThreadRow& row : of.summary.threads) waited += row.lockWaitNs;
    double share = of.share(waited);
    if (share >= 0.1) {
        Answer spread{Weight::notable, Topic::lockContention, std::min(1.0, share)};
        spread.head = shareWords(share) + " of busy thread time waits for locks, for none of them alone much";
        spread.detail = humanTime(waited) + " in all, for " + plural(locksWaitedFor(of), "lock", "locks") + ".";
        out.push_back(std::move(spread));
        return;
    }
    Answer a{Weight::good, Topic::healthy, 0};
    a.head = share < 0.001 ? "No thread waits for a lock worth mentioning"
                           : "Locks cost little: " + shareWords(share) + " of busy thread time waits for them";
    a.detail = "On average " + decimal(of.analysis.parallelism.meanRunning) + " of " +
               plural(timeline.threads.size(), "thread", "threads") + " ran.";
    out.push_back(std::move(a));
}

}  // namespace raddle::trace
