#include "trace/tables/wakers.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "trace/timeline/sites.h"

namespace raddle::trace {

void addWakers(const Timeline& timeline, int64_t beginNs, int64_t endNs, std::vector<ObjectRow>& rows) {
    using Key = std::tuple<uint32_t, ThreadId, FunctionId, std::string, uint32_t>;
    std::map<Key, BlameRow> found;
    for (const Thread& thread : timeline.threads)
        for (const Wait& wait : thread.waits) {
            int64_t ns = std::min(wait.endNs, endNs) - std::max(wait.beginNs, beginNs);
            if (ns <= 0 || !wait.object.valid() || wait.object.index() >= rows.size()) continue;
            Site site = siteOf(timeline, wait.blockerStack);
            BlameRow& row = found[{wait.object.value, wait.blocker, site.function, site.at.file, site.at.line}];
            row.thread = wait.blocker;
            row.function = site.function;
            row.at = site.at;
            ++row.waits;
            if (__builtin_add_overflow(row.waitNs, ns, &row.waitNs)) row.waitNs = INT64_MAX;
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
