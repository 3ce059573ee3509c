// Double-checked locking with a plain pointer: the first check is made without the lock.
// That check races with the assignment, and may see the pointer before the object it points to.
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

namespace {

struct Catalog {
    std::vector<int> entries = std::vector<int>(100, 7);
};

std::mutex catalogMutex;
Catalog* instance = nullptr;

Catalog* catalog() {
    Catalog* seen = instance;  // RACE
    if (seen) return seen;
    std::lock_guard<std::mutex> lock(catalogMutex);
    if (!instance) instance = new Catalog;  // RACE
    return instance;                        // NO-RACE: reads under the lock that the writer holds
}

}  // namespace

int main() {
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([] { catalog(); });
    }
    for (std::thread& reader : readers) reader.join();
    std::printf("%zu entries\n", catalog()->entries.size());  // NO-RACE: after the joins
    delete instance;
    return 0;
}
