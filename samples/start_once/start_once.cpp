// A service whose "running" flag is atomic and has a getter and a setter. Asking and setting are two steps:
// two callers may both find it stopped, and both start it. The limit on connections has the same gap.
#include <atomic>
#include <cstdio>
#include <thread>

namespace {

class Service {
  public:
    bool running() const { return running_.load(); }  // ATOMICITY
    void setRunning(bool on) { running_.store(on); }  // ATOMICITY

    bool start() {
        if (running()) return false;  // ATOMICITY
        setRunning(true);             // ATOMICITY
        return true;
    }

    bool connect() {
        if (connections_ >= 1) return false;  // ATOMICITY
        ++connections_;                       // ATOMICITY
        return true;
    }

    // Setting it twice is setting it once.
    void work() {
        while (!stop_) {  // NO-ATOMICITY
            ++steps_;
            if (steps_ > 100) stop_ = true;  // NO-ATOMICITY
        }
    }

  private:
    std::atomic<bool> running_{false};
    std::atomic<bool> stop_{false};
    std::atomic<int> connections_{0};
    std::atomic<int> steps_{0};
};

Service service;
std::atomic<int> started{0};
std::atomic<int> connected{0};

void client() {
    if (service.start()) ++started;
    if (service.connect()) ++connected;
    service.work();
}

}  // namespace

int main() {
    std::thread first(client);
    std::thread second(client);
    first.join();
    second.join();
    std::printf("started %d times, %d connections\n", started.load(), connected.load());
    return 0;
}
