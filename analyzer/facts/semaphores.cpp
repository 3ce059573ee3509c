#include "analyzer/facts/semaphores.h"

#include <algorithm>

#include "analyzer/facts/base/loops.h"

namespace raddle::facts {

void findOpenSemaphores(Facts& facts) {
    std::map<PlaceId, int64_t> letIn = facts.permits;
    for (const Event& event : facts.events) {
        const ir::Op& op = facts.ops.op(event.op);
        auto count = letIn.find(event.place);
        if (op.kind != ir::OpKind::signal || op.lockKind != ir::LockKind::flag || count == letIn.end()) continue;
        const std::vector<HeldLock>& held = facts.locks(event.held);
        const bool givesBack =
            std::any_of(held.begin(), held.end(), [&](const HeldLock& lock) { return lock.lock == event.place; });
        if (givesBack) continue;
        const bool repeated =
            facts.context(event.context).many ||
            blocksInLoops(facts.program->function(facts.ops.function(event.op)))[facts.ops.block(event.op)];
        count->second += repeated ? 2 : 1;
    }
    for (const auto& [semaphore, count] : letIn)
        if (count > 1) facts.openSemaphores.insert(semaphore);
}

}  // namespace raddle::facts
