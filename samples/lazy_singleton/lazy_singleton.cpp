// A registry that is built by the first caller, without a lock.
// Two first callers each see null and each build one; one of the two registries is lost with what is in it.
#include <cstdio>
#include <thread>

namespace {

struct Registry {
    int capacity = 64;
};

Registry* instance = nullptr;

Registry* registry() {
    if (!instance) instance = new Registry;  // RACE
    return instance;                         // RACE
}

const Registry* seenByFirst = nullptr;
const Registry* seenBySecond = nullptr;

}  // namespace

int main() {
    std::thread first([] { seenByFirst = registry(); });    // NO-RACE: written by one thread only
    std::thread second([] { seenBySecond = registry(); });  // NO-RACE
    first.join();
    second.join();
    std::puts(seenByFirst == seenBySecond ? "one registry" : "two registries!");
    delete instance;
    return 0;
}
