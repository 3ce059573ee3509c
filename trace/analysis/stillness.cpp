#include "trace/analysis/stillness.h"

#include <algorithm>

namespace raddle::trace {

std::vector<Still> stillness(const Thread& thread) {
    std::vector<Still> out;
    out.reserve(thread.waits.size());
    int64_t from = thread.beginNs;
    for (uint32_t i = 0; i < thread.waits.size(); ++i) {
        int64_t begin = std::max(thread.waits[i].beginNs, from), end = std::min(thread.waits[i].endNs, thread.endNs);
        if (begin >= end) continue;
        out.push_back({begin, end, i});
        from = end;
    }
    return out;
}

std::vector<std::vector<Still>> stillness(const Timeline& timeline) {
    std::vector<std::vector<Still>> out;
    out.reserve(timeline.threads.size());
    for (const Thread& thread : timeline.threads) out.push_back(stillness(thread));
    return out;
}

bool standsInSystem(const Thread& thread, const std::vector<Still>& still) {
    if (thread.cpuNs < 0) return false;
    int64_t running = std::max<int64_t>(0, thread.endNs - thread.beginNs);
    for (const Still& s : still) running -= s.endNs - s.beginNs;
    return thread.cpuNs < running / 50;
}

}  // namespace raddle::trace
