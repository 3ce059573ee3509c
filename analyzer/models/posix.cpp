#include "analyzer/models/tables.h"

namespace raddle::models {

using enum Effect;
using ir::Attempt;
using ir::LockKind;
using ir::LockMode;

std::span<const Model> posixTable() {
    static constexpr Model kTable[] = {
        {"pthread_mutex_lock", acquire, 0, kNone, kNone, LockKind::mutex},
        {"pthread_mutex_trylock", acquire, 0, kNone, kNone, LockKind::mutex, LockMode::exclusive, Attempt::tries},
        {"pthread_mutex_timedlock", acquire, 0, kNone, kNone, LockKind::mutex, LockMode::exclusive, Attempt::timed},
        {"pthread_mutex_clocklock", acquire, 0, kNone, kNone, LockKind::mutex, LockMode::exclusive, Attempt::timed},
        {"pthread_mutex_unlock", release, 0},
        {"pthread_mutex_init", initLock, 0, 1, kNone, LockKind::mutex},
        {"pthread_mutex_destroy", destroyLock, 0},
        {"pthread_mutexattr_settype", setLockKind, 0, 1},
        {"pthread_rwlock_rdlock", acquire, 0, kNone, kNone, LockKind::rwlock, LockMode::shared},
        {"pthread_rwlock_wrlock", acquire, 0, kNone, kNone, LockKind::rwlock},
        {"pthread_rwlock_tryrdlock", acquire, 0, kNone, kNone, LockKind::rwlock, LockMode::shared, Attempt::tries},
        {"pthread_rwlock_trywrlock", acquire, 0, kNone, kNone, LockKind::rwlock, LockMode::exclusive, Attempt::tries},
        {"pthread_rwlock_timedrdlock", acquire, 0, kNone, kNone, LockKind::rwlock, LockMode::shared, Attempt::timed},
        {"pthread_rwlock_timedwrlock", acquire, 0, kNone, kNone, LockKind::rwlock, LockMode::exclusive, Attempt::timed},
        {"pthread_rwlock_clockrdlock", acquire, 0, kNone, kNone, LockKind::rwlock, LockMode::shared, Attempt::timed},
        {"pthread_rwlock_clockwrlock", acquire, 0, kNone, kNone, LockKind::rwlock, LockMode::exclusive, Attempt::timed},
        {"pthread_rwlock_unlock", release, 0},
        {"pthread_rwlock_init", initLock, 0, kNone, kNone, LockKind::rwlock},
        {"pthread_rwlock_destroy", destroyLock, 0},
        {"pthread_spin_lock", acquire, 0, kNone, kNone, LockKind::spin},
        {"pthread_spin_trylock", acquire, 0, kNone, kNone, LockKind::spin, LockMode::exclusive, Attempt::tries},
        {"pthread_spin_unlock", release, 0},
        {"pthread_spin_init", initLock, 0, kNone, kNone, LockKind::spin},
        {"pthread_spin_destroy", destroyLock, 0},
        {"pthread_cond_wait", wait, 0, 1},
        {"pthread_cond_timedwait", wait, 0, 1, kNone, {}, {}, {}, 0, true},
        {"pthread_cond_clockwait", wait, 0, 1, kNone, {}, {}, {}, 0, true},
        {"pthread_cond_signal", signal, 0},
        {"pthread_cond_broadcast", signal, 0, kNone, kNone, {}, {}, {}, 0, false, true},
        {"pthread_cond_init", pure},
        {"pthread_cond_destroy", pure},
        {"pthread_create", spawn, 0, kNone, 2},
        {"pthread_join", join, 0, 1},
        {"pthread_tryjoin_np", join, 0, 1, kNone, {}, {}, Attempt::tries},
        {"pthread_timedjoin_np", join, 0, 1, kNone, {}, {}, Attempt::timed},
        {"pthread_clockjoin_np", join, 0, 1, kNone, {}, {}, Attempt::timed},
        {"pthread_detach", detach, 0},
        {"pthread_exit", exitThread},
        {"pthread_once", once, 0, kNone, 1},
        {"pthread_barrier_wait", barrier, 0},
        {"pthread_barrier_init",
         initLock,
         0,
         kNone,
         kNone,
         {},
         {},
         {},
         0,
         false,
         false,
         {},
         kAllThatFollow,
         0,
         {},
         false,
         ir::MemoryOrder::plain,
         2},
        {"pthread_barrier_destroy", destroyLock, 0},
        {"sem_wait", await, 0, kNone, kNone, LockKind::flag},
        {"sem_timedwait", await, 0, kNone, kNone, {}, {}, {}, 0, true},
        {"sem_clockwait", await, 0, kNone, kNone, {}, {}, {}, 0, true},
        {"sem_trywait", pure},
        {"sem_post", signal, 0, kNone, kNone, LockKind::flag},
        {"sem_init", pure},
        {"sem_destroy", pure},
    };
    return kTable;
}

}  // namespace raddle::models
