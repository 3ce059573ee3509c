// A resolver looks a name up under the shared lock and, when it is new, takes the exclusive lock as well.
// The exclusive lock waits for all readers to leave, and the thread itself is one: it waits for ever.
#include <cstdio>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>

namespace {

class Resolver {
  public:
    Resolver() { addresses_["localhost"] = 0x7f000001; }

    unsigned resolve(const std::string& name) {
        std::shared_lock<std::shared_mutex> reading(mutex_);
        auto found = addresses_.find(name);
        if (found != addresses_.end()) return found->second;
        std::unique_lock<std::shared_mutex> writing(mutex_);  // DEADLOCK
        return addresses_[name] = static_cast<unsigned>(name.size());
    }

  private:
    std::shared_mutex mutex_;
    std::map<std::string, unsigned> addresses_;
};

}  // namespace

int main(int argc, char** argv) {
    Resolver resolver;
    const char* name = argc > 1 ? argv[1] : "localhost";
    std::thread first([&] { resolver.resolve(name); });
    std::thread second([&] { resolver.resolve("localhost"); });
    first.join();
    second.join();
    std::printf("%s is at %08x\n", name, resolver.resolve(name));
    return 0;
}
