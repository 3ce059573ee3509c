// Five philosophers share five forks; each takes the fork with the smaller number first.
// An order that all keep to leaves no ring.
#include <array>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

namespace {

constexpr int kSeats = 5;

std::array<std::mutex, kSeats> forks;
std::atomic<int> meals{0};

void dine(int seat) {
    const int left = seat, right = (seat + 1) % kSeats;
    const int first = left < right ? left : right;
    const int second = left < right ? right : left;
    for (int i = 0; i < 3; ++i) {
        std::lock_guard<std::mutex> one(forks[first]);
        std::lock_guard<std::mutex> other(forks[second]);  // NO-DEADLOCK: always the smaller number first
        ++meals;
    }
}

}  // namespace

int main() {
    std::vector<std::thread> philosophers;
    for (int seat = 0; seat < kSeats; ++seat) philosophers.emplace_back(dine, seat);
    for (std::thread& philosopher : philosophers) philosopher.join();
    std::printf("%d meals\n", meals.load());
    return 0;
}
