// A button calls its listeners under its lock; a one-shot listener unsubscribes itself from inside the call.
// The lock is not recursive, so the click never returns. Run it with an argument to see it hang.
#include <cstdio>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace {

class Button {
  public:
    int subscribe(std::function<void()> listener) {
        std::lock_guard<std::mutex> lock(mutex_);
        listeners_[++lastId_] = std::move(listener);
        return lastId_;
    }

    void unsubscribe(int id) {
        std::lock_guard<std::mutex> lock(mutex_);  // DEADLOCK
        listeners_.erase(id);
    }

    void click() {
        std::lock_guard<std::mutex> lock(mutex_);
        for (auto& [id, listener] : listeners_) listener();
    }

  private:
    std::mutex mutex_;
    std::map<int, std::function<void()>> listeners_;
    int lastId_ = 0;
};

}  // namespace

int main(int argc, char**) {
    Button button;
    int once = 0;
    once = button.subscribe([&] {
        std::puts("clicked for the first time");
        button.unsubscribe(once);
    });
    std::thread user([&] {
        if (argc > 1) button.click();
    });
    user.join();
    return 0;
}
