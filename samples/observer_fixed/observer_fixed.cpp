// A button copies its listeners under its lock and calls them after letting it go.
// Listeners may subscribe and unsubscribe as they like.
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
        std::lock_guard<std::mutex> lock(mutex_);  // NO-DEADLOCK
        listeners_.erase(id);
    }

    void click() {
        std::map<int, std::function<void()>> listeners;
        {
            std::lock_guard<std::mutex> lock(mutex_);
            listeners = listeners_;
        }
        for (auto& [id, listener] : listeners) listener();
    }

  private:
    std::mutex mutex_;
    std::map<int, std::function<void()>> listeners_;
    int lastId_ = 0;
};

}  // namespace

int main() {
    Button button;
    int once = 0;
    once = button.subscribe([&] {
        std::puts("clicked for the first time");
        button.unsubscribe(once);
    });
    std::thread user([&] {
        button.click();
        button.click();
    });
    user.join();
    return 0;
}
