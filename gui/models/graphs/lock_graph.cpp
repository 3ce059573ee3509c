#include "gui/models/graphs/lock_graph.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "core/support/graph.h"
#include "gui/models/recording/timeline_index.h"

namespace raddle::gui {
namespace {

using trace::LockId;
using trace::Timeline;

// "alice.mutex" of "(anonymous namespace)::alice.mutex": the scanner and the debug information differ in what is
// around.
std::string unqualified(const std::string& name) {
    size_t at = name.rfind("::");
    return at == std::string::npos ? name : name.substr(at + 2);
}

// "mu_" of "server.queue->mu_" and of "Queue::mu_".
std::string lastPart(const std::string& name) {
    size_t at = name.find_last_of(".>:");
    return at == std::string::npos ? name : name.substr(at + 1);
}

// What a step of a finding says of the order: held, then taken.
std::optional<std::pair<std::string, std::string>> orderIn(std::string role) {
    std::erase(role, '`');
    size_t verb = role.find(' '), holding = role.find(" holding ");
    if (verb == std::string::npos || holding == std::string::npos || verb >= holding) return std::nullopt;
    std::string does = role.substr(0, verb);
    if (does != "acquires" && does != "takes") return std::nullopt;
    return std::pair(role.substr(holding + 9), role.substr(verb + 1, holding - verb - 1));
}

class Builder {
  public:
    Builder(const Timeline& timeline, const trace::LockOrder& order) : t_(timeline), order_(order) {}

    LockGraph run(const std::vector<Finding>& findings) {
        for (size_t i = 0; i < order_.edges.size(); ++i) {
            LockArrow& arrow = arrowOf(nodeOf(order_.edges[i].held), nodeOf(order_.edges[i].taken));
            arrow.observed = i;
            arrow.count = order_.edges[i].count;
        }
        for (const trace::Inversion& inversion : order_.inversions)
            for (const trace::LockOrderStep& step : inversion)
                arrowOf(nodeOf(step.held), nodeOf(step.wanted)).dangerous = true;
        for (size_t i = 0; i < findings.size(); ++i) addFinding(findings[i], i);
        markCircles();
        thin();
        return std::move(graph_);
    }

  private:
    uint32_t nodeOf(LockId lock) {
        auto [at, isNew] = byLock_.try_emplace(lock, static_cast<uint32_t>(graph_.nodes.size()));
        if (isNew) {
            const trace::Lock* known = lookup(t_.locks, lock);
            std::string name = known ? known->name : "a lock";
            constexpr std::string_view kAnonymous = "(anonymous namespace)::";
            if (name.starts_with(kAnonymous)) name.erase(0, kAnonymous.size());
            graph_.nodes.push_back({std::move(name), lock, false});
        }
        return at->second;
    }

    // The recorded lock of that name, also when the recording took it alone.
    uint32_t nodeOf(const std::string& name) {
        auto [at, isNew] = byName_.try_emplace(name, 0);
        if (!isNew) return at->second;
        auto only = [&](auto part) {
            LockId found;
            for (uint32_t l = 0; l < t_.locks.size(); ++l) {
                if (part(t_.locks[l].name) != part(name)) continue;
                if (found.valid()) return LockId();
                found = {l};
            }
            return found;
        };
        for (LockId lock : {only([](const std::string& whole) { return whole; }), only(unqualified), only(lastPart)})
            if (lock.valid()) return at->second = nodeOf(lock);
        graph_.nodes.push_back({name, {}, false});
        return at->second = static_cast<uint32_t>(graph_.nodes.size() - 1);
    }

    LockArrow& arrowOf(uint32_t from, uint32_t to) {
        auto [at, isNew] = arrows_.try_emplace({from, to}, graph_.arrows.size());
        if (isNew) graph_.arrows.push_back({from, to, {}, 0, {}, false, false});
        return graph_.arrows[at->second];
    }

    void addFinding(const Finding& finding, size_t number) {
        if (finding.property != Property::deadlock) return;
        auto add = [&](const std::string& role) {
            auto order = orderIn(role);
            if (!order) return;
            uint32_t held = nodeOf(order->first), taken = nodeOf(order->second);
            LockArrow& arrow = arrowOf(held, taken);
            arrow.dangerous = true;
            if (arrow.findings.empty() || arrow.findings.back() != number) arrow.findings.push_back(number);
        };
        for (const FindingLocation& location : finding.locations) add(location.role);
        for (const FindingThread& thread : finding.threads)
            if (!thread.stack.empty()) add(thread.stack.back().role);
    }

    void markCircles() {
        Adjacency next(graph_.nodes.size());
        for (const LockArrow& arrow : graph_.arrows) next[arrow.from].push_back(arrow.to);
        Components components = stronglyConnectedComponents(next);
        for (LockArrow& arrow : graph_.arrows) {
            arrow.inCircle = components.of[arrow.from] == components.of[arrow.to];
            if (arrow.inCircle) graph_.nodes[arrow.from].inCircle = graph_.nodes[arrow.to].inCircle = true;
        }
    }

    void thin() {
        if (graph_.nodes.size() <= kMostLocks) return;
        std::vector<std::pair<uint64_t, uint32_t>> rank(graph_.nodes.size());
        for (uint32_t i = 0; i < rank.size(); ++i) rank[i] = {graph_.nodes[i].inCircle ? uint64_t{1} << 40 : 0, i};
        for (const LockArrow& arrow : graph_.arrows) ++rank[arrow.from].first, ++rank[arrow.to].first;
        std::sort(rank.begin(), rank.end(), [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first > b.first : a.second < b.second;
        });
        std::vector<uint32_t> place(graph_.nodes.size(), UINT32_MAX);
        std::vector<LockNode> kept;
        for (size_t i = 0; i < kMostLocks; ++i) {
            place[rank[i].second] = static_cast<uint32_t>(kept.size());
            kept.push_back(graph_.nodes[rank[i].second]);
        }
        graph_.leftOut = graph_.nodes.size() - kept.size();
        graph_.nodes = std::move(kept);
        std::erase_if(graph_.arrows,
                      [&](const LockArrow& a) { return place[a.from] == UINT32_MAX || place[a.to] == UINT32_MAX; });
        for (LockArrow& arrow : graph_.arrows) arrow.from = place[arrow.from], arrow.to = place[arrow.to];
    }

    const Timeline& t_;
    const trace::LockOrder& order_;
    LockGraph graph_;
    std::map<LockId, uint32_t> byLock_;
    std::map<std::string, uint32_t> byName_;
    std::map<std::pair<uint32_t, uint32_t>, size_t> arrows_;
};

}  // namespace

LockGraph lockGraph(const Timeline& timeline, const trace::LockOrder& order, const std::vector<Finding>& findings) {
    return Builder(timeline, order).run(findings);
}

}  // namespace raddle::gui
