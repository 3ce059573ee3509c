// Two ways to build something once: std::call_once, and a static local, which C++11 makes thread-safe.
// Both make later callers wait for the first and see all that it wrote.
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

struct Registry {
    int capacity = 64;
};

std::once_flag built;
Registry* instance = nullptr;

Registry* registry() {
    std::call_once(built, [] { instance = new Registry; });  // NO-RACE
    return instance;                                         // NO-RACE: every caller passed call_once
}

Registry& fallback() {
    static Registry registry;
    return registry;
}

const Registry* seenByFirst = nullptr;
const Registry* seenBySecond = nullptr;

}  // namespace

int main() {
    std::thread first([] { seenByFirst = registry(); });
    std::thread second([] { seenBySecond = registry() ? registry() : &fallback(); });
    first.join();
    second.join();
    std::puts(seenByFirst == seenBySecond ? "one registry" : "two registries!");
    delete instance;
    return 0;
}
