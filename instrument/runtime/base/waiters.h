// How many threads of this process are about to wait, or wait, for an object: so that who wakes them knows that it does
// without a look into the C library's objects. Objects share counters, so that it is never too low and seldom too high;
// a wait that is cancelled stays counted. One relaxed load to ask.
#pragma once

#include "instrument/runtime/base/platform.h"

namespace raddle::rt {

inline constexpr uint32_t kWaiterCounters = 1024;
extern __attribute__((visibility("hidden"))) uint32_t g_waiters[kWaiterCounters];

RADDLE_INLINE uint32_t& waitersOf(const volatile void* object) {
    return g_waiters[hashAddress(reinterpret_cast<uintptr_t>(object)) % kWaiterCounters];
}

RADDLE_INLINE bool isAwaited(const volatile void* object) {
    return __atomic_load_n(&waitersOf(object), __ATOMIC_SEQ_CST) != 0;
}

class Awaiting {
  public:
    explicit Awaiting(const volatile void* object) : waiters_(waitersOf(object)) {
        __atomic_fetch_add(&waiters_, 1, __ATOMIC_SEQ_CST);
    }
    ~Awaiting() { __atomic_fetch_sub(&waiters_, 1, __ATOMIC_RELAXED); }
    Awaiting(const Awaiting&) = delete;
    Awaiting& operator=(const Awaiting&) = delete;

  private:
    uint32_t& waiters_;
};

}  // namespace raddle::rt
