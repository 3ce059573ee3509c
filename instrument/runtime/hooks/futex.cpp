// Futexes that the program's own code waits on through syscall(): those of std's semaphores, latches, barriers and
// atomics, of Rust's std and of libraries with locks of their own. Every other system call passes through a
// replacement of syscall() that is what the C library's is, instruction by instruction: it needs no lookup (an
// allocator calls it while it starts) and leaves the stack alone (clone and vfork return twice).
#include <errno.h>
#include <linux/futex.h>
#include <linux/seccomp.h>

#include "instrument/runtime/hooks/lock_hooks.h"
#include "instrument/runtime/life/confinement.h"

using namespace raddle::rt;

#if defined(__x86_64__)
__asm__(
    ".text\n"
    ".globl syscall\n"
    ".type syscall, @function\n"
    "syscall:\n"
    ".cfi_startproc\n"
    "  cmp $202, %rdi\n"
    "  je raddleFutex\n"
    "  cmp $317, %rdi\n"
    "  je raddleSeccomp\n"
    "  mov %rdi, %rax\n"
    "  mov %rsi, %rdi\n"
    "  mov %rdx, %rsi\n"
    "  mov %rcx, %rdx\n"
    "  mov %r8, %r10\n"
    "  mov %r9, %r8\n"
    "  mov 8(%rsp), %r9\n"
    "  syscall\n"
    "  cmp $-4095, %rax\n"
    "  jae 1f\n"
    "  ret\n"
    "1: mov %rax, %rdi\n"
    "  jmp raddleFailed\n"
    ".cfi_endproc\n"
    ".size syscall, . - syscall\n");
static_assert(SYS_futex == 202 && SYS_seccomp == 317);
#elif defined(__aarch64__)
__asm__(
    ".text\n"
    ".globl syscall\n"
    ".type syscall, %function\n"
    "syscall:\n"
    ".cfi_startproc\n"
    "  cmp x0, #98\n"
    "  b.eq raddleFutex\n"
    "  cmp x0, #277\n"
    "  b.eq raddleSeccomp\n"
    "  mov x8, x0\n"
    "  mov x0, x1\n"
    "  mov x1, x2\n"
    "  mov x2, x3\n"
    "  mov x3, x4\n"
    "  mov x4, x5\n"
    "  mov x5, x6\n"
    "  svc 0\n"
    "  cmn x0, #4095\n"
    "  b.cs raddleFailed\n"
    "  ret\n"
    ".cfi_endproc\n"
    ".size syscall, . - syscall\n");
static_assert(SYS_futex == 98 && SYS_seccomp == 277);
#endif

namespace {

bool waits(int command) {
    return command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET || command == FUTEX_LOCK_PI ||
           command == FUTEX_LOCK_PI2 || command == FUTEX_WAIT_REQUEUE_PI;
}

bool wakes(int command) {
    return command == FUTEX_WAKE || command == FUTEX_WAKE_BITSET || command == FUTEX_WAKE_OP ||
           command == FUTEX_REQUEUE || command == FUTEX_CMP_REQUEUE || command == FUTEX_UNLOCK_PI ||
           command == FUTEX_CMP_REQUEUE_PI;
}

}  // namespace

extern "C" __attribute__((used)) long raddleFailed(long result) {
    errno = static_cast<int>(-result);
    return -1;
}

// libseccomp's way, and that of most programs: the C library has no function for it.
extern "C" __attribute__((used)) long raddleSeccomp(long number, long operation, long flags, long filter) {
    const bool confines = operation == SECCOMP_SET_MODE_STRICT || operation == SECCOMP_SET_MODE_FILTER;
    ThreadState* state = confines ? current() : nullptr;
    if (state) expectConfinement();
    const long result = programsSystemCall(number, operation, flags, filter);
    if (state && result == 0)
        confine(state, operation == SECCOMP_SET_MODE_FILTER && (flags & SECCOMP_FILTER_FLAG_TSYNC));
    return result < 0 ? raddleFailed(result) : result;
}

extern "C" __attribute__((used)) long raddleFutex(long number, long word, long operation, long value, long timeout,
                                                  long second, long third) {
    const int command = static_cast<int>(operation) & FUTEX_CMD_MASK;
    const auto* object = reinterpret_cast<const void*>(word);
    ThreadState* state = waits(command) || wakes(command) ? current() : nullptr;
    // A wake is written before the call, so that it precedes the end of the wait that it ends.
    if (state && wakes(command))
        recordSite(state, value > 1 ? kRaddleObjectWakeAll : kRaddleObjectWake, now(),
                   site(object, kRaddleFutex, RADDLE_FROM));
    const bool isWait = state && waits(command);
    if (isWait) recordWait(state, kRaddleObjectWait, site(object, kRaddleFutex, RADDLE_FROM), RADDLE_FROM);
    const long result = programsSystemCall(number, word, operation, value, timeout, second, third);
    if (isWait) recordWaitEnd(state, result < 0 ? static_cast<int>(-result) : 0);
    return result < 0 ? raddleFailed(result) : result;
}
