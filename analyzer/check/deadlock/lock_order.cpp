// Deadlock by lock order: a cycle in the graph whose edges say "holds x, acquires y" (Havelund, "Using runtime
// analysis to guide model checking of Java programs", 2000), unless the acquisitions cannot run at the same time, a
// gate lock is held around all of them, or they take a lock shared that is held shared.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "analyzer/check/base/lock_instances.h"
#include "analyzer/check/base/story.h"
#include "analyzer/check/deadlock/deadlock_checks.h"
#include "core/support/graph.h"

namespace raddle::check {

using namespace facts;

namespace {

constexpr size_t kMostWitnesses = 24;  // of an edge, tried in combination
constexpr size_t kMostTries = 20000;   // combinations looked at for one cycle

// One way in which a lock is acquired while another is held.
struct Witness {
    size_t acquisition = 0;
    HeldLock held;
    ThreadId thread;
};

struct Edge {
    std::vector<Witness> witnesses;
};

// A pointer that is used and never given a value: what it names may be any lock.
bool isIndeterminate(const Facts& facts, PlaceId id) {
    const Place& place = facts.places.place(id);
    const Object& object = facts.places.object(place.root);
    if (object.kind != ObjectKind::variable || object.variable.kind != ir::RootKind::local || place.steps.empty() ||
        place.steps.front().kind != ir::StepKind::deref)
        return false;
    const ir::Function& function = facts.program->function(object.function);
    const ir::Variable& variable = function.locals[object.variable.index];
    if (variable.addressTaken || !variable.isPointer || facts.program->text(variable.name).starts_with("%"))
        return false;
    return std::none_of(function.blocks.begin(), function.blocks.end(), [&](const ir::Block& block) {
        return std::any_of(block.ops.begin(), block.ops.end(), [&](const ir::Op& op) {
            return op.place.root == object.variable && op.place.steps.empty();
        });
    });
}

// The name under which instances of a lock are one node: a unique lock's place, else class and member.
std::string nodeOf(const Facts& facts, PlaceId id) {
    if (isUniqueLock(facts, id)) return "#" + std::to_string(id.value);
    const Place& place = facts.places.place(id);
    for (auto step = place.steps.rbegin(); step != place.steps.rend(); ++step)
        if (step->kind == ir::StepKind::field) return facts.program->names.text({static_cast<uint32_t>(step->value)});
    // An array of locks is named by the array, a lock behind a pointer by where the pointer is.
    return "[" + std::to_string(place.root.value) + "]";
}

class LockGraph {
  public:
    explicit LockGraph(const Facts& facts) : facts_(facts) {
        for (size_t i = 0; i < facts.acquisitions.size(); ++i) add(i);
    }

    std::vector<std::vector<uint32_t>> cycles() const {
        Adjacency graph(nodes_.size());
        for (const auto& [ends, edge] : edges_) graph[ends.first].push_back(ends.second);
        return shortestCycles(graph);
    }
    const Edge& edge(uint32_t from, uint32_t to) const { return edges_.at({from, to}); }

  private:
    void add(size_t index) {
        const Acquisition& acquisition = facts_.acquisitions[index];
        const ir::Op& op = facts_.ops.op(acquisition.op);
        for (const HeldLock& held : facts_.locks(acquisition.held)) {
            if (held.kind == ir::LockKind::flag || held.lost || held.lock == acquisition.lock) continue;
            // Locks of one group are taken without an order among them.
            if (op.grouped && held.grouped && facts_.ops.op(held.acquiredAt).at == op.at) continue;
            for (PlaceId from : meanings(held.lock))
                for (PlaceId to : meanings(acquisition.lock))
                    addEdge(index, held, nodeOf(facts_, from), nodeOf(facts_, to));
        }
    }
    void addEdge(size_t index, const HeldLock& held, const std::string& from, const std::string& to) {
        if (from == to && from[0] == '#') return;
        Edge& edge = edges_[{number(from), number(to)}];
        for (ThreadId thread : facts_.context(facts_.acquisitions[index].context).threads) {
            if (edge.witnesses.size() >= kMostWitnesses) break;
            edge.witnesses.push_back({index, held, thread});
        }
    }
    // The locks that a place may name: itself, or any when it hangs on a pointer without a value.
    std::set<PlaceId> meanings(PlaceId lock) const {
        if (!isIndeterminate(facts_, lock)) return {lock};
        std::set<PlaceId> all{lock};
        for (const Acquisition& acquisition : facts_.acquisitions)
            if (isUniqueLock(facts_, acquisition.lock)) all.insert(acquisition.lock);
        return all;
    }
    uint32_t number(const std::string& name) {
        return nodes_.try_emplace(name, static_cast<uint32_t>(nodes_.size())).first->second;
    }

    const Facts& facts_;
    std::map<std::string, uint32_t> nodes_;
    std::map<std::pair<uint32_t, uint32_t>, Edge> edges_;
};

bool gated(const Facts& facts, const Witness& a, const Witness& b) {
    const auto &locksA = facts.locks(facts.acquisitions[a.acquisition].held),
               &locksB = facts.locks(facts.acquisitions[b.acquisition].held);
    for (const HeldLock& x : locksA)
        for (const HeldLock& y : locksB) {
            if (x.lock != y.lock || x.lost || y.lost || !isUniqueLock(facts, x.lock)) continue;
            if (x.lock == a.held.lock || y.lock == b.held.lock) continue;
            if (x.mode == ir::LockMode::shared && y.mode == ir::LockMode::shared) continue;
            return true;
        }
    return false;
}

// Whether `holder` has what `waiter` wants in a mode that keeps it out.
bool blocks(const Facts& facts, const Witness& waiter, const Witness& holder) {
    const ir::Op& wanted = facts.ops.op(facts.acquisitions[waiter.acquisition].op);
    return wanted.mode != ir::LockMode::shared || holder.held.mode != ir::LockMode::shared;
}

// Whether two parts of a ring can be at the same time.
bool together(const Facts& facts, const Witness& a, const Witness& b) {
    return mayRunInParallel(facts, a.thread, facts.acquisitions[a.acquisition].live, b.thread,
                            facts.acquisitions[b.acquisition].live) &&
           !gated(facts, a, b);
}

// Whether the two witnesses can wait for each other.
bool compatible(const Facts& facts, const Witness& a, const Witness& b) {
    return blocks(facts, a, b) && blocks(facts, b, a) && together(facts, a, b);
}

// One witness for each edge of the cycle, so that all can wait for each other; by trying, with a limit.
bool findRing(const Facts& facts, const LockGraph& graph, const std::vector<uint32_t>& cycle,
              std::vector<Witness>& chosen, size_t& tries) {
    const size_t i = chosen.size();
    if (i == cycle.size()) return blocks(facts, chosen.back(), chosen.front());
    for (const Witness& witness : graph.edge(cycle[i], cycle[(i + 1) % cycle.size()]).witnesses) {
        if (++tries > kMostTries) return false;
        if (i > 0 && !blocks(facts, chosen.back(), witness)) continue;
        if (!std::all_of(chosen.begin(), chosen.end(),
                         [&](const Witness& other) { return together(facts, other, witness); }))
            continue;
        chosen.push_back(witness);
        if (findRing(facts, graph, cycle, chosen, tries)) return true;
        chosen.pop_back();
    }
    return false;
}

// The variables that choose which instance a lock place names: indices and base pointers.
std::set<ObjectId> selectors(const Facts& facts, PlaceId id) {
    std::set<ObjectId> result;
    const Place& place = facts.places.place(id);
    for (const ir::Step& step : place.steps)
        if (step.kind == ir::StepKind::indexVariable && step.variable == ir::RootKind::local)
            result.insert(ObjectId{static_cast<uint32_t>(step.value)});
    if (!place.steps.empty() && place.steps.front().kind == ir::StepKind::deref) result.insert(place.root);
    return result;
}

// Two objects of one class that an entry point is given: which comes first is up to the caller.
bool twoInstances(const Facts& facts, PlaceId a, PlaceId b) {
    const ObjectId first = facts.places.place(a).root, second = facts.places.place(b).root;
    return first != second && facts.places.object(first).kind == ObjectKind::typed &&
           facts.places.object(second).kind == ObjectKind::typed;
}

bool ordersInstances(const Facts& facts, const Witness& witness) {
    return choosesOrder(facts, facts.acquisitions[witness.acquisition], witness.held);
}

// Whether all locks of the ring are the same member of objects of one class, or elements of one array.
bool oneKind(const Facts& facts, const std::vector<Witness>& ring) {
    std::set<std::string> kinds;
    for (const Witness& witness : ring) {
        const Place& place = facts.places.place(witness.held.lock);
        std::string kind = "[" + std::to_string(place.root.value) + "]";
        for (const ir::Step& step : place.steps)
            if (step.kind == ir::StepKind::field) kind = facts.program->names.text({static_cast<uint32_t>(step.value)});
        kinds.insert(kind);
    }
    return kinds.size() == 1;
}

// Owner and owned, or list nodes, taken from the owner on and from the owned one on.
std::optional<std::vector<Witness>> findUpAndDown(const Facts& facts, const Edge& edge) {
    for (const Witness& down : edge.witnesses) {
        const auto link = linkBetween(facts, down.held.lock, facts.acquisitions[down.acquisition].lock);
        if (!link || !link->down) continue;
        for (const Witness& up : edge.witnesses) {
            const auto back = linkBetween(facts, up.held.lock, facts.acquisitions[up.acquisition].lock);
            if (back && !back->down && back->field == link->field && compatible(facts, down, up))
                return std::vector<Witness>{down, up};
        }
    }
    return std::nullopt;
}

// A cycle of one node: two instances of the same lock.
std::optional<std::vector<Witness>> findInstances(const Facts& facts, const Edge& edge) {
    for (const Witness& witness : edge.witnesses) {
        const Acquisition& acquisition = facts.acquisitions[witness.acquisition];
        if (selectors(facts, witness.held.lock) == selectors(facts, acquisition.lock) &&
            !twoInstances(facts, witness.held.lock, acquisition.lock))
            continue;
        if (ordersInstances(facts, witness)) continue;
        for (const Witness& other : edge.witnesses)
            if (compatible(facts, witness, other)) return std::vector<Witness>{witness, other};
    }
    return findUpAndDown(facts, edge);
}

Evidence evidenceOf(const Facts& facts, const std::vector<Witness>& ring) {
    Evidence evidence = Evidence::definite;
    for (const Witness& witness : ring) {
        if (facts.thread(witness.thread).kind == ThreadKind::assumed) return Evidence::assumed;
        const Acquisition& acquisition = facts.acquisitions[witness.acquisition];
        if (mayBeNeighbours(facts, acquisition, witness.held.lock)) return Evidence::assumed;
        if (!isUniqueLock(facts, witness.held.lock) || !isUniqueLock(facts, acquisition.lock) ||
            facts.context(acquisition.context).general)
            evidence = Evidence::likely;
    }
    return evidence;
}

Finding describeCycle(const Facts& facts, const std::vector<Witness>& ring) {
    Finding finding = findingOf("deadlock-lock-order", evidenceOf(facts, ring));
    std::vector<std::string> names;
    std::string order;
    for (const Witness& witness : ring) {
        const Acquisition& acquisition = facts.acquisitions[witness.acquisition];
        const std::string held = lockName(facts, witness.held.lock), wanted = lockName(facts, acquisition.lock);
        if (!order.empty()) order += ", ";
        order += functionName(facts, acquisition.op) + " acquires " + wanted + " holding " + held;
        finding.locations.push_back(locationOf(facts, acquisition.op, "acquires " + wanted + " holding " + held));
        addThread(facts, finding, witness.thread, acquisition.context, acquisition.op, acquisition.held,
                  "acquires " + wanted);
        names.push_back(held + wanted + functionName(facts, acquisition.op));
    }
    for (const Witness& witness : ring)
        finding.locations.push_back(
            locationOf(facts, witness.held.acquiredAt, "acquires " + lockName(facts, witness.held.lock) + " first"));
    for (const Witness& witness : ring)
        if (witness.held.takenBy != witness.held.acquiredAt)
            finding.locations.push_back(
                locationOf(facts, witness.held.takenBy, "takes " + lockName(facts, witness.held.lock)));
    for (const Witness& witness : ring) addCalls(facts, facts.acquisitions[witness.acquisition].context, finding);
    finding.message = "lock-order inversion: " + order;
    finding.why = {"the acquisitions may run at the same time", "no other lock is held around all of them",
                   "each waits without a time limit"};
    std::sort(names.begin(), names.end());
    finding.fingerprint = fingerprint(finding.rule, names);
    return finding;
}

}  // namespace

std::vector<Finding> checkLockOrder(const Facts& facts) {
    const LockGraph graph(facts);
    std::vector<Finding> findings;
    for (const std::vector<uint32_t>& cycle : graph.cycles()) {
        std::optional<std::vector<Witness>> ring;
        if (cycle.size() == 1) {
            ring = findInstances(facts, graph.edge(cycle[0], cycle[0]));
        } else {
            std::vector<Witness> chosen;
            size_t tries = 0;
            if (findRing(facts, graph, cycle, chosen, tries)) ring = std::move(chosen);
        }
        if (!ring) continue;
        if (cycle.size() > 1 && oneKind(facts, *ring) &&
            std::all_of(ring->begin(), ring->end(), [&](const Witness& w) { return ordersInstances(facts, w); }))
            continue;
        findings.push_back(describeCycle(facts, *ring));
    }
    return findings;
}

}  // namespace raddle::check
