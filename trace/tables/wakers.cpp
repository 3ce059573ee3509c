#include "trace/tables/wakers.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "trace/timeline/grow.h"
#include "trace/timeline/sites.h"

namespace raddle::trace {

void addWakers(const Timeline& timeline, int64_t beginNs, int64_t endNs, std::vector<ObjectRow>& rows) {
    // By stack first: the place in it has a file's name, which is slow to compare.
    std::map<std::tuple<uint32_t, ThreadId, StackId>, BlameRow> byStack;
    for (const Thread& thread : timeline.threads)
        for (const Wait& wait : thread.waits) {
            int64_t ns = std::min(wait.endNs, endNs) - std::max(wait.beginNs, beginNs);
            if (ns <= 0 || !wait.object.valid() || wait.object.index() >= rows.size()) continue;
            BlameRow& row = byStack[{wait.object.value, wait.blocker, wait.blockerStack}];
            ++row.waits;
            grow(row.waitNs, ns);
        }
    std::map<std::tuple<uint32_t, ThreadId, FunctionId, std::string, uint32_t>, BlameRow> found;
    for (const auto& [key, part] : byStack) {
        auto [object, thread, stack] = key;
        Site site = siteOf(timeline, stack);
        BlameRow& row = found[{object, thread, site.function, site.at.file, site.at.line}];
        row.thread = thread;
        row.function = site.function;
        row.at = site.at;
        row.waits += part.waits;
        grow(row.waitNs, part.waitNs);
    }
    for (auto& [key, row] : found) rows[std::get<0>(key)].wokenBy.push_back(row);
    for (ObjectRow& row : rows)
        std::sort(row.wokenBy.begin(), row.wokenBy.end(), [](const BlameRow& a, const BlameRow& b) {
            auto key = [](const BlameRow& r) {
                return std::tuple(!r.thread.valid(), -r.waitNs, r.thread, r.function, r.at.line);
            };
            return key(a) < key(b);
        });
}

}  // namespace raddle::trace
