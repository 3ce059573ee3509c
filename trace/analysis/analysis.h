// All analyses of a recording at once: what `raddle report` prints and the answers are made of. Costs what they do.
#pragma once

#include "trace/analysis/critical_path.h"
#include "trace/analysis/lock_habits.h"
#include "trace/analysis/lock_order.h"
#include "trace/analysis/parallelism.h"
#include "trace/analysis/root_causes.h"
#include "trace/analysis/what_if.h"

namespace raddle::trace {

struct Analysis {
    RootCauses causes;
    CriticalPath path;
    Parallelism parallelism;
    LockOrder order;
    std::vector<Convoy> convoys;
    std::vector<Starvation> starvation;
    std::vector<Upkeep> upkeep;
    WhatIfs whatIfs;
};

Analysis analyse(const Timeline& timeline);

}  // namespace raddle::trace
