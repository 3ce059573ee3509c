#include "trace/timeline/names.h"

namespace raddle::trace {

const char* toString(LockKind kind) {
    switch (kind) {
        case LockKind::mutex:
            return "mutex";
        case LockKind::recursiveMutex:
            return "recursive_mutex";
        case LockKind::rwlock:
            return "rwlock";
        case LockKind::spinlock:
            return "spinlock";
        case LockKind::semaphore:
            return "semaphore";
    }
    return "";
}

const char* toString(ObjectKind kind) {
    switch (kind) {
        case ObjectKind::condition:
            return "condition";
        case ObjectKind::semaphore:
            return "semaphore";
        case ObjectKind::barrier:
            return "barrier";
        case ObjectKind::futex:
            return "futex";
        case ObjectKind::once:
            return "once";
    }
    return "";
}

const char* toString(WaitKind kind) {
    switch (kind) {
        case WaitKind::lock:
            return "lock";
        case WaitKind::condition:
            return "condition";
        case WaitKind::semaphore:
            return "semaphore";
        case WaitKind::barrier:
            return "barrier";
        case WaitKind::join:
            return "join";
        case WaitKind::sleep:
            return "sleep";
        case WaitKind::futex:
            return "futex";
        case WaitKind::once:
            return "once";
        case WaitKind::io:
            return "io";
    }
    return "";
}

const char* toString(IoKind kind) {
    switch (kind) {
        case IoKind::none:
            return "";
        case IoKind::polling:
            return "polling";
        case IoKind::reading:
            return "reading";
        case IoKind::writing:
            return "writing";
        case IoKind::accepting:
            return "accepting a connection";
        case IoKind::connecting:
            return "connecting";
        case IoKind::syncing:
            return "writing to disk";
        case IoKind::child:
            return "waiting for a child process";
        case IoKind::signal:
            return "waiting for a signal";
    }
    return "";
}

const char* toString(LockMode mode) {
    switch (mode) {
        case LockMode::exclusive:
            return "exclusive";
        case LockMode::shared:
            return "shared";
    }
    return "";
}

}  // namespace raddle::trace
