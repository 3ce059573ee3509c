// The same settings hand out copies, and data that nobody changes any more through a shared pointer.
// A visitor is called while the lock is held.
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace {

class Settings {
  public:
    std::string name() {
        std::lock_guard<std::mutex> lock(mutex_);
        return name_;
    }

    int level() {
        std::lock_guard<std::mutex> lock(mutex_);
        return levels_.find("log")->second;  // NO-RACE: under the lock
    }

    std::shared_ptr<const std::string> text() {
        std::lock_guard<std::mutex> lock(mutex_);
        return text_;
    }

    template <class Visitor>
    void visit(Visitor visitor) {
        std::lock_guard<std::mutex> lock(mutex_);
        visitor(name_);
    }

    void set(const std::string& name, int level) {
        auto text = std::make_shared<const std::string>(name);
        std::lock_guard<std::mutex> lock(mutex_);
        name_ = name;  // NO-RACE
        levels_["log"] = level;
        text_ = text;
    }

  private:
    std::mutex mutex_;
    std::string name_ = "none";
    std::map<std::string, int> levels_ = {{"log", 1}};
    std::shared_ptr<const std::string> text_ = std::make_shared<const std::string>("none");
};

Settings settings;

}  // namespace

int main() {
    std::thread writer([] {
        for (int i = 0; i < 100; ++i) settings.set("a name that is long enough to be on the heap", i);
    });
    size_t length = 0;
    for (int i = 0; i < 100; ++i) {
        length += settings.name().size();
        length += settings.text()->size();
        settings.visit([&](const std::string& name) { length += name.size(); });
    }
    const int level = settings.level();
    writer.join();
    std::printf("%zu %d\n", length, level);
    return 0;
}
