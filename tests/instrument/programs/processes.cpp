// Ways to begin and end processes, and programs that are not kind to the recorder.
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mutex>
#include <thread>

#include "tests/instrument/programs/scenario.h"

extern char** environ;

namespace {

std::mutex g_mutex;

void lockTimes(int count) {
    for (int i = 0; i < count; ++i) std::lock_guard lock(g_mutex);
}

int statusOf(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int killed() {
    lockTimes(100000);
    kill(getpid(), SIGKILL);
    return 0;
}

int aborts() {
    lockTimes(10);
    abort();
}

int underscoreExit() {
    lockTimes(10);
    _exit(7);
}

int quickExit() {
    lockTimes(10);
    quick_exit(12);
}

int replaced() {
    lockTimes(10);
    execlp("true", "true", nullptr);
    return 1;
}

// A child forked while another thread holds a lock; the child uses locks of its own.
int forks() {
    std::mutex held;
    held.lock();
    std::thread other([] { lockTimes(1000); });
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        std::mutex own;
        for (int i = 0; i < 10; ++i) std::lock_guard lock(own);
        held.unlock();
        exit(5);
    }
    other.join();
    held.unlock();
    printf("%d\n", statusOf(child));
    return 0;
}

// Without the C library's handlers having run.
int rawFork() {
    lockTimes(10);
    const long child = syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (child == 0) {
        lockTimes(20);
        _exit(6);
    }
    lockTimes(30);
    printf("%d\n", statusOf(static_cast<pid_t>(child)));
    return 0;
}

int spawns() {
    pid_t child;
    char* arguments[] = {const_cast<char*>("sh"), const_cast<char*>("-c"), const_cast<char*>("exit 3"), nullptr};
    posix_spawnp(&child, "sh", nullptr, nullptr, arguments, environ);
    printf("%d\n", statusOf(child));
    const pid_t second = vfork();
    if (second == 0) _exit(4);
    printf("%d\n", statusOf(second));
    lockTimes(10);
    return 0;
}

// Closes every descriptor, leaves the folder, and goes on for several chunks.
int closesAll() {
    lockTimes(10);
    for (int fd = 3; fd < 4096; ++fd) close(fd);
    const int own = open("/dev/null", O_WRONLY);
    printf("%d\n", own);
    if (chdir("/") != 0) return 1;
    lockTimes(400000);
    for (int fd = own + 1; fd < 1024; ++fd) dup2(own, fd);
    lockTimes(400000);
    return 0;
}

// SIGXFSZ would end the program.
int limitsFileSize() {
    const rlimit limit = {64 * 1024, 64 * 1024};
    setrlimit(RLIMIT_FSIZE, &limit);
    lockTimes(400000);
    printf("alive\n");
    return 3;
}

// By plain name, along the program's own run path, then by path.
int loadsLibraries() {
    for (const char* name : {"libsubject_plugin.so", PLUGIN_PATH}) {
        void* library = dlopen(name, RTLD_NOW);
        printf("%d", library != nullptr);
        if (!library) return 1;
        reinterpret_cast<void (*)()>(dlsym(library, "pluginLocks"))();
        printf("%d\n", dlclose(library));
    }
    printf("%d\n", dlopen("/no/such/library.so", RTLD_NOW) == nullptr && dlerror() != nullptr);
    return 0;
}

// A daemon: the C library forks inside, and the first process ends before the second.
int becomesDaemon() {
    lockTimes(10);
    if (daemon(1, 1) != 0) return 1;
    usleep(500000);
    lockTimes(20);
    return 8;
}

// A child that has begun outlives its parent.
int leavesChild() {
    int begun[2];
    if (pipe(begun) != 0) return 1;
    if (fork() == 0) {
        lockTimes(1);
        if (write(begun[1], "x", 1) != 1) return 1;
        usleep(500000);
        return 0;
    }
    char byte;
    return read(begun[0], &byte, 1) != 1;
}

// With few descriptors allowed, and through system() and popen().
int fewDescriptors() {
    const rlimit limit = {8, 8};
    setrlimit(RLIMIT_NOFILE, &limit);
    lockTimes(200000);
    printf("%d\n", WEXITSTATUS(system("exit 3")));
    FILE* pipe = popen("echo word", "r");
    char word[16] = "";
    if (!pipe || !fgets(word, sizeof word, pipe)) return 1;
    printf("%s%d\n", word, pclose(pipe));
    return 0;
}

int locksALot() {
    lockTimes(2000000);
    printf("alive\n");
    return 0;
}

int ignoresNothing() {
    struct sigaction action;
    sigaction(SIGINT, nullptr, &action);
    printf("%d", action.sa_handler == SIG_DFL);
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    for (int signal = 1; signal < 32; ++signal) printf("%d", sigismember(&mask, signal));
    printf("\n");
    int count = 0;
    DIR* folder = opendir("/proc/self/fd");
    while (const dirent* entry = readdir(folder)) count += atoi(entry->d_name) > 2 && atoi(entry->d_name) < 900;
    closedir(folder);
    printf("%d\n", count);
    int character;
    while ((character = getchar()) != EOF) putchar(character);
    return 0;
}

int waitsForTerm() {
    struct sigaction action = {};
    action.sa_handler = [](int) { _exit(42); };
    sigaction(SIGTERM, &action, nullptr);
    printf("ready\n");
    fflush(stdout);
    for (;;) pause();
}

}  // namespace

int main(int argc, char** argv) {
    static constexpr Scenario kScenarios[] = {
        {"killed", killed},
        {"aborts", aborts},
        {"_exit", underscoreExit},
        {"quick-exit", quickExit},
        {"replaced", replaced},
        {"forks", forks},
        {"raw-fork", rawFork},
        {"spawns", spawns},
        {"closes-all", closesAll},
        {"limits-file-size", limitsFileSize},
        {"locks-a-lot", locksALot},
        {"loads-libraries", loadsLibraries},
        {"becomes-daemon", becomesDaemon},
        {"leaves-child", leavesChild},
        {"few-descriptors", fewDescriptors},
        {"surroundings", ignoresNothing},
        {"waits-for-term", waitsForTerm},
    };
    return runScenario(kScenarios, argc, argv);
}
