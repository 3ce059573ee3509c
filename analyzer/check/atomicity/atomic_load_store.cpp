// An atomic is loaded, and stored to with a value computed from what was loaded or because of it: an update by another
// thread between the two is lost. A read-modify-write or a compare-and-swap is what was meant. Also through getters
// and setters, and where the second step is a read-modify-write whose result nobody looks at.
#include <algorithm>
#include <set>

#include "analyzer/check/atomicity/atomicity_checks.h"
#include "analyzer/check/atomicity/stale.h"
#include "analyzer/check/base/story.h"

namespace raddle::check {

using namespace facts;

namespace {

// Held over both, so that nobody comes between who honours it.
bool oneSection(const Facts& facts, const Access& load, const Access& store) {
    for (const HeldLock& a : facts.locks(load.locks))
        for (const HeldLock& b : facts.locks(store.locks))
            if (a.lock == b.lock && a.takenBy == b.takenBy && a.kind != ir::LockKind::flag) return true;
    return false;
}

class AtomicLoadStore {
  public:
    AtomicLoadStore(const Facts& facts, Workings& workings) : facts_(facts), sections_(facts, workings, isAtomic) {}

    std::vector<Finding> run() {
        for (FunctionIndex function : functionsRun(facts_, sections_.users())) checkFunction(function);
        return std::move(findings_);
    }

  private:
    void checkFunction(FunctionIndex function) {
        flow_ = &sections_.dependencesOf(function);
        for (const auto& [op, data] : flow_->data) {
            Reads reads = data;
            const Reads& nearest = flow_->nearest.at(op);
            reads.insert(nearest.begin(), nearest.end());
            for (OpId read : reads)
                if (read != op) checkPair(op, read, data.contains(read));
        }
    }

    void checkPair(OpId storeOp, OpId loadOp, bool byValue) {
        for (size_t readIndex : sections_.effects(loadOp)) {
            const Access& read = facts_.accesses[readIndex];
            if (!read.atomic || read.kind != AccessKind::read) continue;
            for (size_t writeIndex : sections_.effects(storeOp)) {
                const Access& write = facts_.accesses[writeIndex];
                if (!write.atomic || write.kind != AccessKind::write || read.location != write.location ||
                    !sameCircumstance(facts_, read.context, write.context))
                    continue;
                if (oneSection(facts_, read, write) || !sections_.contested(write)) continue;
                const ir::OpKind kind = facts_.ops.op(write.op).kind;
                const bool computed = byValue && kind == ir::OpKind::store &&
                                      facts_.ops.op(write.op).value.kind != ir::ValueKind::constant;
                if (kind == ir::OpKind::cas || (!computed && harmless(storeOp, loadOp, write))) continue;
                if (decidedAgain(flow_->control.at(storeOp), write)) continue;
                if (seen_.emplace(storeOp, loadOp).second)
                    describe({storeOp, loadOp, write.op, read.op, write.context, write.location}, write, computed);
            }
        }
    }

    // Stores that two threads may both make, and nothing is lost.
    bool harmless(OpId storeOp, OpId loadOp, const Access& write) {
        const ir::Op& op = facts_.ops.op(write.op);
        if (op.kind == ir::OpKind::rmw) return sections_.resultUsed(write.op);
        if (op.value.kind == ir::ValueKind::constant) return !claims(facts_, *flow_, storeOp, loadOp);
        if (write.op != storeOp) return false;
        // Both compute the same: a cached answer. A new object is another each time.
        const Reads& data = flow_->data.at(storeOp);
        const bool computed = std::any_of(data.begin(), data.end(),
                                          [&](OpId read) { return facts_.ops.op(read).kind == ir::OpKind::call; });
        if (computed && !pointsToNew(write.location)) return true;
        return writesWhatItComparedWith(storeOp, op);
    }

    bool pointsToNew(PlaceId location) const {
        auto content = facts_.pointsTo.content.find(location);
        return content != facts_.pointsTo.content.end() &&
               std::any_of(content->second.begin(), content->second.end(), [&](PlaceId place) {
                   return facts_.places.object(facts_.places.place(place).root).kind == ObjectKind::heap;
               });
    }

    // `if (x != value) x = value`: only saves the write.
    bool writesWhatItComparedWith(OpId storeOp, const ir::Op& op) const {
        if (op.value.kind != ir::ValueKind::load) return false;
        const ir::Function& function = facts_.program->function(facts_.ops.function(storeOp));
        return std::any_of(function.blocks.begin(), function.blocks.end(), [&](const ir::Block& block) {
            const std::vector<ir::Place>& uses = block.condition.uses;
            const auto tests = [&](const ir::Place& place) {
                return std::find(uses.begin(), uses.end(), place) != uses.end();
            };
            return !block.condition.ordering && uses.size() == 2 && tests(op.value.place) && tests(op.place);
        });
    }

    // Under a lock the atomic is loaded once more to decide, as double-checked locking does.
    bool decidedAgain(const Reads& control, const Access& store) const {
        for (OpId load : control)
            for (size_t index : sections_.accesses(load)) {
                const Access& read = facts_.accesses[index];
                if (read.location == store.location && read.kind == AccessKind::read && oneSection(facts_, read, store))
                    return true;
            }
        return false;
    }

    void describe(const StalePair& pair, const Access& write, bool computed) {
        const std::string what = facts_.places.describe(write.place);
        Finding finding = findingOfStale(facts_, "atomicity-load-store", pair, lockNames(facts_, write.locks),
                                         {what, functionName(facts_, pair.decided)});
        finding.message = functionName(facts_, pair.decided) + " changes `" + what + "` " +
                          (computed ? "to a value computed from" : "because of") +
                          " an earlier load of it: an update in between is lost";
        finding.why = {"the load and the change are two atomic steps, not one",
                       "other threads write `" + what + "` meanwhile", "no lock is held over both"};
        findings_.push_back(std::move(finding));
    }

    const Facts& facts_;
    Sections sections_;
    const Dependences* flow_ = nullptr;
    std::vector<Finding> findings_;
    std::set<std::pair<OpId, OpId>> seen_;
};

}  // namespace

std::vector<Finding> checkAtomicLoadStore(const Facts& facts, Workings& workings) {
    return AtomicLoadStore(facts, workings).run();
}

}  // namespace raddle::check
