// How long work, such as reading a recording, reports its progress and is stopped.
#pragma once

#include <atomic>
#include <functional>

namespace raddle::trace {

// `progress` gets 0..1 now and then, from the calling thread; when `cancelled` becomes true the work ends soon with the
// error "cancelled".
struct ReadControl {
    std::function<void(double)> progress;
    const std::atomic<bool>* cancelled = nullptr;
};

}  // namespace raddle::trace
