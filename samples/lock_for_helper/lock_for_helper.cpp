// A helper thread compacts a table on behalf of one that holds the table's lock. The lock is given back before the
// helper is done.
#include <cstdio>
#include <mutex>
#include <thread>

static std::mutex tableMutex;
static int used = 100;

static void insertRows() {
    for (int i = 0; i < 10; ++i) {
        std::lock_guard lock(tableMutex);
        ++used;  // RACE
    }
}

static void compact() {
    used /= 2;  // RACE
}

int main() {
    std::thread writer(insertRows);
    std::thread helper;
    {
        std::lock_guard lock(tableMutex);
        helper = std::thread(compact);
    }
    helper.join();
    writer.join();
    std::printf("%d rows\n", used);
}
