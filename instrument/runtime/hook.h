// The border between the program and the recorder.
//
//   RADDLE_HOOK(int, pthread_mutex_unlock, (pthread_mutex_t* mutex)) { …; return RADDLE_REAL(pthread_mutex_unlock)(mutex); }
//
// exports a function under the interposed name without declaring that name again (so its attributes in the
// system's headers neither clash nor mislead the compiler), and calls the next definition of it. That is
// looked up at the first call, which may come before any constructor has run; a lookup does not allocate.
#pragma once

#include <dlfcn.h>

#include "instrument/runtime/platform.h"

#define RADDLE_HOOK(result, name, parameters)                                                               \
    extern "C" __attribute__((visibility("default"))) result raddleHook_##name parameters __asm__(#name); \
    extern "C" result raddleHook_##name parameters

// A pointer to the next definition of `name`, of the type that the system's headers give it.
#define RADDLE_REAL(name) RADDLE_REAL_AS(name, decltype(&::name))
#define RADDLE_REAL_AS(name, type)                                                               \
    (__extension__({                                                                             \
        static void* next_;                                                                      \
        void* found_ = __atomic_load_n(&next_, __ATOMIC_RELAXED);                                \
        if (RADDLE_UNLIKELY(!found_)) found_ = raddle::rt::lookUp(#name, &next_);                \
        reinterpret_cast<type>(found_);                                                          \
    }))

namespace raddle::rt {

// The default version of a symbol in the objects after this library; stores it. A program that calls what its
// C library does not have cannot have been linked, so this does not fail for interposed functions.
void* lookUp(const char* name, void** store);

}  // namespace raddle::rt
