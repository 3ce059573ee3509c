// Its own two functions are called 1 + 100 times; the vector's are not to be seen.
#include <vector>

volatile int g_sink;

__attribute__((noinline)) void leaf(std::vector<int>& values) {
    values.push_back(static_cast<int>(g_sink));
    g_sink = values.back();
}

int main() {
    std::vector<int> values;
    for (int i = 0; i < 100; ++i) leaf(values);
    return 0;
}
