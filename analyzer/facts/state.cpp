#include "analyzer/facts/state.h"

#include <algorithm>

namespace raddle::facts {

bool sameLocks(const State& a, const State& b) {
    return std::equal(a.held.begin(), a.held.end(), b.held.begin(), b.held.end(), [](const HeldLock& x, const HeldLock& y) {
        return x.lock == y.lock && x.mode == y.mode && x.count == y.count && x.lost == y.lost;
    });
}

bool joinInto(State& into, const State& from) {
    bool changed = false;
    for (auto it = into.values.begin(); it != into.values.end();) {
        auto other = from.values.find(it->first);
        if (other != from.values.end() && other->second == it->second) {
            ++it;
            continue;
        }
        // A number computed from a thread's own index stays one when the other way gives a constant.
        if (other != from.values.end() && (it->second.kind == KnownKind::own || other->second.kind == KnownKind::own)) {
            const bool mixed = it->second.kind == KnownKind::constant || other->second.kind == KnownKind::constant;
            if (mixed) {
                if (it->second.kind != KnownKind::own) it->second = other->second, changed = true;
                ++it;
                continue;
            }
        }
        it = into.values.erase(it);
        changed = true;
    }
    for (const LiveThread& live : from.live) changed |= into.live.insert(live).second;
    for (auto it = into.fresh.begin(); it != into.fresh.end();) {
        if (from.fresh.contains(*it)) {
            ++it;
        } else {
            it = into.fresh.erase(it);
            changed = true;
        }
    }
    return changed;
}

}  // namespace raddle::facts
