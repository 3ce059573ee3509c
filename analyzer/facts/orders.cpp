#include "analyzer/facts/orders.h"

#include <algorithm>
#include <bit>

#include "analyzer/facts/base/keys.h"

namespace raddle::facts {
namespace {

size_t hashOf(const Access& access) {
    return Hash()
        .add(access.op)
        .add(access.context)
        .add(static_cast<uint64_t>(access.kind) * 8 + access.owned * 4u + access.atomic * 2u + access.byType)
        .add(access.place)
        .add(access.location)
        .add(access.locks)
        .add(access.live)
        .add(access.order)
        .add(access.region)
        .value();
}

bool isSame(const Access& a, const Access& b) {
    return a.op == b.op && a.context == b.context && a.kind == b.kind && a.owned == b.owned && a.atomic == b.atomic &&
           a.byType == b.byType && a.place == b.place && a.location == b.location && a.locks == b.locks &&
           a.live == b.live && a.order == b.order && a.region == b.region;
}

// Of equal ones the first stays. In place: there are millions.
void uniteEqualAccesses(std::vector<Access>& accesses) {
    constexpr uint32_t kFree = ~uint32_t{0};
    std::vector<uint32_t> kept(std::bit_ceil(accesses.size() * 2 + 1), kFree);  // by hash, open addressing
    uint32_t count = 0;
    for (size_t i = 0; i < accesses.size(); ++i) {
        size_t at = hashOf(accesses[i]) & (kept.size() - 1);
        while (kept[at] != kFree && !isSame(accesses[kept[at]], accesses[i])) at = (at + 1) & (kept.size() - 1);
        if (kept[at] != kFree) continue;
        kept[at] = count;
        accesses[count++] = accesses[i];
    }
    accesses.resize(count);
    accesses.shrink_to_fit();
}

bool isOnlyRaisedUnderLocks(const Facts& facts, PlaceId flag) {
    auto stores = facts.flagStores.find(flag);
    if (stores == facts.flagStores.end() || stores->second.cleared || stores->second.relaxed) return false;
    const std::set<LockSetId>& under = stores->second.raisedUnder;
    return std::none_of(under.begin(), under.end(), [&](LockSetId locks) { return facts.locks(locks).empty(); });
}

}  // namespace

void keepDecisiveFlags(Facts& facts) {
    std::set<PlaceId> clear;
    for (const Order& order : facts.orders) clear.insert(order.unraised.begin(), order.unraised.end());
    std::erase_if(clear, [&](PlaceId flag) { return !isOnlyRaisedUnderLocks(facts, flag); });
    const auto decisive = [&](PlaceId flag) {
        return facts.onlyRaiser.contains(flag) || facts.parties.contains(flag) || facts.handles.contains(flag) ||
               clear.contains(flag);
    };
    std::set<PlaceId> seen;
    for (const Order& order : facts.orders)
        for (PlaceId flag : order.observed)
            if (decisive(flag)) seen.insert(flag);
    std::unordered_map<Order, OrderId, KeyHash> ids;
    std::vector<OrderId> renumbered;
    std::vector<Order> kept;
    for (Order& order : facts.orders) {
        erase_if(order.observed, [&](PlaceId flag) { return !seen.contains(flag); });
        erase_if(order.published, [&](PlaceId flag) { return flag.valid() && !seen.contains(flag); });
        erase_if(order.unraised, [&](PlaceId flag) { return !clear.contains(flag) || !seen.contains(flag); });
        const auto [it, isNew] = ids.try_emplace(order, OrderId{static_cast<uint32_t>(kept.size())});
        if (isNew) kept.push_back(order);
        renumbered.push_back(it->second);
    }
    facts.orders = std::move(kept);
    std::set<CoverRelease> releases;
    for (CoverRelease release : facts.coverReleases) {
        release.order = renumbered[release.order.index()];
        releases.insert(release);
    }
    facts.coverReleases = std::move(releases);
    for (Access& access : facts.accesses) access.order = renumbered[access.order.index()];
    uniteEqualAccesses(facts.accesses);
}

}  // namespace raddle::facts
