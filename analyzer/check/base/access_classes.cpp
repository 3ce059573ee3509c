#include "analyzer/check/base/access_classes.h"

#include "analyzer/check/base/lifetime.h"

#include <map>

namespace raddle::check {

using namespace facts;

ThreadSets::ThreadSets(const Facts& facts) {
    std::map<std::set<ThreadId>, uint32_t> ids;
    for (const Context& context : facts.contexts) {
        auto [it, isNew] = ids.try_emplace(context.threads, static_cast<uint32_t>(sets_.size()));
        if (isNew) sets_.push_back(&context.threads);
        ofContext_.push_back(it->second);
    }
}

LockClasses::LockClasses(const Facts& facts) {
    std::map<std::vector<std::array<uint32_t, 3>>, uint32_t> ids;
    for (const std::vector<HeldLock>& held : facts.lockSets) {
        std::vector<std::array<uint32_t, 3>> key;
        bool lost = false;
        for (const HeldLock& lock : held) {
            lost = lost || lock.lost;
            if (!lock.lost)
                key.push_back({lock.lock.value, static_cast<uint32_t>(lock.mode), static_cast<uint32_t>(lock.kind)});
        }
        if (lost) key.push_back({PlaceId::kNone, 0, 0});
        ofSet_.push_back(ids.try_emplace(std::move(key), static_cast<uint32_t>(ids.size())).first->second);
    }
}

AccessClass AccessClasses::of(const Facts& facts, const Access& access) const {
    // Whether an object may be ended in use depends on who ends it.
    const bool ends = changesLife(facts, access);
    return {access.place.value,
            access.location.value,
            locks.of(access.locks),
            access.live.value,
            access.order.value,
            threads.of(access.context),
            access.owned * 4u + access.atomic * 2u + access.byType,
            access.region.value,
            ends ? access.context.value : ContextId::kNone};
}

}  // namespace raddle::check
