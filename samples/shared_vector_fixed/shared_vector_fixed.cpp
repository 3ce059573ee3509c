// Two parsers append what they found to one std::vector, under its mutex.
// The lock is in the one function that touches the vector, so that no caller can forget it.
#include <cstdio>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

std::mutex errorsMutex;
std::vector<std::string> errors;

void reportError(const std::string& message) {
    std::lock_guard<std::mutex> lock(errorsMutex);
    errors.push_back(message);  // NO-RACE
}

void parse(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        if (line.find('=') == std::string::npos) reportError("no '=' in " + line);
    }
}

}  // namespace

int main() {
    std::vector<std::string> system = {"a=1", "b"};
    std::vector<std::string> user = {"c", "d=2"};
    std::thread first(parse, std::cref(system));
    std::thread second(parse, std::cref(user));
    first.join();
    second.join();
    for (const std::string& error : errors) std::puts(error.c_str());  // NO-RACE
    return 0;
}
