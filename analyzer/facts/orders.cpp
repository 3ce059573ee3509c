#include "analyzer/facts/orders.h"

#include <algorithm>

#include "analyzer/facts/base/keys.h"

namespace raddle::facts {
namespace {

void uniteEqualAccesses(Facts& facts) {
    Numbering<std::array<uint32_t, 9>> known;
    std::vector<Access> kept;
    for (const Access& access : facts.accesses) {
        const std::array<uint32_t, 9> key{
            access.op.value,
            access.context.value,
            static_cast<uint32_t>(access.kind) * 8 + access.owned * 4u + access.atomic * 2u + access.byType,
            access.place.value,
            access.location.value,
            access.locks.value,
            access.live.value,
            access.order.value,
            access.region.value};
        if (known.of(key) == kept.size()) kept.push_back(access);
    }
    facts.accesses = std::move(kept);
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
    uniteEqualAccesses(facts);
}

}  // namespace raddle::facts
