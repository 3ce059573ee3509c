#include "analyzer/check/base/ways.h"

#include <algorithm>
#include <optional>

namespace raddle::check {

using namespace facts;

namespace {

constexpr int kNearCalls = 3;

void addSiblings(const Facts& facts, ContextId context, int calls, std::set<ContextId>& out) {
    out.insert(context);
    if (calls == 0) return;
    std::set<Caller> ways;
    for (const Caller& caller : facts.context(context).callers) {
        std::set<ContextId> others;
        addSiblings(facts, caller.context, calls - 1, others);
        for (ContextId other : others) ways.insert({other, caller.op});
    }
    if (ways.empty()) return;
    for (uint32_t i = 0; i < facts.contexts.size(); ++i) {
        const Context& other = facts.contexts[i];
        if (other.function == facts.context(context).function &&
            std::any_of(other.callers.begin(), other.callers.end(),
                        [&](const Caller& caller) { return ways.contains(caller); }))
            out.insert({i});
    }
}

// The test that alone decides whether a block is run, with how it comes out there.
struct Test {
    ir::Place place;
    int64_t constant = 0;
    bool equal = false;

    bool operator==(const Test&) const = default;
};

std::optional<Test> testOf(const ir::Function& function, ir::BlockId block) {
    std::optional<Test> test;
    for (const ir::Block& from : function.blocks)
        for (size_t i = 0; i < from.successors.size(); ++i) {
            if (from.successors[i] != block) continue;
            if (test || from.successors.size() != 2 || !from.condition.place.valid()) return std::nullopt;
            test = Test{from.condition.place, from.condition.constant, (i == 0) == from.condition.equal};
        }
    return test;
}

}  // namespace

std::set<ContextId> siblings(const Facts& facts, ContextId context) {
    std::set<ContextId> result;
    addSiblings(facts, context, kNearCalls, result);
    return result;
}

bool isOptionalLock(const Facts& facts, OpId op) {
    const ir::Function& function = facts.program->function(facts.ops.function(op));
    const std::optional<Test> test = testOf(function, facts.ops.block(op));
    if (!test) return false;
    const ir::Op& lock = facts.ops.op(op);
    const ir::OpKind counterpart = lock.kind == ir::OpKind::acquire ? ir::OpKind::release : ir::OpKind::acquire;
    for (ir::BlockId block = 0; block < function.blocks.size(); ++block)
        for (const ir::Op& other : function.blocks[block].ops)
            if (other.kind == counterpart && other.place == lock.place && testOf(function, block) == test) return true;
    return false;
}

}  // namespace raddle::check
