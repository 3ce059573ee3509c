// A program under test offers scenarios by name: `main` runs the one that its first argument names. What a
// scenario prints and returns must be the same with and without the recorder.
#pragma once

#include <cstdio>
#include <cstring>

struct Scenario {
    const char* name;
    int (*run)();
};

template <size_t N>
int runScenario(const Scenario (&scenarios)[N], int argc, char** argv) {
    for (const Scenario& scenario : scenarios)
        if (argc > 1 && strcmp(argv[1], scenario.name) == 0) return scenario.run();
    fprintf(stderr, "no such scenario\n");
    return 99;
}
