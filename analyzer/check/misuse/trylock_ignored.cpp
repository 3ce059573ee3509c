// An attempt to take a lock whose outcome nobody looks at: the code goes on as if it had the lock.
#include <algorithm>
#include <string>

#include "analyzer/check/base/story.h"
#include "analyzer/check/misuse/misuse_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

bool startsWith(const ir::Place& place, const ir::Place& prefix) {
    return place.root == prefix.root && place.steps.size() >= prefix.steps.size() &&
           std::equal(prefix.steps.begin(), prefix.steps.end(), place.steps.begin());
}

// Whether the content of `what`, or its address, is asked for in the op; as what a release is for it is not.
bool asksFor(const ir::Op& op, const ir::Place& what) {
    const auto mentions = [&](const ir::Place& place) { return place.valid() && startsWith(place, what); };
    const auto value = [&](const ir::Value& v) {
        return v.place.valid() && (startsWith(v.place, what) || startsWith(what, v.place));
    };
    if (value(op.value) || std::any_of(op.args.begin(), op.args.end(), value)) return true;
    if (std::any_of(op.uses.begin(), op.uses.end(), mentions)) return true;
    return op.kind == ir::OpKind::load && mentions(op.place);
}

bool asksFor(const ir::Condition& condition, const ir::Place& what) {
    return (condition.place.valid() && startsWith(condition.place, what)) ||
           std::any_of(condition.uses.begin(), condition.uses.end(),
                       [&](const ir::Place& use) { return startsWith(use, what); });
}

// The place that a guard keeps the outcome in.
ir::Place keptIn(const ir::Function& function, const ir::Place& result) {
    for (const ir::Block& block : function.blocks)
        for (const ir::Op& op : block.ops)
            if (op.kind == ir::OpKind::store && op.isInit && op.value.kind == ir::ValueKind::load &&
                op.value.place == result && !op.place.steps.empty())
                return op.place;
    return {};
}

bool isAskedFor(const ir::Function& function, const ir::Place& what, const ir::Place& keeper) {
    for (const ir::Block& block : function.blocks) {
        if (asksFor(block.condition, what)) return true;
        for (const ir::Op& op : block.ops)
            if (!(keeper.valid() && op.kind == ir::OpKind::store && op.place == keeper) && asksFor(op, what))
                return true;
    }
    return false;
}

bool isIgnored(const ir::Function& function, const ir::Op& op) {
    if (op.result.kind == ir::RootKind::none) return true;
    const ir::Place result{op.result, {}};
    const ir::Place kept = keptIn(function, result);
    if (isAskedFor(function, result, kept)) return false;
    if (!kept.valid()) return true;
    // A guard of the function's own tells whoever asks it.
    return kept.root.kind == ir::RootKind::local && kept.steps.size() == 1 && !isAskedFor(function, kept, {});
}

}  // namespace

std::vector<Finding> checkTrylockIgnored(const Facts& facts) {
    std::vector<Finding> findings;
    for (uint32_t f = 0; f < facts.program->functions.size(); ++f) {
        const ir::Function& function = facts.program->functions[f];
        size_t found = 0;  // in this function
        for (ir::BlockId block = 0; block < function.blocks.size(); ++block)
            for (size_t i = 0; i < function.blocks[block].ops.size(); ++i) {
                const ir::Op& op = function.blocks[block].ops[i];
                if (op.kind != ir::OpKind::acquire || op.attempt == ir::Attempt::must ||
                    op.lockKind == ir::LockKind::flag || !isIgnored(function, op))
                    continue;
                const OpId id = facts.ops.id({f}, block, i);
                Finding finding = findingOf("misuse-trylock-ignored", Evidence::definite);
                finding.message = functionName(facts, id) + " tries to take a lock and never asks whether it got it";
                finding.locations = {locationOf(facts, id, "outcome not looked at")};
                finding.why = {"nothing in the function reads the outcome"};
                finding.fingerprint = fingerprint(finding.rule, {functionName(facts, id), std::to_string(found++)});
                findings.push_back(std::move(finding));
            }
    }
    return findings;
}

}  // namespace raddle::check
