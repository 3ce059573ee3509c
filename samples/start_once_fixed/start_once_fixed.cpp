// The flag is taken in one step; who goes over the limit sees it and steps back.
// A maximum is tried again until nobody came between.
#include <atomic>
#include <cstdio>
#include <thread>

namespace {

class Service {
  public:
    bool start() { return !running_.exchange(true); }

    bool connect() {
        if (connections_ >= 1) return false;  // NO-ATOMICITY: only saves the attempt
        if (++connections_ > 1) {
            --connections_;
            return false;
        }
        return true;
    }

    void note(int value) {
        int seen = highest_.load();
        while (value > seen && !highest_.compare_exchange_weak(seen, value)) {
        }
    }

    void setLevel(int level) {
        if (level_ != level) level_ = level;  // NO-ATOMICITY: saves a write
    }

  private:
    std::atomic<bool> running_{false};
    std::atomic<int> connections_{0};
    std::atomic<int> highest_{0};
    std::atomic<int> level_{0};
};

Service service;
std::atomic<int> started{0};
std::atomic<int> connected{0};

void client(int number) {
    if (service.start()) ++started;
    if (service.connect()) ++connected;
    service.note(number);
    service.setLevel(number);
}

}  // namespace

int main() {
    std::thread first(client, 1);
    std::thread second(client, 2);
    first.join();
    second.join();
    std::printf("started %d times, %d connections\n", started.load(), connected.load());
    return 0;
}
