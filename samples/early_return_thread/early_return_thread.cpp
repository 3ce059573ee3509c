// A thread is started, then a check fails and the function returns: the std::thread ends while it is joinable.
// The destructor of such a thread ends the whole program.
#include <cstdio>
#include <thread>

namespace {

void serve() {
    std::puts("serving");
}

int run(int arguments) {
    std::thread server(serve);  // MISUSE
    if (arguments > 1) {
        std::puts("no arguments expected");
        return 1;  // MISUSE
    }
    server.join();
    return 0;
}

}  // namespace

int main(int argc, char**) {
    return run(argc);
}
