// A resolver looks a name up under the shared lock; for a new name it lets go, takes the exclusive lock and looks
// again. Another thread may have added the name in between, and the second look finds it.
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
        {
            std::shared_lock<std::shared_mutex> reading(mutex_);
            auto found = addresses_.find(name);
            if (found != addresses_.end()) return found->second;
        }
        std::unique_lock<std::shared_mutex> writing(mutex_);  // NO-DEADLOCK: the shared lock is gone
        auto found = addresses_.find(name);                   // NO-ATOMICITY: looks again
        if (found != addresses_.end()) return found->second;
        return addresses_[name] = static_cast<unsigned>(name.size());  // NO-ATOMICITY
    }

  private:
    std::shared_mutex mutex_;
    std::map<std::string, unsigned> addresses_;
};

}  // namespace

int main(int argc, char** argv) {
    Resolver resolver;
    const char* name = argc > 1 ? argv[1] : "example";
    std::thread first([&] { resolver.resolve(name); });
    std::thread second([&] { resolver.resolve("localhost"); });
    first.join();
    second.join();
    std::printf("%s is at %08x\n", name, resolver.resolve(name));
    return 0;
}
