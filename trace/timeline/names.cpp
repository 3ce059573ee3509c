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
