// A cache is looked into, the value computed without the lock, and put in only if nobody else was faster.
// try_emplace looks again under the lock that it inserts under, and tells what it found.
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

using Text = std::shared_ptr<std::string>;

static std::mutex mutex;
static std::map<int, Text> cache;

static Text spell(int number) {
    {
        std::lock_guard lock(mutex);
        auto known = cache.find(number);
        if (known != cache.end()) return known->second;
    }
    Text text = std::make_shared<std::string>(std::to_string(number));
    std::lock_guard lock(mutex);
    return cache.try_emplace(number, text).first->second;  // NO-ATOMICITY: inserts only where nothing is
}

int main() {
    std::thread a([] { std::printf("%s\n", spell(1)->c_str()); });
    std::thread b([] { std::printf("%s\n", spell(1)->c_str()); });
    a.join();
    b.join();
    return 0;
}
