#include "analyzer/check/access_classes.h"

#include "analyzer/check/lifetime.h"

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

AccessClass classOf(const Facts& facts, const ThreadSets& threads, const Access& access) {
    // Whether an object may be ended in use depends on who ends it.
    const bool ends = changesLife(facts, access);
    return {access.place.value,
            access.location.value,
            access.locks.value,
            access.live.value,
            access.order.value,
            threads.of(access.context),
            access.atomic * 2u + access.byType,
            access.region.value,
            ends ? access.context.value : ContextId::kNone};
}

}  // namespace raddle::check
