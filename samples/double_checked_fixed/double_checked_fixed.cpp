// Double-checked locking as it should be: an atomic pointer, stored with release and loaded with acquire.
// Whoever sees the pointer also sees the finished object.
#include <atomic>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

namespace {

struct Catalog {
    std::vector<int> entries = std::vector<int>(100, 7);
};

std::mutex catalogMutex;
std::atomic<Catalog*> instance{nullptr};

Catalog* catalog() {
    Catalog* seen = instance.load(std::memory_order_acquire);  // NO-ATOMICITY: looked at again under the lock
    if (seen) return seen;
    std::lock_guard<std::mutex> lock(catalogMutex);
    seen = instance.load(std::memory_order_relaxed);
    if (!seen) {
        seen = new Catalog;
        instance.store(seen, std::memory_order_release);  // NO-ATOMICITY: every store is under the lock
    }
    return seen;
}

}  // namespace

int main() {
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([] { catalog(); });
    }
    for (std::thread& reader : readers) reader.join();
    std::printf("%zu entries\n", catalog()->entries.size());
    delete instance.load();
    return 0;
}
