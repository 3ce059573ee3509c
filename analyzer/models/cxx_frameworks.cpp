#include "analyzer/models/rows.h"
#include "analyzer/models/tables.h"

namespace raddle::models {

using enum Effect;
using enum ir::LockKind;
using enum ir::LockMode;
using ir::Attempt;

std::span<const Model> abseilTable() {
    static constexpr Model kTable[] = {
        acquires("absl::Mutex::Lock", kThis, rwlock),
        acquires("absl::Mutex::lock", kThis, rwlock),
        acquires("absl::Mutex::WriterLock", kThis, rwlock),
        acquires("absl::Mutex::LockWhen", kThis, rwlock),
        acquires("absl::Mutex::WriterLockWhen", kThis, rwlock),
        acquires("absl::Mutex::ReaderLock", kThis, rwlock, shared),
        acquires("absl::Mutex::lock_shared", kThis, rwlock, shared),
        acquires("absl::Mutex::ReaderLockWhen", kThis, rwlock, shared),
        tries("absl::Mutex::TryLock", kThis, rwlock, 1),
        tries("absl::Mutex::try_lock", kThis, rwlock, 1),
        tries("absl::Mutex::WriterTryLock", kThis, rwlock, 1),
        tries("absl::Mutex::ReaderTryLock", kThis, rwlock, 1, shared),
        tries("absl::Mutex::try_lock_shared", kThis, rwlock, 1, shared),
        releases("absl::Mutex::Unlock", kThis),
        releases("absl::Mutex::unlock", kThis),
        releases("absl::Mutex::WriterUnlock", kThis),
        releases("absl::Mutex::ReaderUnlock", kThis),
        releases("absl::Mutex::unlock_shared", kThis),
        waits("absl::Mutex::Await", kThis, kThis, 0),
        waitsTimed("absl::Mutex::AwaitWithTimeout", kThis, kThis, 0),
        waitsTimed("absl::Mutex::AwaitWithDeadline", kThis, kThis, 0),
        {"absl::Mutex::AssertHeld", pure},
        {"absl::Mutex::AssertReaderHeld", pure},
        {"absl::Mutex::AssertNotHeld", pure},
        {"absl::ReleasableMutexLock::Release", guardUnlock},
        waits("absl::CondVar::Wait", kThis, 0),
        waitsTimed("absl::CondVar::WaitWithTimeout", kThis, 0),
        waitsTimed("absl::CondVar::WaitWithDeadline", kThis, 0),
        wakesOne("absl::CondVar::Signal", kThis),
        wakesAll("absl::CondVar::SignalAll", kThis),
        {"absl::Notification::Notify", signal},
        {"absl::Notification::WaitForNotification", await},
        awaitsTimed("absl::Notification::WaitForNotificationWithTimeout", kThis),
        {"absl::Notification::HasBeenNotified", pure},
        {"absl::BlockingCounter::DecrementCount", signal},
        {"absl::BlockingCounter::Wait", await},
        {"absl::Barrier::Block", barrier},
        {"absl::call_once", once, 0, kNone, 1},
    };
    return kTable;
}

std::span<const Model> follyTable() {
    static constexpr Model kTable[] = {
        acquires("folly::SharedMutexImpl::lock", kThis, rwlock),
        tries("folly::SharedMutexImpl::try_lock", kThis, rwlock, 1),
        releases("folly::SharedMutexImpl::unlock", kThis),
        acquires("folly::SharedMutexImpl::lock_shared", kThis, rwlock, shared),
        tries("folly::SharedMutexImpl::try_lock_shared", kThis, rwlock, 1, shared),
        releases("folly::SharedMutexImpl::unlock_shared", kThis),
        acquires("folly::SpinLock::lock", kThis, spin),
        tries("folly::SpinLock::try_lock", kThis, spin, 1),
        releases("folly::SpinLock::unlock", kThis),
        {"folly::Baton::post", signal},
        {"folly::Baton::wait", await},
        awaitsTimed("folly::Baton::try_wait_for", kThis),
        awaitsTimed("folly::Baton::try_wait_until", kThis),
        {"folly::Baton::ready", pure},
        {"folly::Synchronized::wlock", lockedPointer, kThis, kNone, kNone, rwlock},
        {"folly::Synchronized::lock", lockedPointer, kThis, kNone, kNone, rwlock},
        {"folly::Synchronized::rlock", lockedPointer, kThis, kNone, kNone, rwlock, shared},
        {"folly::Synchronized::withWLock", lockedCallback, kThis, kNone, 0, rwlock},
        {"folly::Synchronized::withLock", lockedCallback, kThis, kNone, 0, rwlock},
        {"folly::Synchronized::withRLock", lockedCallback, kThis, kNone, 0, rwlock, shared},
        {"folly::LockedPtr::operator->", pointerGet},
        {"folly::LockedPtr::operator*", pointerGet},
        {"folly::LockedPtr::unlock", guardUnlock},
        spawns("folly::Executor::add", kNone, 0),
        spawns("folly::CPUThreadPoolExecutor::add", kNone, 0),
        spawns("folly::EventBase::runInEventBaseThread", kNone, 0),
        {"folly::call_once", once, 0, kNone, 1},
    };
    return kTable;
}

// Beyond what it has in common with std.
std::span<const Model> boostTable() {
    static constexpr Model kTable[] = {
        {"boost::barrier::wait", barrier},
        {"boost::barrier::count_down_and_wait", barrier},
        {"boost::condition_variable::timed_wait", wait, kThis, 0, 2, {}, {}, {}, 0, true},
        acquires("boost::shared_mutex::lock_upgrade", kThis, rwlock, shared),
        releases("boost::shared_mutex::unlock_upgrade", kThis),
        tries("boost::mutex::timed_lock", kThis, mutex, 1, exclusive, Attempt::timed),
        spawns("boost::thread_group::create_thread", kThis, 0),
        {"boost::thread_group::join_all", join},
        {"boost::thread::interrupt", pure},
        {"boost::thread::timed_join", pure},
        {"boost::thread::try_join_for", pure},
        {"boost::this_thread::interruption_point", pure},
        {"boost::latch::count_down", signal},
        {"boost::latch::wait", await},
        spawns("boost::asio::post", kNone, 1),
    };
    return kTable;
}

}  // namespace raddle::models
