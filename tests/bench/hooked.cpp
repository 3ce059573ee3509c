#include "tests/bench/hooked.h"

namespace {
volatile int g_calls;
}

__attribute__((noinline)) void hookedCall() {
    g_calls = g_calls + 1;
}
