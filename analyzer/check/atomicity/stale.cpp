#include "analyzer/check/atomicity/stale.h"

#include "analyzer/check/base/story.h"

namespace raddle::check {

using namespace facts;

bool sameCircumstance(const Facts& facts, ContextId a, ContextId b) {
    if (facts.context(a).function == facts.context(b).function) return a == b;
    return facts.context(a).threads == facts.context(b).threads;
}

bool claims(const Facts& facts, const Dependences& flow, OpId store, OpId read) {
    for (const auto& [op, reads] : flow.nearest) {
        if (op == store || !reads.contains(read)) continue;
        const ir::Op& other = facts.ops.op(op);
        if (other.kind == ir::OpKind::call || storesResult(facts, op)) return true;
        if (other.kind == ir::OpKind::store && !other.isInit && other.place.root.kind != ir::RootKind::local)
            return true;
    }
    return false;
}

std::vector<FunctionIndex> functionsRun(const Facts& facts, const std::set<FunctionIndex>& among) {
    std::set<FunctionIndex> functions;
    for (const Context& context : facts.contexts)
        if (!context.threads.empty() && among.contains(context.function)) functions.insert(context.function);
    return {functions.begin(), functions.end()};
}

Finding findingOfStale(const Facts& facts, std::string_view rule, const StalePair& pair,
                       std::vector<std::string> locksHeld, const std::vector<std::string>& parts) {
    Finding finding = findingOf(rule, onlyAssumed(facts, pair.context) ? Evidence::assumed : Evidence::likely);
    finding.locations = {locationOf(facts, pair.write, "write that rests on the earlier read"),
                         locationOf(facts, pair.read, "earlier read")};
    if (pair.write != pair.decided) finding.locations.push_back(locationOf(facts, pair.decided, "leads to the write"));
    if (pair.read != pair.looked) finding.locations.push_back(locationOf(facts, pair.looked, "leads to the read"));
    addThread(facts, finding, *facts.context(pair.context).threads.begin(), pair.context, pair.write,
              std::move(locksHeld), "write");
    finding.fingerprint = fingerprint(rule, parts);
    return finding;
}

}  // namespace raddle::check
