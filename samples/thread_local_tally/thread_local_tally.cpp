// Words are counted in a thread_local map and merged under a lock at the end of each thread.
// A thread_local variable exists once a thread: the same line touches different memory.
#include <cstdio>
#include <functional>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>

namespace {

using Tally = std::map<std::string, int>;

thread_local Tally local;
std::mutex totalMutex;
Tally total;

void countWord(const std::string& word) {
    ++local[word];  // NO-RACE: thread_local
}

void countText(const std::string& text) {
    std::istringstream words(text);
    for (std::string word; words >> word;) countWord(word);
    std::lock_guard<std::mutex> lock(totalMutex);
    for (const auto& [word, count] : local) total[word] += count;  // NO-RACE
}

}  // namespace

int main() {
    std::string left = "to be or not to be";
    std::string right = "that is the question or is it";
    std::thread first(countText, std::cref(left));
    std::thread second(countText, std::cref(right));
    first.join();
    second.join();
    for (const auto& [word, count] : total) std::printf("%s %d\n", word.c_str(), count);
    return 0;
}
