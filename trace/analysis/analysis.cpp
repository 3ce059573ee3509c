#include "trace/analysis/analysis.h"

namespace raddle::trace {

Analysis analyse(const Timeline& timeline) {
    const std::vector<std::vector<Still>> still = stillness(timeline);
    const Holders holders(timeline);
    const WakeUps wakeUps(timeline, holders);
    Analysis out;
    out.causes = rootCauses(timeline, still, holders, wakeUps);
    out.path = criticalPath(timeline, still, wakeUps);
    out.whatIfs = whatIfs(timeline, holders, wakeUps);
    out.parallelism = parallelism(timeline, still, out.whatIfs.idealNs);
    out.order = lockOrder(timeline);
    out.convoys = convoys(timeline, holders);
    out.starvation = starvation(timeline, holders);
    out.upkeep = upkeep(timeline);
    return out;
}

}  // namespace raddle::trace
