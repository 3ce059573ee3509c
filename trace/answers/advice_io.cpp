#include <algorithm>
#include <map>

#include "trace/answers/advice.h"
#include "trace/answers/words.h"
#include "trace/timeline/names.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

constexpr double kWorthSaying = 0.1;

// To wait for requests, connections and signals is what servers do when nobody wants anything.
bool isForOthers(IoKind kind) {
    return kind == IoKind::polling || kind == IoKind::accepting || kind == IoKind::signal;
}

const char* wordsOf(IoKind kind) {
    switch (kind) {
        case IoKind::polling:
            return "waiting until files or sockets are ready";
        case IoKind::accepting:
            return "waiting for connections";
        case IoKind::none:
            return "input and output";
        default:
            return toString(kind);
    }
}

}  // namespace

double ioShareOfLives(const Case& of) {
    double lives = 0, io = 0;
    for (const Thread& thread : of.timeline.threads) lives += static_cast<double>(thread.endNs - thread.beginNs);
    for (const ThreadRow& row : of.summary.threads) io += static_cast<double>(row.ioWaitNs);
    return lives > 0 ? std::min(1.0, io / lives) : 0;
}

double outsideShareOfLives(const Case& of) {
    double lives = 0, outside = 0;
    for (const Thread& thread : of.timeline.threads) {
        lives += static_cast<double>(thread.endNs - thread.beginNs);
        for (const Wait& wait : thread.waits)
            if (wait.kind == WaitKind::io && isForOthers(wait.io))
                outside += static_cast<double>(wait.endNs - wait.beginNs);
    }
    return lives > 0 ? std::min(1.0, outside / lives) : 0;
}

void adviseOnIo(const Case& of, std::vector<Answer>& out) {
    double share = ioShareOfLives(of);
    if (share < kWorthSaying) return;
    std::map<IoKind, double> kinds;
    std::map<uint32_t, double> stacks;
    for (const Thread& thread : of.timeline.threads)
        for (const Wait& wait : thread.waits) {
            if (wait.kind != WaitKind::io) continue;
            kinds[wait.io] += static_cast<double>(wait.endNs - wait.beginNs);
            stacks[wait.stack.value] += static_cast<double>(wait.endNs - wait.beginNs);
        }
    auto less = [](const auto& a, const auto& b) { return a.second < b.second; };
    IoKind most = std::max_element(kinds.begin(), kinds.end(), less)->first;
    StackId where{std::max_element(stacks.begin(), stacks.end(), less)->first};
    const ThreadRow& thread = *std::max_element(of.summary.threads.begin(), of.summary.threads.end(),
                                                [](auto& a, auto& b) { return a.ioWaitNs < b.ioWaitNs; });
    Answer a{isForOthers(most) ? Weight::good : Weight::notable, Topic::inputOutput,
             (isForOthers(most) ? 0.2 : 0.5) * share};
    a.head = shareWords(share) + " of thread time is input and output, mostly " + wordsOf(most);
    a.detail = "Longest in " + threadWords(of.timeline, thread.thread) + ", " + humanTime(thread.ioWaitNs);
    if (std::string place = placeWords(of.timeline, where); !place.empty()) a.detail += "; mostly in " + place;
    a.detail += isForOthers(most) ? ". That is as it should be, unless requests were there." : ".";
    a.threads = {thread.thread};
    out.push_back(std::move(a));
}

}  // namespace raddle::trace
