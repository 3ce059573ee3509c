// A path leaves a function with a lock held that another path of it releases, or a thread ends holding a lock. A
// function whose callers release what it acquired is a lock function and is left alone.
#include <algorithm>
#include <map>
#include <set>

#include "analyzer/check/base/questions.h"
#include "analyzer/check/base/story.h"
#include "analyzer/check/base/ways.h"
#include "analyzer/check/deadlock/deadlock_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

// Releases, in the function itself, of a lock acquired by it.
bool releasesItself(const Facts& facts, const HeldLock& lock) {
    const FunctionIndex index = facts.ops.function(lock.acquiredAt);
    const ir::Op& acquire = facts.ops.op(lock.acquiredAt);
    for (const ir::Block& block : facts.program->function(index).blocks)
        for (const ir::Op& op : block.ops)
            if (op.kind == ir::OpKind::release && (op.place == acquire.place || op.conditional)) return true;
    return false;
}

bool isThreadEntry(const Facts& facts, ContextId context) {
    for (const Thread& thread : facts.threads)
        if (thread.kind == ThreadKind::spawned && thread.entries.contains(context)) return true;
    return false;
}

}  // namespace

std::vector<Finding> checkMissingUnlock(const Facts& facts) {
    std::map<ContextId, std::vector<const Exit*>> exits;
    for (const Exit& exit : facts.exits) exits[exit.context].push_back(&exit);
    std::vector<Finding> findings;
    std::set<std::pair<OpId, OpId>> seen;
    for (const auto& [context, ways] : exits) {
        if (facts.context(context).threads.empty() || facts.context(context).general) continue;
        for (const Exit* exit : ways)
            for (const HeldLock& lock : exit->gained) {
                if (lock.kind == ir::LockKind::flag || lock.lost || lock.acquiredIn != context) continue;
                if (facts.releasedElsewhere.contains(lock.acquiredAt)) continue;
                bool releasedOtherwise = false;
                for (const Exit* other : ways)
                    releasedOtherwise = releasedOtherwise || !holds(other->gained, lock.lock);
                const bool endsThread = exit->endsThread || isThreadEntry(facts, context);
                if (!(releasedOtherwise && releasesItself(facts, lock)) && !endsThread) continue;
                const OpId place = exit->returnedAt.valid() ? exit->returnedAt : exit->op;
                if (!seen.emplace(place, lock.acquiredAt).second) continue;
                const std::string name = lockName(facts, lock.lock), function = functionName(facts, exit->op);
                Finding finding = findingOf("misuse-missing-unlock", Evidence::definite);
                finding.message = endsThread
                                      ? "the thread ends in " + function + " still holding " + name
                                      : function + " returns still holding " + name + ", which its other paths release";
                finding.locations = {locationOf(facts, place, "leaves with " + name + " held"),
                                     locationOf(facts, lock.acquiredAt, "acquires " + name)};
                addThread(facts, finding, *facts.context(context).threads.begin(), context, place,
                          std::vector<std::string>{facts.places.describe(lock.lock)}, "leaves");
                finding.why = {"no caller releases it"};
                finding.fingerprint = fingerprint(finding.rule, {name, function, endsThread ? "thread" : "path"});
                // The same way out without the lock: conditions that go together may keep it for those who hold none.
                const bool onSomeWays = std::any_of(ways.begin(), ways.end(), [&](const Exit* other) {
                    return other->op == exit->op && other->returnedAt == exit->returnedAt &&
                           !holds(other->gained, lock.lock);
                });
                if (onSomeWays) limitEvidence(finding, Evidence::likely);
                if (isOptionalLock(facts, lock.acquiredAt)) limitEvidence(finding, Evidence::assumed);
                findings.push_back(std::move(finding));
            }
    }
    return findings;
}

}  // namespace raddle::check
