// Two halves of a vector are added up with std::async, both into one total.
// Waiting for both futures orders the final read, but not the two tasks among themselves.
#include <cstdio>
#include <future>
#include <vector>

namespace {

long sumInHalves(const std::vector<int>& values) {
    long total = 0;
    auto addRange = [&](size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) {
            total += values[i];  // RACE
        }
    };
    size_t middle = values.size() / 2;
    std::future<void> lower = std::async(std::launch::async, addRange, 0, middle);
    std::future<void> upper = std::async(std::launch::async, addRange, middle, values.size());
    lower.get();
    upper.get();
    return total;  // NO-RACE: both tasks are done
}

}  // namespace

int main() {
    std::vector<int> values(10000, 3);
    std::printf("total %ld\n", sumInHalves(values));
    return 0;
}
