#include "analyzer/models/tables.h"

namespace raddle::models {

using enum Effect;
using ir::Attempt;
using ir::LockKind;
using ir::LockMode;

std::span<const Model> frameworkTable() {
    static constexpr Model kTable[] = {
        {"QMutex::lock", acquire, kThis, kNone, kNone, LockKind::mutex},
        {"QMutex::tryLock", acquire, kThis, kNone, kNone, LockKind::mutex, LockMode::exclusive, Attempt::tries, 1},
        {"QMutex::unlock", release},
        {"QRecursiveMutex::lock", acquire, kThis, kNone, kNone, LockKind::recursive},
        {"QRecursiveMutex::unlock", release},
        {"QReadWriteLock::lockForRead", acquire, kThis, kNone, kNone, LockKind::rwlock, LockMode::shared},
        {"QReadWriteLock::lockForWrite", acquire, kThis, kNone, kNone, LockKind::rwlock},
        {"QReadWriteLock::unlock", release},
        {"QMutexLocker::unlock", guardUnlock},
        {"QMutexLocker::relock", guardLock},
        {"QWaitCondition::wait", wait, kThis, 0},
        {"QWaitCondition::wakeOne", signal},
        {"QWaitCondition::wakeAll", signal, kThis, kNone, kNone, {}, {}, {}, 0, false, true},
        {"g_mutex_lock", acquire, 0, kNone, kNone, LockKind::mutex},
        {"g_mutex_trylock", acquire, 0, kNone, kNone, LockKind::mutex, LockMode::exclusive, Attempt::tries, 1},
        {"g_mutex_unlock", release, 0},
        {"g_cond_wait", wait, 0, 1},
        {"g_cond_signal", signal, 0},
        {"g_cond_broadcast", signal, 0, kNone, kNone, {}, {}, {}, 0, false, true},
        {"g_thread_new", spawn, kNone, kNone, 1},
        {"g_thread_join", join, 0},
    };
    return kTable;
}

}  // namespace raddle::models
