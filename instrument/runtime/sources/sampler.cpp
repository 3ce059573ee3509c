#include "instrument/runtime/sources/sampler.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "instrument/runtime/base/hook.h"
#include "instrument/runtime/events/sized_event.h"
#include "instrument/runtime/events/stack_walk.h"

using namespace raddle::rt;

namespace {

constexpr int kSignal = SIGURG;

struct sigaction g_programs;  // what the program asked to be done at the signal
int g_installed;              // atomic: 0 no, 1 being, 2 yes
int g_noted;                  // atomic

Registers interrupted(const void* context) {
    const auto* machine = &static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
    const auto get = [&](int index) { return static_cast<uintptr_t>(machine->gregs[index]); };
    return {get(REG_RIP), get(REG_RSP), get(REG_RBP), false};
#else
    return {machine->pc, machine->sp, machine->regs[29], false};
#endif
}

void writeSample(ThreadState* state, uint64_t ticks, const Registers& from) {
    uintptr_t pcs[kRaddleMaxFrames];
    const uint32_t count = walkStack(state, from, pcs, kRaddleMaxFrames);
    SizedEvent event;
    if (!event.begin(state, kRaddleSample, ticks, kFramesRoom + kRaddleMaxVarint)) return;
    event.writer.number(g_session.header->samplePeriodNs);
    event.frames(pcs, count);
    event.publish();
}

bool isOurs(const siginfo_t* info) {
    return info->si_code == POLL_IN || info->si_code == POLL_HUP || info->si_code == SI_TIMER;
}

void passOn(int signal, siginfo_t* info, void* context) {
    const struct sigaction programs = g_programs;
    if (programs.sa_flags & SA_SIGINFO)
        programs.sa_sigaction(signal, info, context);
    else if (programs.sa_handler != SIG_DFL && programs.sa_handler != SIG_IGN)
        programs.sa_handler(signal);
}

// The thread's task clock. Its descriptor is not kept: a mapping keeps the event alive, so the program has as many
// descriptors as without. Null when the kernel does not allow it.
void* openTaskClock(uint64_t periodNs, uint32_t tid) {
    perf_event_attr attributes = {};
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.size = sizeof attributes;
    attributes.config = PERF_COUNT_SW_TASK_CLOCK;
    attributes.sample_period = periodNs;
    attributes.sample_type = PERF_SAMPLE_IP;
    attributes.exclude_kernel = attributes.exclude_hv = 1;
    attributes.wakeup_events = 1;
    attributes.disabled = 1;
    const long fd =
        systemCall(SYS_perf_event_open, reinterpret_cast<long>(&attributes), 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0) return nullptr;
    const f_owner_ex owner = {F_OWNER_TID, static_cast<pid_t>(tid)};
    void* page = nullptr;
    if (systemCall(SYS_fcntl, fd, F_SETOWN_EX, reinterpret_cast<long>(&owner)) == 0 &&
        systemCall(SYS_fcntl, fd, F_SETSIG, kSignal) == 0 &&
        systemCall(SYS_fcntl, fd, F_SETFL, O_ASYNC | O_NONBLOCK) == 0) {
        const long memory = systemCall(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (memory > 0 || memory < -4095) page = reinterpret_cast<void*>(memory);
    }
    if (page) systemCall(SYS_ioctl, fd, PERF_EVENT_IOC_ENABLE, 0);
    systemCall(SYS_close, fd);
    return page;
}

void onSample(int signal, siginfo_t* info, void* context) {
    if (!isOurs(info)) return passOn(signal, info, context);
    ThreadState* state = t_state;
    if (!state || !state->live || state->writer != 0) return;
    const int savedErrno = errno;
    const uint64_t ticks = now();
    if (state->isFirstSample && state->taskClock && !isConfined()) {
        systemCall(SYS_munmap, reinterpret_cast<long>(state->taskClock), 4096);
        state->taskClock = openTaskClock(g_session.header->samplePeriodNs, state->tid);
    }
    state->isFirstSample = false;
    writeSample(state, ticks, interrupted(context));
    errno = savedErrno;
}

// Once in an image, by its first thread.
bool install() {
    int no = 0;
    if (!__atomic_compare_exchange_n(&g_installed, &no, 1, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return no == 2;
    struct sigaction action = {};
    action.sa_sigaction = onSample;
    action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
    sigfillset(&action.sa_mask);
    RADDLE_REAL(sigaction)(kSignal, &action, &g_programs);
    __atomic_store_n(&g_installed, 2, __ATOMIC_RELEASE);
    return true;
}

// The number of the timer plus one; 0 when there is none to be had.
uint32_t openTimer(uint64_t firstNs, uint64_t periodNs, uint32_t tid) {
    sigevent event = {};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = kSignal;
    event._sigev_un._tid = static_cast<pid_t>(tid);
    int timer = -1;
    if (systemCall(SYS_timer_create, CLOCK_THREAD_CPUTIME_ID, reinterpret_cast<long>(&event),
                   reinterpret_cast<long>(&timer)) != 0)
        return 0;
    const auto toTimespec = [](uint64_t ns) {
        return timespec{static_cast<time_t>(ns / 1000000000), static_cast<long>(ns % 1000000000)};
    };
    const itimerspec setting = {toTimespec(periodNs), toTimespec(firstNs)};
    systemCall(SYS_timer_settime, timer, 0, reinterpret_cast<long>(&setting), 0);
    return static_cast<uint32_t>(timer) + 1;
}

bool isSampling() {
    return __atomic_load_n(&g_installed, __ATOMIC_ACQUIRE) == 2;
}

template <class SetMask>
int withoutOurSignal(int how, const sigset_t* set, sigset_t* old, SetMask setMask) {
    if (!set || how == SIG_UNBLOCK || !isSampling() || sigismember(set, kSignal) != 1) return setMask(how, set, old);
    sigset_t rest = *set;
    sigdelset(&rest, kSignal);
    return setMask(how, &rest, old);
}

}  // namespace

namespace raddle::rt {

void startSampling(ThreadState* state) {
    const uint64_t periodNs = isOn() ? g_session.header->samplePeriodNs : 0;
    if (periodNs == 0 || isConfined() || !install()) return;
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, kSignal);
    RADDLE_REAL(pthread_sigmask)(SIG_UNBLOCK, &ours, nullptr);
    // Threads that live shorter than a period count for what they are when the first of their samples comes at any
    // time of it.
    const uint64_t firstNs = 1 + hashAddress(now() ^ (uint64_t{state->tid} << 40)) % periodNs;
    state->isFirstSample = true;
    state->taskClock = openTaskClock(firstNs, state->tid);
    if (state->taskClock) return;
    state->sampleTimer = openTimer(firstNs, periodNs, state->tid);
    if (__atomic_exchange_n(&g_noted, 1, __ATOMIC_RELAXED)) return;
    recordNote(state, state->sampleTimer
                          ? "perf_event_open is not allowed here: threads were sampled by timers, at the kernel's tick "
                            "rate at most (often 250 Hz), in system calls too"
                          : "threads could not be sampled: the kernel allows neither perf_event_open nor timers");
}

void stopSampling(ThreadState* state) {
    if (state->taskClock) systemCall(SYS_munmap, reinterpret_cast<long>(state->taskClock), 4096);
    if (state->sampleTimer) systemCall(SYS_timer_delete, static_cast<long>(state->sampleTimer) - 1);
    state->taskClock = nullptr;
    state->sampleTimer = 0;
}

}  // namespace raddle::rt

// While threads are sampled, what the program does with the signal it does on paper only: it gets those that are not
// samples. Blocking all signals, as many libraries do in their threads, does not block the samples.
RADDLE_HOOK(int, sigaction, (int signal, const struct sigaction* action, struct sigaction* old)) {
    if (signal != kSignal || !isSampling()) return RADDLE_REAL(sigaction)(signal, action, old);
    const struct sigaction before = g_programs;
    if (action) g_programs = *action;
    if (old) *old = before;
    return 0;
}

RADDLE_HOOK(sighandler_t, signal, (int signal, sighandler_t handler)) {
    if (signal != kSignal || !isSampling())
        return RADDLE_REAL_AS(signal, sighandler_t(*)(int, sighandler_t))(signal, handler);
    const sighandler_t before = g_programs.sa_handler;
    g_programs = {};
    g_programs.sa_handler = handler;
    return before;
}

RADDLE_HOOK(int, pthread_sigmask, (int how, const sigset_t* set, sigset_t* old)) {
    return withoutOurSignal(
        how, set, old, [](int h, const sigset_t* s, sigset_t* o) { return RADDLE_REAL(pthread_sigmask)(h, s, o); });
}

RADDLE_HOOK(int, sigprocmask, (int how, const sigset_t* set, sigset_t* old)) {
    return withoutOurSignal(how, set, old,
                            [](int h, const sigset_t* s, sigset_t* o) { return RADDLE_REAL(sigprocmask)(h, s, o); });
}
