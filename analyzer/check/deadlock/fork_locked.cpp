// Fork in a program with threads: the child has one thread and a copy of all locks. One that another thread held at
// the fork stays held for ever, so a child that takes it, before it runs another program, hangs.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "analyzer/check/base/questions.h"
#include "analyzer/check/base/story.h"
#include "analyzer/check/deadlock/deadlock_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

constexpr size_t kMostOps = 4000;  // of the child, looked at for one fork

// What the child does before it runs another program or ends: acquisitions that it may come to.
class ChildWalk {
  public:
    explicit ChildWalk(const Facts& facts) : facts_(facts) {}

    std::set<OpId> acquires(OpId fork) {
        const FunctionIndex index = facts_.ops.function(fork);
        const ir::Function& function = facts_.program->function(index);
        const ir::BlockId block = facts_.ops.block(fork);
        const size_t at = fork.value - facts_.ops.id(index, block, 0).value;
        findResults(fork);
        walk(function, index, block, at + 1);
        return std::move(found_);
    }

  private:
    bool isEnd(const ir::Op& op) const {
        if (op.kind == ir::OpKind::exitThread) return true;
        if (op.kind != ir::OpKind::call || op.value.kind != ir::ValueKind::function) return false;
        static constexpr std::string_view kEnds[] = {"exec",  "_exit",       "_Exit",     "exit",
                                                     "abort", "posix_spawn", "quick_exit"};
        const std::string& name = facts_.program->text(op.value.function);
        return std::any_of(std::begin(kEnds), std::end(kEnds),
                           [&](std::string_view end) { return name.starts_with(end); });
    }

    void walk(const ir::Function& function, FunctionIndex index, ir::BlockId start, size_t from) {
        std::vector<std::pair<ir::BlockId, size_t>> pending{{start, from}};
        std::set<ir::BlockId> seen;
        while (!pending.empty()) {
            const auto [block, first] = pending.back();
            pending.pop_back();
            const ir::Block& code = function.blocks[block];
            bool ends = false;
            for (size_t i = first; i < code.ops.size() && !ends && visited_ < kMostOps; ++i, ++visited_) {
                ends = isEnd(code.ops[i]);
                enter(code.ops[i], facts_.ops.id(index, block, i));
            }
            if (ends) continue;
            for (size_t i = 0; i < code.successors.size(); ++i)
                if (inChild(code.condition, i) && seen.insert(code.successors[i]).second)
                    pending.emplace_back(code.successors[i], 0);
        }
    }

    void enter(const ir::Op& op, OpId id) {
        if (op.kind == ir::OpKind::acquire && op.attempt == ir::Attempt::must) found_.insert(id);
        if (op.kind != ir::OpKind::call) return;
        for (const Target& target : facts_.pointsTo.targetsOf(id)) {
            if (!entered_.insert(target.function).second) continue;
            const ir::Function& callee = facts_.program->function(target.function);
            if (callee.blocks.empty()) continue;
            const std::set<ir::Root> outer = std::exchange(results_, {});  // variables are told by number
            walk(callee, target.function, 0, 0);
            results_ = outer;
        }
    }

    // In the child fork returned 0, which is neither less nor greater than 0.
    bool inChild(const ir::Condition& condition, size_t successor) const {
        if (!condition.labels.empty() && isResult(condition.place)) {
            if (condition.labels[successor]) return *condition.labels[successor] == 0;
            return std::find(condition.labels.begin(), condition.labels.end(), std::optional<int64_t>(0)) ==
                   condition.labels.end();
        }
        if (isResult(condition.place)) return (successor == 0) == ((condition.constant == 0) == condition.equal);
        const bool compares = std::any_of(condition.uses.begin(), condition.uses.end(),
                                          [&](const ir::Place& use) { return isResult(use); });
        return !compares || successor == 1;
    }
    bool isResult(const ir::Place& place) const {
        return place.valid() && place.steps.empty() && results_.contains(place.root);
    }

    // The variables that hold what fork returned.
    void findResults(OpId fork) {
        const ir::Root result = facts_.ops.op(fork).result;
        if (result.kind == ir::RootKind::none) return;
        results_.insert(result);
        for (const ir::Block& block : facts_.program->function(facts_.ops.function(fork)).blocks)
            for (const ir::Op& op : block.ops)
                if (op.kind == ir::OpKind::store && op.value.kind == ir::ValueKind::load &&
                    op.value.place == ir::Place{result, {}} && op.place.steps.empty())
                    results_.insert(op.place.root);
    }

    const Facts& facts_;
    std::set<ir::Root> results_;
    std::set<FunctionIndex> entered_;
    std::set<OpId> found_;
    size_t visited_ = 0;
};

// An acquisition of the same lock by a thread that may be running at the fork.
const Acquisition* otherHolder(const Facts& facts, const Event& fork, ThreadId forker, PlaceId lock) {
    for (const Acquisition& other : facts.acquisitions) {
        if (other.lock != lock) continue;
        for (ThreadId thread : facts.context(other.context).threads)
            if (facts.thread(thread).kind != ThreadKind::assumed &&
                mayRunInParallel(facts, forker, fork.live, thread, other.live))
                return &other;
    }
    return nullptr;
}

std::optional<Finding> lockedInChild(const Facts& facts, const Event& fork, const std::set<OpId>& acquires) {
    for (const Acquisition& own : facts.acquisitions) {
        if (!acquires.contains(own.op) || !isUniqueLock(facts, own.lock)) continue;
        // What the forking thread holds itself, its child holds as well and may release.
        if (holds(facts.locks(fork.held), own.lock)) continue;
        for (ThreadId forker : facts.context(fork.context).threads) {
            if (facts.thread(forker).kind == ThreadKind::assumed) continue;
            const Acquisition* other = otherHolder(facts, fork, forker, own.lock);
            if (!other) continue;
            const std::string name = lockName(facts, own.lock);
            Finding finding = findingOf("deadlock-fork", Evidence::likely);
            finding.message = "the child that " + functionName(facts, fork.op) + " forks acquires " + name +
                              ", which another thread may hold at the fork and nobody releases in the child";
            finding.locations = {locationOf(facts, fork.op, "forks"),
                                 locationOf(facts, own.op, "acquires " + name + " in the child"),
                                 locationOf(facts, other->op, "acquires " + name + " in another thread")};
            const ThreadId thread = *facts.context(other->context).threads.begin();
            addThread(facts, finding, forker, fork.context, fork.op, fork.held, "forks");
            addThread(facts, finding, thread, other->context, other->op, other->held, "acquires " + name);
            finding.why = {"the other thread may be running at the fork",
                           "the child comes to the acquisition before it runs another program or ends"};
            finding.fingerprint = fingerprint(finding.rule, {name, functionName(facts, fork.op)});
            return finding;
        }
    }
    return std::nullopt;
}

}  // namespace

std::vector<Finding> checkForkLocked(const Facts& facts) {
    std::vector<Finding> findings;
    std::set<OpId> seen;
    for (const Event& event : facts.events) {
        const ir::Op& op = facts.ops.op(event.op);
        if (op.kind != ir::OpKind::call || facts.program->text(op.value.function) != "fork") continue;
        if (seen.contains(event.op)) continue;
        ChildWalk child(facts);
        if (auto finding = lockedInChild(facts, event, child.acquires(event.op))) {
            findings.push_back(std::move(*finding));
            seen.insert(event.op);
        }
    }
    return findings;
}

}  // namespace raddle::check
