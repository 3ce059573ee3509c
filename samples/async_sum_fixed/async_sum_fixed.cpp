// Two halves of a vector are added up with std::async, each into a sum of its own.
// A task's result travels through its future, which also does the synchronisation.
#include <cstdio>
#include <functional>
#include <future>
#include <vector>

namespace {

long sumRange(const std::vector<int>& values, size_t begin, size_t end) {
    long sum = 0;
    for (size_t i = begin; i < end; ++i) {
        sum += values[i];  // NO-RACE: the vector is only read
    }
    return sum;
}

long sumInHalves(const std::vector<int>& values) {
    size_t middle = values.size() / 2;
    std::future<long> lower = std::async(std::launch::async, sumRange, std::cref(values), 0, middle);
    long upper = sumRange(values, middle, values.size());
    return lower.get() + upper;  // NO-RACE
}

}  // namespace

int main() {
    std::vector<int> values(10000, 3);
    std::printf("total %ld\n", sumInHalves(values));
    return 0;
}
