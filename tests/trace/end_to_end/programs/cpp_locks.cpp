// C++'s own locks, inside objects: static, on the heap and in a member of a static one.
#include <chrono>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

namespace app {

class Queue {
  public:
    __attribute__((noinline)) void push(int value) {
        std::lock_guard<std::mutex> guard(mutex_);
        values_.push_back(value);
    }

  private:
    std::vector<int> values_;
    std::mutex mutex_;
};

Queue queue;
std::shared_mutex settings;

__attribute__((noinline)) void fill(Queue& into, int count) {
    for (int i = 0; i < count; ++i) into.push(i);
}

}  // namespace app

int main() {
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([] {
            app::fill(app::queue, 500);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        });
    for (std::thread& thread : threads) thread.join();
    auto heap = std::make_unique<app::Queue>();
    app::fill(*heap, 20);
    std::shared_lock<std::shared_mutex> reading(app::settings);
    return 0;
}
