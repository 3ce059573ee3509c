#include "analyzer/models/models.h"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>

#include "analyzer/models/tables.h"

namespace raddle::models {
namespace {

struct Alias {
    std::string_view implementation;
    std::string_view standard;
};

// Names under which libstdc++ implements what users know by another name.
constexpr Alias kAliases[] = {
    {"std::__atomic_base::", "std::atomic::"},
    {"std::__atomic_float::", "std::atomic::"},
    {"std::__atomic_ref::", "std::atomic::"},
    {"std::atomic_ref::", "std::atomic::"},
    {"std::__basic_future::", "std::future::"},
    {"std::shared_future::", "std::future::"},
    {"std::__shared_ptr::", "std::shared_ptr::"},
    {"std::__shared_ptr_access::", "std::shared_ptr::"},
    {"std::jthread::", "std::thread::"},
    {"std::__mutex_base::", "std::mutex::"},
    {"std::timed_mutex::", "std::mutex::"},
    {"std::__timed_mutex_impl::", "std::mutex::"},
    {"std::recursive_timed_mutex::", "std::recursive_mutex::"},
    {"std::shared_timed_mutex::", "std::shared_mutex::"},
    {"std::__shared_timed_mutex_base::", "std::shared_mutex::"},
    {"std::shared_lock::", "std::unique_lock::"},
    {"std::condition_variable_any::", "std::condition_variable::"},
    {"std::_V2::condition_variable_any::", "std::condition_variable::"},
    {"std::binary_semaphore::", "std::counting_semaphore::"},
    {"boost::timed_mutex::", "boost::mutex::"},
    {"boost::", "std::"},
    {"QBasicMutex::", "QMutex::"},
    {"QAtomicInt::", "QAtomic::"},
    {"QAtomicInteger::", "QAtomic::"},
    {"QAtomicPointer::", "QAtomic::"},
    {"QBasicAtomicInteger::", "QAtomic::"},
    {"QBasicAtomicPointer::", "QAtomic::"},
    {"folly::MicroSpinLock::", "folly::SpinLock::"},
    {"folly::IOThreadPoolExecutor::", "folly::Executor::"},
};

// Classes of the standard library whose methods are the "container::" rows unless they have rows of their own.
constexpr std::string_view kContainers[] = {
    "std::vector::",
    "std::deque::",
    "std::list::",
    "std::forward_list::",
    "std::array::",
    "std::map::",
    "std::multimap::",
    "std::set::",
    "std::multiset::",
    "std::unordered_map::",
    "std::unordered_set::",
    "std::unordered_multimap::",
    "std::unordered_multiset::",
    "std::queue::",
    "std::stack::",
    "std::priority_queue::",
    "std::basic_string::",
    "std::optional::",
    "std::span::",
    "std::basic_string_view::",
    "std::initializer_list::",
    "QList::",
    "QVector::",
    "QQueue::",
    "QStack::",
    "QHash::",
    "QMap::",
    "QSet::",
    "QString::",
    "QByteArray::",
};

std::unordered_map<std::string_view, const Model*> buildIndex() {
    std::unordered_map<std::string_view, const Model*> index;
    for (std::span<const Model> table : allTables())
        for (const Model& model : table) index.emplace(model.function, &model);
    return index;
}

const Model* findBuiltIn(std::string_view qualifiedName) {
    static const std::unordered_map<std::string_view, const Model*> index = buildIndex();
    if (auto it = index.find(qualifiedName); it != index.end()) return it->second;
    // Projects carry copies of the annotations under a prefix of their own.
    if (const size_t at = qualifiedName.find("Annotate");
        at != std::string_view::npos && at > 0 && qualifiedName.find(':') == std::string_view::npos)
        if (auto it = index.find(qualifiedName.substr(at)); it != index.end()) return it->second;
    for (const Alias& alias : kAliases) {
        if (!qualifiedName.starts_with(alias.implementation)) continue;
        std::string renamed(alias.standard);
        renamed += qualifiedName.substr(alias.implementation.size());
        return findBuiltIn(renamed);
    }
    for (std::string_view container : kContainers) {
        if (!qualifiedName.starts_with(container)) continue;
        std::string method = "container::";
        method += qualifiedName.substr(container.size());
        auto it = index.find(method);
        return it == index.end() ? nullptr : it->second;
    }
    return nullptr;
}

ir::LockKind builtInLockKind(std::string_view typeName) {
    static constexpr Type kRows[] = {
        {"pthread_mutex_t", ir::LockKind::mutex},
        {"mtx_t", ir::LockKind::mutex},
        {"pthread_rwlock_t", ir::LockKind::rwlock},
        {"pthread_spinlock_t", ir::LockKind::spin},
        {"std::mutex", ir::LockKind::mutex},
        {"std::timed_mutex", ir::LockKind::mutex},
        {"std::recursive_mutex", ir::LockKind::recursive},
        {"std::recursive_timed_mutex", ir::LockKind::recursive},
        {"std::shared_mutex", ir::LockKind::rwlock},
        {"std::shared_timed_mutex", ir::LockKind::rwlock},
        {"boost::mutex", ir::LockKind::mutex},
        {"boost::recursive_mutex", ir::LockKind::recursive},
        {"boost::shared_mutex", ir::LockKind::rwlock},
        {"boost::timed_mutex", ir::LockKind::mutex},
        {"GMutex", ir::LockKind::mutex},
        {"GRecMutex", ir::LockKind::recursive},
        {"GRWLock", ir::LockKind::rwlock},
        {"uv_mutex_t", ir::LockKind::mutex},
        {"uv_rwlock_t", ir::LockKind::rwlock},
        {"apr_thread_mutex_t", ir::LockKind::mutex},
        {"apr_thread_rwlock_t", ir::LockKind::rwlock},
        {"absl::Mutex", ir::LockKind::rwlock},
        {"folly::SharedMutexImpl", ir::LockKind::rwlock},
        {"folly::SpinLock", ir::LockKind::spin},
        {"folly::MicroSpinLock", ir::LockKind::spin},
        {"QBasicMutex", ir::LockKind::mutex},
        {"QMutex", ir::LockKind::mutex},
        {"QRecursiveMutex", ir::LockKind::recursive},
        {"QReadWriteLock", ir::LockKind::rwlock},
    };
    for (const Type& row : kRows)
        if (row.name == typeName) return row.lockKind;
    return ir::LockKind::none;
}

const Guard* findBuiltInGuard(std::string_view typeName) {
    static constexpr Guard kGuards[] = {
        {"std::lock_guard"},
        {"std::unique_lock"},
        {"std::shared_lock", ir::LockMode::shared},
        {"std::scoped_lock", ir::LockMode::exclusive, true},
        {"boost::lock_guard"},
        {"boost::unique_lock"},
        {"boost::shared_lock", ir::LockMode::shared},
        {"boost::upgrade_lock", ir::LockMode::shared},
        {"boost::strict_lock"},
        {"absl::MutexLock"},
        {"absl::WriterMutexLock"},
        {"absl::ReaderMutexLock", ir::LockMode::shared},
        {"absl::MutexLockMaybe"},
        {"absl::ReleasableMutexLock"},
        {"folly::LockedPtr"},
        {"QMutexLocker"},
        {"QReadLocker", ir::LockMode::shared},
        {"QWriteLocker"},
    };
    for (const Guard& guard : kGuards)
        if (guard.name == typeName) return &guard;
    return nullptr;
}

bool isBuiltInSynchronisation(std::string_view typeName) {
    static constexpr std::string_view kTypes[] = {
        "pthread_cond_t",
        "pthread_barrier_t",
        "pthread_once_t",
        "pthread_t",
        "pthread_attr_t",
        "pthread_key_t",
        "pthread_mutexattr_t",
        "pthread_condattr_t",
        "pthread_rwlockattr_t",
        "sem_t",
        "cnd_t",
        "thrd_t",
        "once_flag",
        "std::condition_variable",
        "std::condition_variable_any",
        "std::atomic",
        "std::atomic_flag",
        "std::atomic_ref",
        "std::thread",
        "std::jthread",
        "std::thread::id",
        "std::future",
        "std::shared_future",
        "std::promise",
        "std::packaged_task",
        "std::once_flag",
        "std::counting_semaphore",
        "std::latch",
        "std::barrier",
        "std::stop_source",
        "std::stop_token",
        "QWaitCondition",
        "QSemaphore",
        "QThread",
        "QAtomicInt",
        "QAtomicInteger",
        "QAtomicPointer",
        "QBasicAtomicInt",
        "QBasicAtomicInteger",
        "QBasicAtomicPointer",
        "QFuture",
        "QThreadPool",
        "boost::condition_variable",
        "boost::condition_variable_any",
        "boost::thread_group",
        "boost::latch",
        "boost::once_flag",
        "boost::thread",
        "boost::barrier",
        "GCond",
        "GThread",
        "GOnce",
        "GAsyncQueue",
        "GThreadPool",
        "uv_cond_t",
        "uv_sem_t",
        "uv_barrier_t",
        "uv_once_t",
        "uv_thread_t",
        "apr_thread_t",
        "apr_thread_cond_t",
        "apr_thread_once_t",
        "apr_queue_t",
        "absl::CondVar",
        "absl::Notification",
        "absl::BlockingCounter",
        "absl::Barrier",
        "absl::once_flag",
        "folly::Baton",
        "folly::Synchronized",
    };
    return std::find(std::begin(kTypes), std::end(kTypes), typeName) != std::end(kTypes);
}

}  // namespace

std::string_view Library::keep(std::string_view text) {
    return texts_.emplace_back(text);
}

void Library::add(Model model) {
    model.lockName = keep(model.lockName);
    model.method = keep(model.method);
    model.function = keep(model.function);
    if (model.function.ends_with('*')) {
        model.function.remove_suffix(1);
        prefixes_.insert_or_assign(model.function, model);
    } else {
        functions_.insert_or_assign(model.function, model);
    }
}

void Library::add(Guard guard) {
    guard.name = keep(guard.name);
    guards_.insert_or_assign(guard.name, guard);
}

void Library::add(Type type) {
    type.name = keep(type.name);
    types_.insert_or_assign(type.name, type);
}

const Model* Library::find(std::string_view qualifiedName) const {
    if (auto it = functions_.find(qualifiedName); it != functions_.end()) return &it->second;
    const Model* best = nullptr;
    for (const auto& [prefix, model] : prefixes_)  // in order, so that of those that fit the last is the longest
        if (qualifiedName.starts_with(prefix)) best = &model;
    return best ? best : findBuiltIn(qualifiedName);
}

ir::LockKind Library::lockKindOf(std::string_view typeName) const {
    auto it = types_.find(typeName);
    return it != types_.end() ? it->second.lockKind : builtInLockKind(typeName);
}

const Guard* Library::findGuard(std::string_view typeName) const {
    auto it = guards_.find(typeName);
    return it != guards_.end() ? &it->second : findBuiltInGuard(typeName);
}

bool Library::isSynchronisationType(std::string_view typeName) const {
    return types_.contains(typeName) || lockKindOf(typeName) != ir::LockKind::none || findGuard(typeName) ||
           isBuiltInSynchronisation(typeName);
}

}  // namespace raddle::models
