// A helper thread compacts a table on behalf of one that holds the table's lock, and gives it back only when the
// helper is done. A second thread is started while the lock is held and waits for it before it looks at the table.
#include <cstdio>
#include <mutex>
#include <thread>

static std::mutex tableMutex;
static int used = 100;
static int capacity;

static void insertRows() {
    for (int i = 0; i < 10; ++i) {
        std::lock_guard lock(tableMutex);
        ++used;  // NO-RACE: main holds the lock while the helper runs
    }
}

static void compact() {
    used /= 2;  // NO-RACE: main has the lock
}

static void reader() {
    {
        std::lock_guard untilSetUp(tableMutex);
    }
    std::printf("capacity %d\n", capacity);  // NO-RACE: main has set it before it released the lock
}

int main() {
    std::thread writer(insertRows);
    std::thread late;
    {
        std::lock_guard lock(tableMutex);
        late = std::thread(reader);
        std::thread helper(compact);
        capacity = 200;
        helper.join();
    }
    late.join();
    writer.join();
    std::printf("%d rows\n", used);
}
