#include "trace/tables/function_times.h"

#include <algorithm>

namespace raddle::trace {
namespace {

// Times of a broken recording can be anything; their sum stays a number.
void grow(int64_t& total, int64_t ns) {
    if (__builtin_add_overflow(total, ns, &total)) total = INT64_MAX;
}

class Times {
  public:
    Times(size_t functions, int64_t beginNs, int64_t endNs)
        : rows_(functions), active_(functions), beginNs_(beginNs), endNs_(endNs) {
        for (uint32_t i = 0; i < functions; ++i) rows_[i].function = FunctionId{i};
    }

    void addThread(const Thread& thread) {
        for (const Call& call : thread.calls) {
            if (!call.function.valid() || call.function.index() >= rows_.size()) continue;
            popTo(call.depth);
            push(call);
        }
        popTo(0);
    }

    // What was counted only is not known to be at any time: it belongs to the whole.
    void addCounted(const Thread& thread) {
        for (const CountedCalls& counted : thread.countedCalls) {
            if (counted.function.index() >= rows_.size()) continue;
            FunctionRow& row = rows_[counted.function.index()];
            row.calls += counted.calls;
            row.countedOnly += counted.calls;
            row.isEstimated = true;
            grow(row.selfNs, counted.ns);
            grow(row.cumulativeNs, counted.outerNs);
            if (!counted.caller.valid() || counted.caller.index() >= rows_.size()) continue;
            rows_[counted.caller.index()].isEstimated = true;
            grow(rows_[counted.caller.index()].selfNs, -counted.ns);
        }
    }

    std::vector<FunctionRow> take() {
        for (FunctionRow& row : rows_) {
            if (row.isEstimated && row.selfNs < 0) row.selfNs = 0;
            // Of calls by functions that are counted too.
            if (row.isEstimated && row.cumulativeNs < row.selfNs) row.cumulativeNs = row.selfNs;
        }
        std::erase_if(rows_, [](const FunctionRow& row) { return row.calls == 0 && row.cumulativeNs == 0; });
        std::sort(rows_.begin(), rows_.end(), [](auto& a, auto& b) {
            if (a.selfNs != b.selfNs) return a.selfNs > b.selfNs;
            return a.cumulativeNs != b.cumulativeNs ? a.cumulativeNs > b.cumulativeNs : a.function < b.function;
        });
        return std::move(rows_);
    }

  private:
    void push(const Call& call) {
        FunctionRow& row = rows_[call.function.index()];
        int64_t ns = std::max<int64_t>(0, std::min(call.endNs, endNs_) - std::max(call.beginNs, beginNs_));
        if (call.beginNs >= beginNs_ && call.beginNs < endNs_) ++row.calls;
        if (!stack_.empty()) stack_.back().calleesNs += std::min(ns, stack_.back().ns - stack_.back().calleesNs);
        if (active_[call.function.index()]++ == 0) grow(row.cumulativeNs, ns);
        stack_.push_back({call.function, ns, 0});
    }

    void popTo(size_t depth) {
        while (stack_.size() > depth) {
            Activation& top = stack_.back();
            --active_[top.function.index()];
            grow(rows_[top.function.index()].selfNs, top.ns - top.calleesNs);
            stack_.pop_back();
        }
    }

    struct Activation {
        FunctionId function;
        int64_t ns;
        int64_t calleesNs;  // at most ns
    };

    std::vector<FunctionRow> rows_;
    std::vector<uint32_t> active_;  // activations on the stack
    std::vector<Activation> stack_;
    int64_t beginNs_;
    int64_t endNs_;
};

}  // namespace

std::vector<FunctionRow> functionTimes(const Timeline& timeline, int64_t beginNs, int64_t endNs,
                                       const std::vector<ThreadId>& threads, const std::atomic<bool>* cancelled) {
    Times times(timeline.functions.size(), beginNs, endNs);
    auto add = [&](const Thread& thread) {
        if (cancelled && *cancelled) return;
        times.addThread(thread);
        if (beginNs <= thread.beginNs && endNs >= thread.endNs) times.addCounted(thread);
    };
    if (threads.empty())
        for (const Thread& thread : timeline.threads) add(thread);
    for (ThreadId id : threads)
        if (id.index() < timeline.threads.size()) add(timeline.threads[id.index()]);
    return times.take();
}

std::vector<FunctionId> innermostOf(const Timeline& timeline, const std::vector<FunctionRow>& rows) {
    std::vector<bool> isOne(timeline.functions.size());
    for (const FunctionRow& row : rows)
        if (row.function.index() < isOne.size()) isOne[row.function.index()] = true;
    std::vector<FunctionId> ofStack;
    ofStack.reserve(timeline.stacks.size());
    for (const Stack& stack : timeline.stacks) {
        auto own = std::find_if(stack.frames.begin(), stack.frames.end(), [&](const Frame& frame) {
            return frame.function.index() < isOne.size() && isOne[frame.function.index()];
        });
        ofStack.push_back(own == stack.frames.end() ? FunctionId() : own->function);
    }
    return ofStack;
}

}  // namespace raddle::trace
