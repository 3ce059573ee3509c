// A condition wait that is not repeated over its predicate: no path leads from the wait back to it with its lock held
// all the while, nor is what was tested before it tested again after it.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "analyzer/check/base/questions.h"
#include "analyzer/check/base/story.h"
#include "analyzer/check/misuse/misuse_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

// A wait op of a function.
class Wait {
  public:
    Wait(const ir::Function& function, ir::BlockId block, size_t index)
        : function_(function), block_(block), index_(index) {}

    // Whether it can be reached again from after itself; with its lock held all the while, or at all.
    bool repeats(bool held) const {
        bool found = false;
        walk(held, [&](ir::BlockId block, size_t begin, size_t end) {
            found = found || (block == block_ && begin <= index_ && index_ < end);
        });
        return found;
    }

    // Whether all that is tested right before the wait is tested again after it: who is woken for nothing passes by.
    bool isTestedAgain() const {
        std::set<ir::BlockId> before = testsBefore();
        std::set<Test> tested, again;
        for (ir::BlockId b : before) tested.insert(testOf(b));
        walk(true, [&](ir::BlockId block, size_t, size_t end) {
            if (end == function_.blocks[block].ops.size() && !before.contains(block)) again.insert(testOf(block));
        });
        return !tested.empty() && !tested.contains(Test{}) &&
               std::includes(again.begin(), again.end(), tested.begin(), tested.end());
    }

  private:
    using Test = std::pair<ir::Place, int64_t>;  // a place and what it is compared with

    Test testOf(ir::BlockId block) const {
        const ir::Condition& condition = function_.blocks[block].condition;
        return condition.ordering || !condition.place.valid() ? Test{} : Test{condition.place, condition.constant};
    }

    // The branches that lead to the wait: of `a && b`, both.
    std::set<ir::BlockId> testsBefore() const {
        std::set<ir::BlockId> tests, targets{block_};
        for (bool changed = true; changed;) {
            changed = false;
            for (ir::BlockId b = 0; b < function_.blocks.size(); ++b) {
                const ir::Block& code = function_.blocks[b];
                if (code.successors.size() < 2 || tests.contains(b)) continue;
                if (std::none_of(code.successors.begin(), code.successors.end(),
                                 [&](ir::BlockId successor) { return targets.contains(successor); }))
                    continue;
                changed = true;
                tests.insert(b);
                const bool looksOnly = std::all_of(code.ops.begin(), code.ops.end(),
                                                   [](const ir::Op& op) { return op.kind == ir::OpKind::load; });
                if (looksOnly) targets.insert(b);
            }
        }
        return tests;
    }

    bool releases(const ir::Op& op) const {
        if (op.kind != ir::OpKind::release) return false;
        const std::vector<ir::Value>& locks = function_.blocks[block_].ops[index_].args;
        // Under another name it is another lock.
        return locks.empty() || locks[0].kind != ir::ValueKind::address || op.place == locks[0].place;
    }

    // Tells `visit` of what follows the wait, as blocks with the range of ops that are run; with `held`, until its lock
    // is released.
    template <typename Visit>
    void walk(bool held, Visit visit) const {
        std::set<ir::BlockId> seen;
        std::vector<std::pair<ir::BlockId, size_t>> pending{{block_, index_ + 1}};
        while (!pending.empty()) {
            const auto [block, begin] = pending.back();
            pending.pop_back();
            const ir::Block& code = function_.blocks[block];
            size_t end = begin;
            while (end < code.ops.size() && !(held && releases(code.ops[end]))) ++end;
            visit(block, begin, end);
            if (end < code.ops.size()) continue;
            for (ir::BlockId successor : code.successors)
                if (seen.insert(successor).second) pending.emplace_back(successor, 0);
        }
    }

    const ir::Function& function_;
    ir::BlockId block_;
    size_t index_;
};

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
                if (op.kind != ir::OpKind::wait || op.looped || op.timed) continue;
                const Wait wait(function, block, i);
                if (wait.repeats(true) || wait.isTestedAgain()) continue;
                const OpId id = facts.ops.id({f}, block, i);
                // What is done again and again may well find nothing to do.
                Finding finding =
                    findingOf("misuse-wait-without-loop", wait.repeats(false) ? Evidence::likely : Evidence::definite);
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
