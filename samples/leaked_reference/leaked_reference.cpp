// Settings with a lock in each method, two of which hand out what the lock guards: a reference and an iterator's value.
// The lock ends with the method; the caller reads while another thread assigns.
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace {

class Settings {
  public:
    std::string& name() {
        std::lock_guard<std::mutex> lock(mutex_);
        return name_;
    }

    int level() {
        std::map<std::string, int>::iterator found;
        {
            std::lock_guard<std::mutex> lock(mutex_);
            found = levels_.find("log");
        }
        return found->second;  // RACE
    }

    void set(const std::string& name, int level) {
        std::lock_guard<std::mutex> lock(mutex_);
        name_ = name;            // RACE
        levels_["log"] = level;  // RACE
    }

  private:
    std::mutex mutex_;
    std::string name_ = "none";
    std::map<std::string, int> levels_ = {{"log", 1}};
};

Settings settings;

}  // namespace

int main() {
    std::thread writer([] {
        for (int i = 0; i < 100; ++i) settings.set("a name that is long enough to be on the heap", i);
    });
    size_t length = 0;
    for (int i = 0; i < 100; ++i) length += settings.name().size();  // RACE
    const int level = settings.level();
    writer.join();
    std::printf("%zu %d\n", length, level);
    return 0;
}
