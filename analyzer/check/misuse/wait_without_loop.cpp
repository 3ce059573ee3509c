// A condition wait that is not repeated over its predicate: no path leads from the wait back to it with the lock held
// all the while.
#include <set>
#include <vector>

#include "analyzer/check/base/questions.h"
#include "analyzer/check/base/story.h"
#include "analyzer/check/misuse/misuse_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

// Whether `wait` can be reached again from after itself without a release on the way.
bool repeats(const ir::Function& function, ir::BlockId block, size_t wait) {
    std::set<ir::BlockId> seen;
    struct From {
        ir::BlockId block;
        size_t op;
    };
    std::vector<From> pending{{block, wait + 1}};
    while (!pending.empty()) {
        const From from = pending.back();
        pending.pop_back();
        bool released = false;
        const ir::Block& code = function.blocks[from.block];
        for (size_t i = from.op; i < code.ops.size() && !released; ++i) {
            if (from.block == block && i == wait) return true;
            released = code.ops[i].kind == ir::OpKind::release;
        }
        if (released) continue;
        for (ir::BlockId successor : code.successors)
            if (seen.insert(successor).second) pending.push_back({successor, 0});
    }
    return false;
}

}  // namespace

std::vector<Finding> checkWaitWithoutLoop(const Facts& facts) {
    std::vector<Finding> findings;
    for (uint32_t f = 0; f < facts.program->functions.size(); ++f) {
        const ir::Function& function = facts.program->functions[f];
        // A function that waits on what its caller locked is a wrapper; the loop is the caller's to write.
        if (!acquires(function)) continue;
        size_t found = 0;  // in this function
        for (ir::BlockId block = 0; block < function.blocks.size(); ++block)
            for (size_t i = 0; i < function.blocks[block].ops.size(); ++i) {
                const ir::Op& op = function.blocks[block].ops[i];
                // A wait with a time limit is also a sleep that can be cut short.
                if (op.kind != ir::OpKind::wait || op.looped || op.timed || repeats(function, block, i)) continue;
                const OpId id = facts.ops.id({f}, block, i);
                Finding finding = findingOf("misuse-wait-without-loop", Evidence::definite);
                finding.message =
                    functionName(facts, id) +
                    " waits on a condition outside a loop over its predicate: spurious and stolen wake-ups pass";
                finding.locations = {locationOf(facts, id, "waits")};
                finding.why = {"no path leads from the wait back to it with the lock held"};
                finding.fingerprint = fingerprint(finding.rule, {functionName(facts, id), std::to_string(found++)});
                findings.push_back(std::move(finding));
            }
    }
    return findings;
}

}  // namespace raddle::check
