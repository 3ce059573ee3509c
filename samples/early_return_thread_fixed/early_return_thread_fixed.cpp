// The same checks in another order, and a thread that is joined on all ways to the end of its handle.
// A handle that was moved from, or asked whether it is joinable, is fine as well.
#include <cstdio>
#include <thread>
#include <utility>

namespace {

void serve() {
    std::puts("serving");
}

int run(int arguments) {
    if (arguments > 1) {
        std::puts("no arguments expected");
        return 1;  // NO-MISUSE: not started yet
    }
    std::thread server(serve);
    std::thread owner = std::move(server);
    if (owner.joinable()) owner.join();
    std::thread replaced;
    replaced = std::thread(serve);
    replaced.join();
    replaced = std::thread(serve);  // NO-MISUSE: the first was joined
    replaced.detach();
    return 0;  // NO-MISUSE
}

}  // namespace

int main(int argc, char**) {
    return run(argc);
}
