// OpenMP's constructs in a recording: how long threads worked in each, and how evenly.
#pragma once

#include <string>
#include <vector>

#include "trace/timeline/sites.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

struct RegionRow {
    Region::Kind kind = Region::Kind::parallel;
    Site where;
    uint64_t parts = 0;     // begun by threads
    uint64_t threads = 0;   // that had a part
    int64_t workNs = 0;     // of all threads
    int64_t longestNs = 0;  // most that one thread worked in it, over all its parts
};

// Of each place in the source, most work first. Linear in regions.
std::vector<RegionRow> regionRows(const Timeline& timeline);

const char* toString(Region::Kind kind);  // "parallel", "loop", "sections", "single"

// The mean thread's work in part of the busiest one's: 1 when all worked the same.
double balance(const RegionRow& row);

}  // namespace raddle::trace
