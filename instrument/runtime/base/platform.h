// What the runtime needs from processor and kernel: time stamps, system calls that neither set errno nor are
// cancellation points, and the attributes used on hot paths. No state but the clock that the recording uses.
#pragma once

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core/wire/format.h"

#define RADDLE_LIKELY(x) __builtin_expect(!!(x), 1)
#define RADDLE_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define RADDLE_INLINE inline __attribute__((always_inline))
#define RADDLE_COLD __attribute__((noinline, cold))
#if defined(__clang__)
#define RADDLE_TAIL_CALL [[clang::musttail]] return
#else
#define RADDLE_TAIL_CALL return
#endif

// Keeps the compiler from moving memory accesses across: a signal handler of this thread may look in between.
#define RADDLE_SIGNAL_FENCE() __atomic_signal_fence(__ATOMIC_SEQ_CST)

namespace raddle::rt {

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RADDLE_TESTED_UNDER_TSAN
#endif
#endif

// The program has forbidden this thread, or all of its threads, system calls (seccomp). What it has not thought of may
// end it, and the recorder's are what it has not thought of: there are none from then on.
extern __thread bool t_confined;
extern bool g_confined;  // atomic

RADDLE_INLINE bool isConfined() {
    return RADDLE_UNLIKELY(t_confined || __atomic_load_n(&g_confined, __ATOMIC_RELAXED));
}

// The kernel's result; errors are negative errno values.
RADDLE_INLINE long programsSystemCall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0,
                                      long f = 0) {
#if defined(RADDLE_TESTED_UNDER_TSAN)
    // It has to see which memory is another's now.
    if (number == SYS_mmap) {
        void* const memory = mmap(reinterpret_cast<void*>(a), static_cast<size_t>(b), static_cast<int>(c),
                                  static_cast<int>(d), static_cast<int>(e), f);
        return memory == MAP_FAILED ? -errno : reinterpret_cast<long>(memory);
    }
    if (number == SYS_munmap) return munmap(reinterpret_cast<void*>(a), static_cast<size_t>(b));
#endif
#if defined(__x86_64__)
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
#else
#error "raddle's runtime supports x86-64 and AArch64"
#endif
}

struct Clock {
    uint32_t kind;  // enum RaddleClock
    uint32_t shift;
};
extern Clock g_clock;

inline uint64_t monotonicNs() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<uint64_t>(time.tv_sec) * 1000000000u + static_cast<uint64_t>(time.tv_nsec);
}

RADDLE_INLINE uint32_t hashAddress(uintptr_t value) {
    return static_cast<uint32_t>((value * 0x9e3779b97f4a7c15u) >> 32);
}

// The recorder's own.
RADDLE_INLINE long systemCall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) {
    return isConfined() ? -EPERM : programsSystemCall(number, a, b, c, d, e, f);
}

// The time of an event. 9 ns with the time stamp counter, about 20 with CLOCK_MONOTONIC.
RADDLE_INLINE uint64_t now() {
#if defined(__x86_64__)
    if (RADDLE_LIKELY(g_clock.kind == kRaddleClockTsc)) return __builtin_ia32_rdtsc() >> g_clock.shift;
#endif
    return monotonicNs();
}

// When all before it is done. Without that, a short call's end is read while its work is still under way.
RADDLE_INLINE uint64_t nowInOrder() {
#if defined(__x86_64__)
    if (RADDLE_LIKELY(g_clock.kind == kRaddleClockTsc)) {
        __builtin_ia32_lfence();
        return __builtin_ia32_rdtsc() >> g_clock.shift;
    }
#endif
    return monotonicNs();
}

}  // namespace raddle::rt
