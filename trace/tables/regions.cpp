#include "trace/tables/regions.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace raddle::trace {

std::vector<RegionRow> regionRows(const Timeline& timeline) {
    using Key = std::tuple<Region::Kind, FunctionId, SourceLocation>;
    std::map<Key, RegionRow> rows;
    for (const Thread& thread : timeline.threads) {
        std::map<Key, int64_t> own;
        for (const Region& region : thread.regions) {
            const Site where = siteOf(timeline, region.where);
            const Key key{region.kind, where.function, where.at};
            RegionRow& row = rows[key];
            row.kind = region.kind;
            row.where = where;
            ++row.parts;
            const int64_t ns = std::max<int64_t>(0, region.endNs - region.beginNs);
            row.workNs += ns;
            own[key] += ns;
        }
        for (auto& [key, ns] : own) {
            RegionRow& row = rows[key];
            ++row.threads;
            row.longestNs = std::max(row.longestNs, ns);
        }
    }
    std::vector<RegionRow> sorted;
    for (auto& [key, row] : rows) sorted.push_back(row);
    std::sort(sorted.begin(), sorted.end(), [](const RegionRow& a, const RegionRow& b) {
        return a.workNs != b.workNs ? a.workNs > b.workNs : a.where.at < b.where.at;
    });
    return sorted;
}

const char* toString(Region::Kind kind) {
    switch (kind) {
        case Region::Kind::loop:
            return "loop";
        case Region::Kind::sections:
            return "sections";
        case Region::Kind::single:
            return "single";
        case Region::Kind::parallel:
            break;
    }
    return "parallel";
}

double balance(const RegionRow& row) {
    if (row.longestNs == 0 || row.threads == 0) return 1;
    return static_cast<double>(row.workNs) / static_cast<double>(row.threads) / static_cast<double>(row.longestNs);
}

}  // namespace raddle::trace
