#include "analyzer/check/base/questions.h"

#include <algorithm>

namespace raddle::check {

using namespace facts;

bool holds(const std::vector<HeldLock>& held, PlaceId lock) {
    return std::any_of(held.begin(), held.end(), [&](const HeldLock& other) { return other.lock == lock; });
}

bool together(const Facts& facts, const Event& a, const Event& b) {
    for (ThreadId x : facts.context(a.context).threads)
        for (ThreadId y : facts.context(b.context).threads)
            if (mayRunInParallel(facts, x, a.live, y, b.live)) return true;
    return false;
}

bool acquires(const ir::Function& function) {
    for (const ir::Block& block : function.blocks)
        for (const ir::Op& op : block.ops)
            if (op.kind == ir::OpKind::acquire) return true;
    return false;
}

}  // namespace raddle::check
