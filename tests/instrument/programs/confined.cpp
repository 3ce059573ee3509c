// Programs that forbid themselves system calls (seccomp): at most the calls that they need themselves are left to them,
// others fail or end the process.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "tests/instrument/programs/scenario.h"

namespace {

pthread_mutex_t g_mutex = PTHREAD_MUTEX_INITIALIZER;
long g_counter;
int g_rounds = 20000;

bool install(std::vector<sock_filter> filter, bool ofAllThreads) {
    const sock_fprog program = {static_cast<unsigned short>(filter.size()), filter.data()};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
    if (ofAllThreads) return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

// `listed` for the calls given, `otherwise` for all others.
std::vector<sock_filter> filterOf(const std::vector<long>& calls, unsigned listed, unsigned otherwise) {
    std::vector<sock_filter> filter = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
    for (const long call : calls) {
        filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1));
        filter.push_back(BPF_STMT(BPF_RET | BPF_K, listed));
    }
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, otherwise));
    return filter;
}

std::vector<sock_filter> withoutFiles(unsigned action) {
    return filterOf({SYS_openat, SYS_read}, action, SECCOMP_RET_ALLOW);
}

// What threads, locks and printf take.
std::vector<sock_filter> withLittle() {
    return filterOf({SYS_futex,
                     SYS_write,
                     SYS_exit,
                     SYS_exit_group,
                     SYS_mmap,
                     SYS_munmap,
                     SYS_mprotect,
                     SYS_madvise,
                     SYS_brk,
                     SYS_rt_sigaction,
                     SYS_rt_sigprocmask,
                     SYS_rt_sigreturn,
                     SYS_clone,
                     SYS_clone3,
                     SYS_set_robust_list,
                     SYS_rseq,
                     SYS_newfstatat,
                     SYS_getrandom,
                     SYS_sched_getaffinity,
                     SYS_wait4},
                    SECCOMP_RET_ALLOW, SECCOMP_RET_KILL_PROCESS);
}

// Some ten milliseconds and more: the recorder asks the kernel what such threads waited for.
void* locks(void*) {
    volatile int work = 0;
    while (work < 10000000) work = work + 1;
    for (int i = 0; i < g_rounds; ++i) {
        pthread_mutex_lock(&g_mutex);
        ++g_counter;
        pthread_mutex_unlock(&g_mutex);
    }
    return nullptr;
}

template <unsigned Action>
void* confinesItself(void*) {
    if (!install(withoutFiles(Action), false)) return nullptr;
    return locks(nullptr);
}

int runThreads(void* (*routine)(void*)) {
    pthread_t threads[4];
    for (pthread_t& thread : threads) pthread_create(&thread, nullptr, routine, nullptr);
    for (pthread_t& thread : threads) pthread_join(thread, nullptr);
    printf("%ld\n", g_counter);
    return 0;
}

int openFails() {
    return runThreads(confinesItself < SECCOMP_RET_ERRNO | 1 >);
}

int openKills() {
    return runThreads(confinesItself<SECCOMP_RET_KILL_PROCESS>);
}

int littleIsLeft() {
    return install(withLittle(), false) ? runThreads(locks) : 1;
}

// The other thread is there already.
int littleIsLeftToAll() {
    static pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, nullptr, 2);
    pthread_t other;
    const auto run = [](void*) -> void* {
        pthread_barrier_wait(&barrier);
        pthread_barrier_wait(&barrier);
        return locks(nullptr);
    };
    pthread_create(&other, nullptr, run, nullptr);
    pthread_barrier_wait(&barrier);
    if (!install(withLittle(), true)) return 1;
    pthread_barrier_wait(&barrier);
    locks(nullptr);
    pthread_join(other, nullptr);
    printf("%ld\n", g_counter);
    return 0;
}

int moreThanFits() {
    g_rounds = 500000;
    return littleIsLeft();
}

int forks() {
    if (!install(withLittle(), false)) return 1;
    const pid_t child = fork();
    if (child == 0) {
        locks(nullptr);
        _exit(7);
    }
    int status = 0;
    waitpid(child, &status, 0);
    locks(nullptr);
    printf("%ld %d\n", g_counter, WEXITSTATUS(status));
    return 0;
}

// The filter's own error is the program's to see.
int isRefused() {
    const sock_fprog program = {0, nullptr};
    const long first = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
    const long second = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
    printf("%ld %ld\n", first, second);
    return runThreads(locks);
}

}  // namespace

int main(int argc, char** argv) {
    static constexpr Scenario kScenarios[] = {
        {"open_fails", openFails},        {"open_kills", openKills},
        {"little_is_left", littleIsLeft}, {"little_is_left_to_all", littleIsLeftToAll},
        {"more_than_fits", moreThanFits}, {"forks", forks},
        {"is_refused", isRefused}};
    return runScenario(kScenarios, argc, argv);
}
