// The border between the program and the recorder.
//
//   RADDLE_HOOK(int, sem_post, (sem_t* semaphore)) { …; return RADDLE_REAL(sem_post)(semaphore); }
//
// exports a function under the interposed name without declaring that name again (so its attributes in the
// system's headers neither clash nor mislead the compiler), and calls the next definition of it. These are
// looked up when recording begins, all at once: a lookup takes a lock of the dynamic loader, which a thread that
// is inside dlopen may hold while it waits for ours. Only what is called before that looks up its own.
#pragma once

#include <dlfcn.h>

#include "instrument/runtime/base/platform.h"

#define RADDLE_HOOK(result, name, parameters)                                                             \
    extern "C" __attribute__((visibility("default"))) result raddleHook_##name parameters __asm__(#name); \
    extern "C" result raddleHook_##name parameters

// What is interposed.
// clang-format off
#define RADDLE_REALS(X)                                                                             \
    X(pthread_mutex_lock) X(pthread_mutex_trylock) X(pthread_mutex_timedlock)                       \
    X(pthread_mutex_clocklock) X(pthread_mutex_unlock) X(pthread_mutex_init)                        \
    X(pthread_mutex_destroy)                                                                        \
    X(pthread_spin_lock) X(pthread_spin_trylock) X(pthread_spin_unlock) X(pthread_spin_init)        \
    X(pthread_spin_destroy)                                                                         \
    X(pthread_rwlock_rdlock) X(pthread_rwlock_tryrdlock) X(pthread_rwlock_timedrdlock)              \
    X(pthread_rwlock_clockrdlock) X(pthread_rwlock_wrlock) X(pthread_rwlock_trywrlock)              \
    X(pthread_rwlock_timedwrlock) X(pthread_rwlock_clockwrlock) X(pthread_rwlock_unlock)            \
    X(pthread_rwlock_init) X(pthread_rwlock_destroy)                                                \
    X(pthread_cond_wait) X(pthread_cond_timedwait) X(pthread_cond_clockwait) X(pthread_cond_signal) \
    X(pthread_cond_broadcast) X(pthread_cond_init) X(pthread_cond_destroy)                          \
    X(sem_wait) X(sem_trywait) X(sem_timedwait) X(sem_clockwait) X(sem_post) X(sem_init)            \
    X(sem_destroy)                                                                                  \
    X(pthread_barrier_wait) X(pthread_barrier_init) X(pthread_barrier_destroy)                      \
    X(pthread_create) X(pthread_join) X(pthread_tryjoin_np) X(pthread_timedjoin_np)                 \
    X(pthread_clockjoin_np) X(pthread_detach) X(pthread_setname_np) X(prctl)                        \
    X(mtx_lock) X(mtx_trylock) X(mtx_timedlock) X(mtx_unlock) X(mtx_init) X(mtx_destroy)            \
    X(cnd_wait) X(cnd_timedwait) X(cnd_signal) X(cnd_broadcast) X(cnd_init) X(cnd_destroy)          \
    X(thrd_create) X(thrd_join) X(thrd_detach) X(thrd_sleep)                                        \
    X(fork) X(_Fork) X(_exit) X(_Exit) X(nanosleep) X(clock_nanosleep) X(usleep) X(sleep) X(dlopen) \
    X(dlclose) X(quick_exit) X(pthread_once) X(call_once)                            \
    X(sigaction) X(signal) X(sigprocmask) X(pthread_sigmask) X(GOMP_parallel) X(GOMP_barrier)       \
    X(read) X(readv) X(recv) X(recvfrom) X(recvmsg) X(write) X(writev) X(send) X(sendto) X(sendmsg) \
    X(fsync) X(fdatasync) X(accept) X(accept4) X(connect) X(__read_chk) X(__recv_chk) X(__poll_chk) \
    X(poll) X(ppoll) X(select) X(pselect) X(epoll_wait) X(epoll_pwait) X(wait) X(waitpid) X(wait4)  \
    X(waitid) X(sigwait) X(sigwaitinfo) X(sigtimedwait) X(sigsuspend) X(pause)                      \
    X(fread) X(fread_unlocked) X(fgets) X(getline) X(getdelim) X(__getdelim) X(__fgets_chk)         \
    X(__fread_chk) X(fgetc) X(getc) X(fwrite) X(fputs) X(fflush)                                    \
    X(GOMP_parallel_loop_dynamic) X(GOMP_parallel_loop_guided)                                      \
    X(GOMP_parallel_loop_nonmonotonic_dynamic) X(GOMP_parallel_loop_nonmonotonic_guided)
// clang-format on

// A pointer to the next definition of `name`, of the type that the system's headers give it or of a given one.
#define RADDLE_REAL(name) RADDLE_REAL_AS(name, decltype(&::name))
#define RADDLE_REAL_AS(name, type) reinterpret_cast<type>(raddle::rt::real(raddle::rt::Real::name##_))

// The same where recording has begun, so that it is known.
#define RADDLE_KNOWN(name) \
    reinterpret_cast<decltype(&::name)>(raddle::rt::g_real[static_cast<uint32_t>(raddle::rt::Real::name##_)])

namespace raddle::rt {

#define RADDLE_REAL_INDEX(name) name##_,
enum class Real : uint32_t { RADDLE_REALS(RADDLE_REAL_INDEX) count };
#undef RADDLE_REAL_INDEX

extern __attribute__((visibility("hidden"))) void* g_real[static_cast<uint32_t>(Real::count)];

// The default version of the symbol in the objects after this library; stores it. A program that calls what its
// C library does not have cannot have been linked, so this does not fail for what is called.
void* lookUp(Real name);
void lookUpAll();

RADDLE_INLINE void* real(Real name) {
    void* found = __atomic_load_n(&g_real[static_cast<uint32_t>(name)], __ATOMIC_RELAXED);
    return RADDLE_LIKELY(found != nullptr) ? found : lookUp(name);
}

}  // namespace raddle::rt
