// Threads that wait for what is outside the process, each in its own way for 60 ms, and one that stands in accept()
// when the program ends.
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
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

// Through a stream: what its buffer holds is no wait.
void* readStream(void*) {
    int ends[2];
    if (pipe(ends) != 0) return &g_pipe;
    if (fork() == 0) {
        usleep(kLong);
        _exit(write(ends[1], "one\ntwo\n", 8) == 8 ? 0 : 1);
    }
    FILE* stream = fdopen(ends[0], "r");
    char line[16];
    for (int i = 0; i < 2; ++i)
        if (!fgets(line, sizeof line, stream)) return &g_pipe;
    fclose(stream);
    return nullptr;
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
    pthread_t stuck, threads[4];
    void* (*const routines[])(void*) = {readPipe, readStream, pollNothing, awaitChild};
    pthread_create(&stuck, nullptr, acceptForever, nullptr);
    for (int i = 0; i < 4; ++i) pthread_create(&threads[i], nullptr, routines[i], nullptr);
    usleep(kLong);
    if (write(g_pipe[1], "x", 1) != 1) return 1;
    for (pthread_t thread : threads) pthread_join(thread, nullptr);
    return 0;
}
