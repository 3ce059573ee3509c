// Threads that wait for what is outside the process, each in its own way for 60 ms, and one that stands in accept()
// when the program ends.
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr useconds_t kLong = 60'000;
int g_pipe[2];

void* readPipe(void*) {
    char byte;
    return read(g_pipe[0], &byte, 1) == 1 ? nullptr : &g_pipe;
}

void* pollNothing(void*) {
    poll(nullptr, 0, 0);
    poll(nullptr, 0, kLong / 1000);
    return nullptr;
}

void* awaitChild(void*) {
    const pid_t child = fork();
    if (child == 0) {
        usleep(kLong);
        _exit(0);
    }
    waitpid(child, nullptr, 0);
    return nullptr;
}

void* acceptForever(void*) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    listen(fd, 1);
    accept(fd, nullptr, nullptr);
    return nullptr;
}

}  // namespace

int main() {
    if (pipe(g_pipe) != 0) return 1;
    pthread_t stuck, threads[3];
    void* (*const routines[])(void*) = {readPipe, pollNothing, awaitChild};
    pthread_create(&stuck, nullptr, acceptForever, nullptr);
    for (int i = 0; i < 3; ++i) pthread_create(&threads[i], nullptr, routines[i], nullptr);
    usleep(kLong);
    if (write(g_pipe[1], "x", 1) != 1) return 1;
    for (pthread_t thread : threads) pthread_join(thread, nullptr);
    return 0;
}
