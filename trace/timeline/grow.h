// Sums of times. Those of a broken recording can be anything; their sum stays a number.
#pragma once

#include <cstdint>

namespace raddle::trace {

inline void grow(int64_t& total, int64_t ns) {
    if (__builtin_add_overflow(total, ns, &total)) total = INT64_MAX;
}

}  // namespace raddle::trace
