// Waiting for the world outside: for input and output, connections, child processes, signals. Calls that exist to wait
// (poll, accept, waitpid, …) are written before they block, so that a thread that stands in one is seen to. Reading and
// writing mostly takes a moment: a thread's first such call is written, and those after one that took long; else it
// costs two clock reads, and is written when it is over and took long after all.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "instrument/runtime/base/hook.h"
#include "instrument/runtime/events/io_wait.h"

using namespace raddle::rt;

namespace {

struct Io {
    RaddleIoKind kind;
    int fd;  // or -1
};

template <class Call>
RADDLE_INLINE auto recordedStay(Io io, const CallerFrames& from, Call call) {
    ThreadState* state = current();
    if (!state) return call();
    recordIoWait(state, io.kind, io.fd, now(), from);
    const auto result = call();
    recordWaitEnd(state, errorOf(result));
    return result;
}

bool isNoTime(const timespec* time) {
    return time && time->tv_sec == 0 && time->tv_nsec == 0;
}

}  // namespace

// Of the same shape: the descriptor is the first parameter.
#define RADDLE_TRANSFER(result, name, kind, parameters, arguments)                                   \
    RADDLE_HOOK(result, name, parameters) {                                                          \
        return recordedTransfer(kind, fd, RADDLE_FROM, [&] { return RADDLE_REAL(name) arguments; }); \
    }
#define RADDLE_STAY(result, name, kind, parameters, arguments)                                     \
    RADDLE_HOOK(result, name, parameters) {                                                        \
        return recordedStay({kind, fd}, RADDLE_FROM, [&] { return RADDLE_REAL(name) arguments; }); \
    }

RADDLE_TRANSFER(ssize_t, read, kRaddleIoRead, (int fd, void* to, size_t size), (fd, to, size))
RADDLE_TRANSFER(ssize_t, readv, kRaddleIoRead, (int fd, const iovec* to, int count), (fd, to, count))
RADDLE_TRANSFER(ssize_t, recv, kRaddleIoRead, (int fd, void* to, size_t size, int flags), (fd, to, size, flags))
RADDLE_TRANSFER(ssize_t, recvfrom, kRaddleIoRead,
                (int fd, void* to, size_t size, int flags, sockaddr* sender, socklen_t* length),
                (fd, to, size, flags, sender, length))
RADDLE_TRANSFER(ssize_t, recvmsg, kRaddleIoRead, (int fd, msghdr* message, int flags), (fd, message, flags))
RADDLE_TRANSFER(ssize_t, write, kRaddleIoWrite, (int fd, const void* from, size_t size), (fd, from, size))
RADDLE_TRANSFER(ssize_t, writev, kRaddleIoWrite, (int fd, const iovec* from, int count), (fd, from, count))
RADDLE_TRANSFER(ssize_t, send, kRaddleIoWrite, (int fd, const void* from, size_t size, int flags),
                (fd, from, size, flags))
RADDLE_TRANSFER(ssize_t, sendto, kRaddleIoWrite,
                (int fd, const void* from, size_t size, int flags, const sockaddr* to, socklen_t length),
                (fd, from, size, flags, to, length))
RADDLE_TRANSFER(ssize_t, sendmsg, kRaddleIoWrite, (int fd, const msghdr* message, int flags), (fd, message, flags))
RADDLE_TRANSFER(int, fsync, kRaddleIoSync, (int fd), (fd))
RADDLE_TRANSFER(int, fdatasync, kRaddleIoSync, (int fd), (fd))
RADDLE_STAY(int, accept, kRaddleIoAccept, (int fd, sockaddr* peer, socklen_t* length), (fd, peer, length))
RADDLE_STAY(int, accept4, kRaddleIoAccept, (int fd, sockaddr* peer, socklen_t* length, int flags),
            (fd, peer, length, flags))
RADDLE_TRANSFER(int, connect, kRaddleIoConnect, (int fd, const sockaddr* to, socklen_t length), (fd, to, length))

#undef RADDLE_TRANSFER
#undef RADDLE_STAY

// What programs built with -D_FORTIFY_SOURCE call instead.
RADDLE_HOOK(ssize_t, __read_chk, (int fd, void* to, size_t size, size_t room)) {
    using Call = ssize_t (*)(int, void*, size_t, size_t);
    return recordedTransfer(kRaddleIoRead, fd, RADDLE_FROM,
                            [&] { return RADDLE_REAL_AS(__read_chk, Call)(fd, to, size, room); });
}

RADDLE_HOOK(ssize_t, __recv_chk, (int fd, void* to, size_t size, size_t room, int flags)) {
    using Call = ssize_t (*)(int, void*, size_t, size_t, int);
    return recordedTransfer(kRaddleIoRead, fd, RADDLE_FROM,
                            [&] { return RADDLE_REAL_AS(__recv_chk, Call)(fd, to, size, room, flags); });
}

RADDLE_HOOK(int, __poll_chk, (pollfd * fds, nfds_t count, int timeout, size_t room)) {
    using Call = int (*)(pollfd*, nfds_t, int, size_t);
    const auto call = [&] { return RADDLE_REAL_AS(__poll_chk, Call)(fds, count, timeout, room); };
    return timeout == 0 ? call() : recordedStay({kRaddleIoPoll, -1}, RADDLE_FROM, call);
}

RADDLE_HOOK(int, poll, (pollfd * fds, nfds_t count, int timeout)) {
    const auto call = [&] { return RADDLE_REAL(poll)(fds, count, timeout); };
    return timeout == 0 ? call() : recordedStay({kRaddleIoPoll, -1}, RADDLE_FROM, call);
}

RADDLE_HOOK(int, ppoll, (pollfd * fds, nfds_t count, const timespec* timeout, const sigset_t* mask)) {
    const auto call = [&] { return RADDLE_REAL(ppoll)(fds, count, timeout, mask); };
    return isNoTime(timeout) ? call() : recordedStay({kRaddleIoPoll, -1}, RADDLE_FROM, call);
}

RADDLE_HOOK(int, select, (int count, fd_set* in, fd_set* out, fd_set* other, timeval* timeout)) {
    const auto call = [&] { return RADDLE_REAL(select)(count, in, out, other, timeout); };
    const bool looks = timeout && timeout->tv_sec == 0 && timeout->tv_usec == 0;
    return looks ? call() : recordedStay({kRaddleIoPoll, -1}, RADDLE_FROM, call);
}

RADDLE_HOOK(int, pselect,
            (int count, fd_set* in, fd_set* out, fd_set* other, const timespec* timeout, const sigset_t* mask)) {
    const auto call = [&] { return RADDLE_REAL(pselect)(count, in, out, other, timeout, mask); };
    return isNoTime(timeout) ? call() : recordedStay({kRaddleIoPoll, -1}, RADDLE_FROM, call);
}

RADDLE_HOOK(int, epoll_wait, (int fd, epoll_event* events, int most, int timeout)) {
    const auto call = [&] { return RADDLE_REAL(epoll_wait)(fd, events, most, timeout); };
    return timeout == 0 ? call() : recordedStay({kRaddleIoPoll, fd}, RADDLE_FROM, call);
}

RADDLE_HOOK(int, epoll_pwait, (int fd, epoll_event* events, int most, int timeout, const sigset_t* mask)) {
    const auto call = [&] { return RADDLE_REAL(epoll_pwait)(fd, events, most, timeout, mask); };
    return timeout == 0 ? call() : recordedStay({kRaddleIoPoll, fd}, RADDLE_FROM, call);
}

RADDLE_HOOK(pid_t, wait, (int* status)) {
    return recordedStay({kRaddleIoChild, -1}, RADDLE_FROM, [&] { return RADDLE_REAL(wait)(status); });
}

RADDLE_HOOK(pid_t, waitpid, (pid_t child, int* status, int options)) {
    const auto call = [&] { return RADDLE_REAL(waitpid)(child, status, options); };
    return options & WNOHANG ? call() : recordedStay({kRaddleIoChild, -1}, RADDLE_FROM, call);
}

RADDLE_HOOK(pid_t, wait4, (pid_t child, int* status, int options, rusage* usage)) {
    const auto call = [&] { return RADDLE_REAL(wait4)(child, status, options, usage); };
    return options & WNOHANG ? call() : recordedStay({kRaddleIoChild, -1}, RADDLE_FROM, call);
}

RADDLE_HOOK(int, waitid, (idtype_t type, id_t id, siginfo_t* info, int options)) {
    const auto call = [&] { return RADDLE_REAL(waitid)(type, id, info, options); };
    return options & WNOHANG ? call() : recordedStay({kRaddleIoChild, -1}, RADDLE_FROM, call);
}

RADDLE_HOOK(int, sigwait, (const sigset_t* set, int* signal)) {
    return recordedStay({kRaddleIoSignal, -1}, RADDLE_FROM, [&] { return RADDLE_REAL(sigwait)(set, signal); });
}

RADDLE_HOOK(int, sigwaitinfo, (const sigset_t* set, siginfo_t* info)) {
    return recordedStay({kRaddleIoSignal, -1}, RADDLE_FROM, [&] { return RADDLE_REAL(sigwaitinfo)(set, info); });
}

RADDLE_HOOK(int, sigtimedwait, (const sigset_t* set, siginfo_t* info, const timespec* timeout)) {
    const auto call = [&] { return RADDLE_REAL(sigtimedwait)(set, info, timeout); };
    return isNoTime(timeout) ? call() : recordedStay({kRaddleIoSignal, -1}, RADDLE_FROM, call);
}

RADDLE_HOOK(int, sigsuspend, (const sigset_t* set)) {
    return recordedStay({kRaddleIoSignal, -1}, RADDLE_FROM, [&] { return RADDLE_REAL(sigsuspend)(set); });
}

RADDLE_HOOK(int, pause, ()) {
    return recordedStay({kRaddleIoSignal, -1}, RADDLE_FROM, [&] { return RADDLE_REAL(pause)(); });
}
