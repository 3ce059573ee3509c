// Two parsers append what they found to one std::vector.
// push_back changes size and storage; two at once lose elements or write to freed memory.
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace {

std::vector<std::string> errors;

void reportError(const std::string& message) {
    errors.push_back(message);  // RACE
}

void parse(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        if (line.find('=') == std::string::npos) reportError("no '=' in " + line);
    }
}

}  // namespace

int main() {
    errors.reserve(16);  // keeps the storage in place, which hides the bug in most runs
    std::vector<std::string> system = {"a=1", "b"};
    std::vector<std::string> user = {"c", "d=2"};
    std::thread first(parse, std::cref(system));
    std::thread second(parse, std::cref(user));
    first.join();
    second.join();
    for (const std::string& error : errors) std::puts(error.c_str());  // NO-RACE: after the joins
    return 0;
}
