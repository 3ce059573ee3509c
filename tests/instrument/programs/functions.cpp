// Built with function hooks: calls, recursion, longjmp and exceptions through instrumented frames.
#include <setjmp.h>

#include <cstdlib>
#include <thread>

#include "tests/instrument/programs/scenario.h"

namespace {

jmp_buf g_jump;
volatile int g_sink;

}  // namespace

// With names that a symbol table shows.
extern "C" {
__attribute__((noinline)) void leaf() {
    g_sink = g_sink + 1;
}
__attribute__((noinline)) void recurse(int depth) {
    if (depth > 0) recurse(depth - 1);
    g_sink = g_sink + 1;
}
__attribute__((noinline)) void jumpsOut(int depth) {
    if (depth == 0) longjmp(g_jump, 1);
    jumpsOut(depth - 1);
    g_sink = g_sink + 1;
}
__attribute__((noinline)) void throwsOut(int depth) {
    if (depth == 0) throw 1;
    throwsOut(depth - 1);
    g_sink = g_sink + 1;
}
__attribute__((noinline)) void sleepsOnce(int sleeps) {
    if (sleeps) usleep(1000);
    g_sink = g_sink + 1;
}
__attribute__((noinline)) void callsLeaf() {
    leaf();
    leaf();
    g_sink = g_sink + 1;
}
}

namespace {

int calls() {
    for (int i = 0; i < 1000; ++i) callsLeaf();
    std::thread([] {
        for (int i = 0; i < 1000; ++i) leaf();
    }).join();
    return 0;
}

// So many that they are counted; the last ones are left by jumps, and one waits.
int manyCalls() {
    for (int i = 0; i < 500000; ++i) callsLeaf();
    for (int i = 0; i < 100; ++i)
        if (setjmp(g_jump) == 0) jumpsOut(4);
    for (int i = 0; i < 1000; ++i) callsLeaf();
    sleepsOnce(1);
    for (int i = 0; i < 100000; ++i) sleepsOnce(0);
    sleepsOnce(1);
    return 0;
}

int recursion() {
    recurse(9);
    recurse(9999);
    leaf();
    return 0;
}

int jumps() {
    for (int i = 0; i < 3; ++i) {
        if (setjmp(g_jump) == 0) jumpsOut(4);
        leaf();
    }
    return 0;
}

int exceptions() {
    for (int i = 0; i < 3; ++i) {
        try {
            throwsOut(4);
        } catch (int) {
        }
        leaf();
    }
    return 0;
}

int exits() {
    leaf();
    exit(11);
}

}  // namespace

int main(int argc, char** argv) {
    static constexpr Scenario kScenarios[] = {
        {"calls", calls}, {"many-calls", manyCalls},  {"recursion", recursion},
        {"jumps", jumps}, {"exceptions", exceptions}, {"exits", exits},
    };
    return runScenario(kScenarios, argc, argv);
}
