#include "analyzer/models/rows.h"
#include "analyzer/models/tables.h"

namespace raddle::models {

using enum Effect;
using enum ir::LockKind;
using enum ir::LockMode;
using ir::Attempt;
using ir::MemoryOrder;

std::span<const Model> qtTable() {
    static constexpr Model kTable[] = {
        acquires("QMutex::lock", kThis, mutex),
        tries("QMutex::tryLock", kThis, mutex, 1),
        tries("QMutex::try_lock", kThis, mutex, 1),
        releases("QMutex::unlock", kThis),
        acquires("QRecursiveMutex::lock", kThis, recursive),
        tries("QRecursiveMutex::tryLock", kThis, recursive, 1),
        releases("QRecursiveMutex::unlock", kThis),
        acquires("QReadWriteLock::lockForRead", kThis, rwlock, shared),
        tries("QReadWriteLock::tryLockForRead", kThis, rwlock, 1, shared),
        acquires("QReadWriteLock::lockForWrite", kThis, rwlock),
        tries("QReadWriteLock::tryLockForWrite", kThis, rwlock, 1),
        releases("QReadWriteLock::unlock", kThis),
        {"QMutexLocker::unlock", guardUnlock},
        {"QMutexLocker::relock", guardLock},
        {"QReadLocker::unlock", guardUnlock},
        {"QReadLocker::relock", guardLock},
        {"QWriteLocker::unlock", guardUnlock},
        {"QWriteLocker::relock", guardLock},
        waits("QWaitCondition::wait", kThis, 0),
        wakesOne("QWaitCondition::wakeOne", kThis),
        wakesOne("QWaitCondition::notify_one", kThis),
        wakesAll("QWaitCondition::wakeAll", kThis),
        wakesAll("QWaitCondition::notify_all", kThis),
        takesSemaphore("QSemaphore::acquire", kThis),
        {"QSemaphore::tryAcquire", pure},
        {"QSemaphore::available", pure},
        postsSemaphore("QSemaphore::release", kThis),

        startsMethod("QThread::start", kThis, kThis, "run"),
        {"QThread::wait", join},
        {"QThread::quit", pure},
        {"QThread::exit", pure},
        {"QThread::terminate", pure},
        {"QThread::isRunning", pure},
        {"QThread::isFinished", pure},
        {"QThread::requestInterruption", pure},
        {"QThread::isInterruptionRequested", pure},
        {"QThread::currentThread", pure},
        spawns("QThread::create", kNone, 0),
        startsMethod("QThreadPool::start", kNone, 0, "run"),
        startsMethod("QThreadPool::tryStart", kNone, 0, "run"),
        {"QThreadPool::globalInstance", pure},
        spawns("QtConcurrent::run", kNone, 0),
        {"QFuture::result", join},
        {"QFuture::takeResult", join},
        {"QFuture::waitForFinished", join},

        ofOrder({"QAtomic::loadRelaxed", atomicLoad}, MemoryOrder::relaxed),
        ofOrder({"QAtomic::loadAcquire", atomicLoad}, MemoryOrder::acquire),
        ofOrder({"QAtomic::load", atomicLoad}, MemoryOrder::relaxed),
        ofOrder({"QAtomic::storeRelaxed", atomicStore}, MemoryOrder::relaxed),
        ofOrder({"QAtomic::storeRelease", atomicStore}, MemoryOrder::release),
        ofOrder({"QAtomic::store", atomicStore}, MemoryOrder::relaxed),
        {"QAtomic::operator=", atomicStore},
        {"QAtomic::ref", atomicRmw},
        {"QAtomic::deref", atomicRmw},
        {"QAtomic::operator++", atomicRmw},
        {"QAtomic::operator--", atomicRmw},
        {"QAtomic::operator+=", atomicRmw},
        {"QAtomic::operator-=", atomicRmw},
        {"QAtomic::fetchAndAddRelaxed", atomicRmw},
        {"QAtomic::fetchAndAddAcquire", atomicRmw},
        {"QAtomic::fetchAndAddRelease", atomicRmw},
        {"QAtomic::fetchAndAddOrdered", atomicRmw},
        {"QAtomic::fetchAndSubOrdered", atomicRmw},
        {"QAtomic::fetchAndStoreRelaxed", atomicTake},
        {"QAtomic::fetchAndStoreAcquire", atomicTake},
        {"QAtomic::fetchAndStoreRelease", atomicTake},
        {"QAtomic::fetchAndStoreOrdered", atomicTake},
        {"QAtomic::testAndSetRelaxed", atomicCas},
        {"QAtomic::testAndSetAcquire", atomicCas},
        {"QAtomic::testAndSetRelease", atomicCas},
        {"QAtomic::testAndSetOrdered", atomicCas},
    };
    return kTable;
}

}  // namespace raddle::models
