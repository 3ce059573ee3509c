#include "gui/models/session/source_costs.h"

#include <algorithm>

#include "gui/models/session/story.h"

namespace raddle::gui {
namespace {

using trace::Timeline;
using trace::Wait;

void addFindings(const std::vector<Finding>& findings, SourceCosts& out) {
    auto add = [&out](const SourceLocation& at, size_t finding) {
        if (at.file.empty() || at.line == 0) return;
        std::vector<size_t>& list = out[at.file][at.line].findings;
        if (list.empty() || list.back() != finding) list.push_back(finding);
    };
    for (size_t i = 0; i < findings.size(); ++i) {
        for (const FindingLocation& location : findings[i].locations) add(location.at, i);
        for (const FindingThread& thread : findings[i].threads)
            if (!thread.stack.empty()) add(thread.stack.back().at, i);
    }
}

// Each line of a stack once, the innermost of the program's own as its top.
void spread(const Timeline& timeline, uint32_t id, const StackCost& cost, SourceCosts& out) {
    std::vector<std::pair<std::string, uint32_t>> seen;
    for (const trace::Frame& frame : timeline.stacks[id].frames) {
        if (frame.at.file.empty() || frame.at.line == 0 || isRuntime(timeline, frame.function)) continue;
        std::pair<std::string, uint32_t> key{frame.at.file, frame.at.line};
        if (std::find(seen.begin(), seen.end(), key) != seen.end()) continue;
        LineCost& line = out[key.first][key.second];
        for (size_t c = 0; c < kSourceColumns; ++c) {
            line.total[c] += cost.times[c];
            if (seen.empty()) line.self[c] += cost.times[c];
        }
        line.waits += cost.waits;
        seen.push_back(std::move(key));
    }
}

}  // namespace

State stateOf(SourceColumn column) {
    switch (column) {
        case SourceColumn::cpu:
            return State::running;
        case SourceColumn::lockWait:
            return State::lockWait;
        case SourceColumn::otherWait:
            return State::eventWait;
        case SourceColumn::blocking:
            return State::joinWait;
    }
    return State::running;
}

std::vector<StackCost> stackCosts(const Timeline& timeline, const SourceQuery& query) {
    std::vector<StackCost> byStack(timeline.stacks.size());
    auto at = [&](trace::StackId stack) { return stack.index() < byStack.size() ? &byStack[stack.index()] : nullptr; };
    TimeRange range = query.range.value_or(TimeRange{INT64_MIN, INT64_MAX});
    for (uint32_t t = 0; t < timeline.threads.size(); ++t) {
        if (!query.threads.empty() &&
            !std::binary_search(query.threads.begin(), query.threads.end(), trace::ThreadId{t}))
            continue;
        for (const trace::Sample& sample : timeline.threads[t].samples)
            if (sample.atNs >= range.beginNs && sample.atNs < range.endNs)
                if (StackCost* cost = at(sample.stack)) cost->add(SourceColumn::cpu, sample.weightNs);
        for (const Wait& wait : timeline.threads[t].waits) {
            int64_t ns = std::min(wait.endNs, range.endNs) - std::max(wait.beginNs, range.beginNs);
            if (ns <= 0) continue;
            bool lock = wait.kind == trace::WaitKind::lock;
            if (StackCost* cost = at(wait.stack)) {
                cost->add(lock ? SourceColumn::lockWait : SourceColumn::otherWait, ns);
                ++cost->waits;
            }
            if (StackCost* cost = lock ? at(wait.blockerStack) : nullptr) cost->add(SourceColumn::blocking, ns);
        }
    }
    return byStack;
}

SourceCosts sourceCosts(const Timeline& timeline, const std::vector<Finding>& findings, const SourceQuery& query) {
    const std::vector<StackCost> byStack = stackCosts(timeline, query);
    SourceCosts out;
    for (uint32_t s = 0; s < byStack.size(); ++s)
        if (byStack[s].any) spread(timeline, s, byStack[s], out);
    addFindings(findings, out);
    return out;
}

FileCosts functionCosts(const Timeline& timeline, const std::vector<StackCost>& byStack, trace::FunctionId function) {
    FileCosts out;
    const trace::Function* what = lookup(timeline.functions, function);
    if (!what) return out;
    std::vector<uint32_t> seen;
    for (size_t s = 0; s < std::min(byStack.size(), timeline.stacks.size()); ++s) {
        if (!byStack[s].any) continue;
        const std::vector<trace::Frame>& frames = timeline.stacks[s].frames;
        seen.clear();
        for (size_t i = 0; i < frames.size(); ++i) {
            const SourceLocation& at = frames[i].at;
            if (frames[i].function != function || at.line == 0 || at.file != what->at.file) continue;
            if (std::find(seen.begin(), seen.end(), at.line) != seen.end()) continue;
            seen.push_back(at.line);
            LineCost& line = out[at.line];
            for (size_t c = 0; c < kSourceColumns; ++c) {
                line.total[c] += byStack[s].times[c];
                if (i == 0) line.self[c] += byStack[s].times[c];
            }
            line.waits += byStack[s].waits;
        }
    }
    return out;
}

LineCost fileCost(const FileCosts& lines) {
    LineCost sum;
    for (const auto& [line, cost] : lines) {
        for (size_t c = 0; c < kSourceColumns; ++c) sum.self[c] += cost.self[c];
        sum.waits += cost.waits;
        sum.findings.insert(sum.findings.end(), cost.findings.begin(), cost.findings.end());
    }
    sum.total = sum.self;
    std::sort(sum.findings.begin(), sum.findings.end());
    sum.findings.erase(std::unique(sum.findings.begin(), sum.findings.end()), sum.findings.end());
    return sum;
}

}  // namespace raddle::gui
