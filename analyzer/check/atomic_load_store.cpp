// An atomic is loaded, and stored to with a value computed from what was loaded or because of it: an update by another
// thread between the two is lost. A read-modify-write or a compare-and-swap is what was meant.
#include <set>

#include "analyzer/check/checks.h"
#include "analyzer/check/sections.h"
#include "analyzer/check/story.h"

namespace raddle::check {

using namespace facts;

namespace {

// Held over both, so that nobody comes between who honours it.
bool oneSection(const Facts& facts, const Access& load, const Access& store) {
    for (const HeldLock& a : facts.locks(load.locks))
        for (const HeldLock& b : facts.locks(store.locks))
            if (a.lock == b.lock && a.acquiredAt == b.acquiredAt && a.kind != ir::LockKind::flag) return true;
    return false;
}

// Setting a flag twice does no harm when nothing else hangs on who set it.
bool claims(const Facts& facts, const Dependences& flow, OpId store, OpId load) {
    for (const auto& [op, reads] : flow.control) {
        if (op == store || !reads.contains(load)) continue;
        const ir::Op& other = facts.ops.op(op);
        if (other.kind == ir::OpKind::call) return true;
        if (other.kind == ir::OpKind::store && !other.isInit && other.place.root.kind != ir::RootKind::local) return true;
    }
    return false;
}

// Under a lock the atomic is loaded once more to decide, as double-checked locking does.
bool decidedAgain(const Facts& facts, const Sections& sections, const Reads& control, const Access& store) {
    for (OpId load : control)
        for (size_t index : sections.accesses(load)) {
            const Access& read = facts.accesses[index];
            if (read.location == store.location && read.kind == AccessKind::read && oneSection(facts, read, store)) return true;
        }
    return false;
}

}  // namespace

std::vector<Finding> checkAtomicLoadStore(const Facts& facts) {
    Sections sections(facts);
    std::vector<Finding> findings;
    std::set<std::pair<OpId, OpId>> seen;
    for (const Access& store : facts.accesses) {
        const ir::Op& op = facts.ops.op(store.op);
        if (op.kind != ir::OpKind::store || !store.atomic) continue;
        const Dependences& flow = sections.dependencesOf(facts.ops.function(store.op));
        auto data = flow.data.find(store.op);
        auto control = flow.control.find(store.op);
        if (data == flow.data.end()) continue;
        Reads reads = data->second;
        reads.insert(control->second.begin(), control->second.end());
        for (OpId load : reads) {
            if (facts.ops.op(load).kind != ir::OpKind::load) continue;
            for (size_t index : sections.accesses(load)) {
                const Access& read = facts.accesses[index];
                if (!read.atomic || read.location != store.location || read.context != store.context) continue;
                if (oneSection(facts, read, store) || !sections.contested(store)) continue;
                const bool byValue = data->second.contains(load);
                const bool constant = op.value.kind == ir::ValueKind::constant;
                if (!byValue && constant && !claims(facts, flow, store.op, load)) continue;
                if (decidedAgain(facts, sections, control->second, store)) continue;
                if (!seen.emplace(store.op, load).second) continue;
                const std::string what = facts.places.describe(store.place);
                Finding finding = findingOf("atomicity-load-store", onlyAssumed(facts, store.context) ? Evidence::assumed : Evidence::likely);
                finding.message = functionName(facts, store.op) + " stores to `" + what + "` " +
                                  (byValue ? "a value computed from" : "because of") + " an earlier load of it: an update in between is lost";
                finding.locations = {locationOf(facts, store.op, "store"), locationOf(facts, load, "load")};
                finding.threads = {threadStory(facts, *facts.context(store.context).threads.begin(), store.context, store.op, store.locks, "store")};
                finding.why = {"load and store are two atomic steps, not one", "other threads write `" + what + "` meanwhile", "no lock is held over both"};
                finding.fingerprint = fingerprint(finding.rule, {what, functionName(facts, store.op)});
                findings.push_back(std::move(finding));
            }
        }
    }
    return findings;
}

}  // namespace raddle::check
