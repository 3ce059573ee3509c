#include "trace/analysis/analysis.h"

#include <future>

namespace raddle::trace {

Analysis analyse(const Timeline& timeline) {
    const std::vector<std::vector<Still>> still = stillness(timeline);
    const Holders holders(timeline);
    const WakeUps wakeUps(timeline, holders);
    Analysis out;
    // About half of the work each; all of it only reads.
    auto ofWaits = std::async(std::launch::async, [&] {
        out.causes = rootCauses(timeline, still, holders, wakeUps);
        out.starvation = starvation(timeline, holders);
        out.upkeep = upkeep(timeline);
    });
    out.path = criticalPath(timeline, still, wakeUps);
    out.whatIfs = whatIfs(timeline, holders, wakeUps);
    out.parallelism = parallelism(timeline, still, out.whatIfs.idealNs);
    out.order = lockOrder(timeline);
    out.convoys = convoys(timeline, holders);
    ofWaits.get();
    return out;
}

}  // namespace raddle::trace
