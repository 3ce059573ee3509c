#include "trace/read/thread_track.h"

#include <algorithm>
#include <cerrno>

namespace raddle::trace {
namespace {

// Handlers that wait inside waits nest a few deep; more open ones are waits whose ends were lost.
constexpr size_t kMostOpenWaits = 32;

LockKind lockKind(uint8_t kind) {
    switch (kind) {
        case kRaddleRecursiveMutex:
            return LockKind::recursiveMutex;
        case kRaddleRwLock:
            return LockKind::rwlock;
        case kRaddleSpinLock:
            return LockKind::spinlock;
        default:
            return LockKind::mutex;
    }
}

ObjectKind objectKind(uint8_t kind) {
    switch (kind) {
        case kRaddleSemaphore:
            return ObjectKind::semaphore;
        case kRaddleBarrier:
            return ObjectKind::barrier;
        case kRaddleFutex:
            return ObjectKind::futex;
        case kRaddleOnce:
            return ObjectKind::once;
        default:
            return ObjectKind::condition;
    }
}

int64_t kernelsNs(uint64_t number) {
    return static_cast<int64_t>(std::min<uint64_t>(number, TickClock::kMostNs));
}

}  // namespace

ThreadTrack::ThreadTrack(Draft& draft, const SurveyedThread& thread, int64_t endNs, int64_t imageEndNs)
    : draft_(draft),
      slots_(draft.dictionaries),
      surveyed_(thread),
      thread_(draft.timeline.threads[thread.id.index()]),
      endNs_(std::max(endNs, thread.beginNs)),
      imageEndNs_(std::max(imageEndNs, endNs_)),
      nowNs_(thread.beginNs) {}

void ThreadTrack::beginChunk(bool isGap) {
    ++slots_.generation;
    lastSite_ = {};
    if (isGap) loseTrack();
    for (auto& [lock, open] : held_) open.isStretched = true;
}

void ThreadTrack::take(const Event& event) {
    if (event.op < kRaddleFirstTimed) return define(event);
    nowNs_ = std::max(nowNs_, std::min(draft_.clock.toNs(event.ticks), endNs_));
    ++draft_.timeline.events;
    if (!waits_.empty() && waits_.back().nextNs < 0 && event.op != kRaddleWaitEnd) waits_.back().nextNs = nowNs_;
    switch (event.op) {
        case kRaddleThreadCreate:
            return created(event);
        case kRaddleThreadName:
            return nameThread(event);
        case kRaddleThreadExit:
            if (event.numbers[0] > 0)  // else it is not known
                thread_.cpuNs = static_cast<int64_t>(std::min<uint64_t>(event.numbers[0], TickClock::kMostNs));
            thread_.exited = true;
            return;
        case kRaddleLockWait:
            return lockWait(event, LockMode::exclusive);
        case kRaddleLockWaitShared:
            return lockWait(event, LockMode::shared);
        case kRaddleConditionWait:
            return conditionWait(event);
        case kRaddleSemaphoreWait:
            return objectWait(event, WaitKind::semaphore);
        case kRaddleBarrierWait:
            return objectWait(event, WaitKind::barrier);
        case kRaddleObjectWait:
            return objectWait(event, WaitKind::futex);
        case kRaddleJoinWait:
            return joinWait(event);
        case kRaddleIoWait:
            return ioWait(event);
        case kRaddleSleep: {
            Wait wait{WaitKind::sleep};
            wait.stack = stackOf(event.stack, {});
            beginWait(wait);
            return;
        }
        case kRaddleWaitEnd:
            return endWait(event.numbers[0]);
        case kRaddleEnter:
            return enter(event.function);
        case kRaddleExit:
            return leave(1);
        case kRaddleUnwind:
            return leave(event.numbers[0]);
        case kRaddleDropped:
            return loseTrack();
        case kRaddleCountPause:
            paused_.merge(counted_);
            counted_.clear();
            return;
        case kRaddleCountResume:
            counted_.merge(paused_);
            paused_.clear();
            return;
        case kRaddleRegionBegin:
            return beginRegion(event);
        case kRaddleRegionEnd:
            if (!regions_.empty()) {
                thread_.regions[regions_.back()].endNs = nowNs_;
                regions_.pop_back();
            }
            return;
        case kRaddleSample:
            return sampled(event);
        case kRaddleOtherCpu:
            return ofAlive(event, &Thread::cpuNs, countedBefore(event).cpuNs);
        case kRaddleQueued:
            if (static_cast<int64_t>(event.numbers[0]) == surveyed_.tid)
                thread_.queuedNs = std::max<int64_t>(0, kernelsNs(event.numbers[1]) - countedBefore(event).queuedNs);
            else
                ofAlive(event, &Thread::queuedNs, countedBefore(event).queuedNs);
            return;
        case kRaddleCpuBefore:
            draft_.countedBefore[{surveyed_.image, static_cast<int64_t>(event.numbers[0])}] = {
                kernelsNs(event.numbers[1]), kernelsNs(event.numbers[2])};
            return;
        case kRaddleNote:
            draft_.timeline.notes.emplace_back(event.strings[0]);
            return;
        case kRaddleTsanReport:
        case kRaddleTsanThread:
        case kRaddleTsanMutex:
        case kRaddleTsanPlace:
        case kRaddleTsanAccess:
        case kRaddleTsanStack:
            return takeTsanEvent(event, surveyed_, nowNs_, draft_.stacks, draft_.tsan);
        default:
            break;
    }
    bool hasSite = event.op >= kRaddleAcquire && event.op <= kRaddleAcquireSharedTried;
    Site* site = hasSite ? siteOf(event) : nullptr;
    if (!site) return;
    switch (event.op) {
        case kRaddleObjectInit:
            return initialised(*site);
        case kRaddleAcquire:
            return acquire(*site, LockMode::exclusive, site->stack, false);
        case kRaddleAcquireShared:
            return acquire(*site, LockMode::shared, site->stack, false);
        case kRaddleAcquireTried:
            return acquire(*site, LockMode::exclusive, site->stack, false, true);
        case kRaddleAcquireSharedTried:
            return acquire(*site, LockMode::shared, site->stack, false, true);
        case kRaddleRelease:
            return release(*site);
        case kRaddleTryFailed:
            return tryFailed(*site);
        case kRaddleStepDown:
            return stepDown(*site);
        case kRaddleReleaseWaited:
            return releaseWaited(*site);
        case kRaddleSemaphoreAcquire:
            return takeSemaphore(*site);
        case kRaddleSemaphorePost:
        case kRaddleConditionSignal:
        case kRaddleObjectWake:
            return signal(*site, false);
        case kRaddleConditionBroadcast:
        case kRaddleObjectWakeAll:
            return signal(*site, true);
        default:
            return;
    }
}

void ThreadTrack::define(const Event& event) {
    switch (event.op) {
        case kRaddleDefineSite: {
            Site site;
            site.kind = static_cast<uint8_t>(std::min<uint64_t>(event.numbers[0], 255));
            site.address = event.numbers[1];
            site.stack = draft_.stacks.intern(surveyed_.image, event.frames, nowNs_);
            return slots_.sites.define(event.site, slots_.generation, site);
        }
        case kRaddleDefineFunction:
            return slots_.functions.define(event.function, slots_.generation,
                                           draft_.functions.intern(surveyed_.image, event.numbers[0], nowNs_));
        case kRaddleDefineStack:
            return slots_.stacks.define(event.stack, slots_.generation,
                                        draft_.stacks.intern(surveyed_.image, event.frames, nowNs_));
        default:
            return;
    }
}

// The site of an event's first operand; null when it was never defined or is nothing the reader knows.
ThreadTrack::Site* ThreadTrack::siteOf(const Event& event) {
    if (!event.isSameSite) {
        // That it begins or ends is no use of an object: one that nothing else happens to is not listed.
        Site* site = siteIn(event.site, event.op != kRaddleObjectInit && event.op != kRaddleObjectDestroy);
        lastSite_ = site ? *site : Site{};
    }
    return lastSite_.kind >= kRaddleMutex && lastSite_.kind <= kRaddleOnce ? &lastSite_ : nullptr;
}

ThreadTrack::Site* ThreadTrack::siteIn(uint32_t slot, bool isUse) {
    Site* site = slots_.sites.find(slot, slots_.generation);
    if (!site) {
        if (slot != kNoSlot) ++draft_.unknownSlots;
        return nullptr;
    }
    bool isObject = site->kind >= kRaddleMutex && site->kind <= kRaddleOnce;
    if (isObject && isUse) objectIndex(*site);  // the slot remembers it
    return isObject ? site : nullptr;
}

uint32_t ThreadTrack::objectIndex(Site& site) {
    if (nowNs_ < site.untilNs) return site.index;
    Survey::Incarnation incarnation = draft_.survey.incarnation(surveyed_.image, site.address, nowNs_);
    RawObjects& table = isLockKind(site.kind) ? draft_.locks : draft_.objects;
    uint32_t index = table.intern(surveyed_.image, site.address, incarnation.number, site.kind);
    ProcessId process = draft_.survey.images[surveyed_.image].process;
    if (isLockKind(site.kind) && index == draft_.timeline.locks.size())
        draft_.timeline.locks.push_back({"", lockKind(site.kind), process, site.address});
    if (!isLockKind(site.kind) && index == draft_.timeline.objects.size())
        draft_.timeline.objects.push_back({"", objectKind(site.kind), process, site.address});
    // A mutex's kind may be seen before it is initialised; a recursive one is surely meant.
    if (site.kind == kRaddleRecursiveMutex) draft_.timeline.locks[index].kind = LockKind::recursiveMutex;
    RawObject& object = table.at(index);
    object.addUse(site.stack, nowNs_);
    site.index = index;
    site.untilNs = incarnation.untilNs;
    return index;
}

void ThreadTrack::initialised(const Site& site) {
    RawObjects& table = isLockKind(site.kind) ? draft_.locks : draft_.objects;
    const uint32_t number = draft_.survey.incarnation(surveyed_.image, site.address, nowNs_).number;
    table.addInit(surveyed_.image, site.address, number, site.kind, site.stack);
}

StackId ThreadTrack::stackOf(uint32_t slot, StackId otherwise) {
    const StackId* stack = slots_.stacks.find(slot, slots_.generation);
    if (!stack && slot != kNoSlot) ++draft_.unknownSlots;
    return stack && stack->valid() ? *stack : otherwise;
}

void ThreadTrack::acquire(Site& site, LockMode mode, StackId stack, bool contended, bool tried) {
    if (!isLockKind(site.kind)) return;
    LockId lock{objectIndex(site)};
    Lock& counts = draft_.timeline.locks[lock.index()];
    ++counts.acquisitions;
    if (contended) ++counts.contended;
    beginHold(lock, mode, stack, contended, false, tried);
}

void ThreadTrack::beginHold(LockId lock, LockMode mode, StackId stack, bool contended, bool retaken, bool tried) {
    auto open = held_.find(lock.value);
    if (open != held_.end()) {
        bool canNest = mode == LockMode::shared || draft_.timeline.locks[lock.index()].kind == LockKind::recursiveMutex;
        if (canNest) {
            ++open->second.depth;
            return;
        }
        endHold(open);  // its release was lost, or made by another thread
    }
    held_[lock.value] = {1, thread_.holds.size()};
    thread_.holds.push_back({lock, mode, nowNs_, imageEndNs_, false, contended, stack, retaken, false, tried});
}

void ThreadTrack::endHold(std::unordered_map<uint32_t, OpenHold>::iterator open) {
    Hold& hold = thread_.holds[open->second.hold];
    hold.endNs = nowNs_;
    hold.finished = true;
    const bool isStretched = open->second.isStretched;
    held_.erase(open);
    if (!counted_.empty() && !isStretched) sample(hold);
}

void ThreadTrack::stepDown(Site& site) {
    Draft::SteppedDown& stepped = draft_.steppedDown[{surveyed_.serial, site.address}];
    if (!isLockKind(site.kind)) {
        stepped.object = ObjectId{objectIndex(site)};
        return;
    }
    LockId lock{objectIndex(site)};
    stepped.lock = lock;
    counted_[lock.value] = &stepped;
}

void ThreadTrack::sample(const Hold& hold) {
    auto counted = counted_.find(hold.lock.value);
    if (counted == counted_.end() || hold.contended || hold.retaken) return;
    counted->second->samples.add(hold.endNs - hold.beginNs);
}

void ThreadTrack::releaseWaited(Site& site) {
    if (!isLockKind(site.kind)) {
        draft_.semaphoreTakes.push_back({surveyed_.id, ObjectId{objectIndex(site)}, nowNs_ - 1, site.stack, true});
        return;
    }
    Hold hold{LockId{objectIndex(site)}, LockMode::exclusive, nowNs_, nowNs_};
    hold.stack = site.stack;
    hold.beginUnknown = true;
    thread_.holds.push_back(hold);
}

void ThreadTrack::release(Site& site) {
    if (!isLockKind(site.kind)) return;
    LockId lock{objectIndex(site)};
    if (!waits_.empty()) {
        const Wait& wait = thread_.waits[waits_.back().wait];
        // A cancelled condition wait has the mutex again, but no end.
        if (wait.kind == WaitKind::condition && wait.lock == lock) {
            breakWait(waits_.back(), nowNs_, true);
            waits_.pop_back();
        }
    }
    auto open = held_.find(lock.value);
    if (open != held_.end() && --open->second.depth == 0) endHold(open);
}

// Thread ids are used again, but those who have ended have said of themselves what the kernel counts.
// The thread that comes first, which joined the recording, wrote them.
Draft::KernelCounts ThreadTrack::countedBefore(const Event& event) const {
    auto found = draft_.countedBefore.find({surveyed_.image, static_cast<int64_t>(event.numbers[0])});
    return found == draft_.countedBefore.end() ? Draft::KernelCounts{} : found->second;
}

void ThreadTrack::ofAlive(const Event& event, int64_t Thread::* of, int64_t beforeNs) {
    for (const SurveyedThread& other : draft_.survey.threads)
        if (other.image == surveyed_.image && other.tid == static_cast<int64_t>(event.numbers[0]) && other.endNs < 0)
            draft_.timeline.threads[other.id.index()].*of =
                std::max<int64_t>(0, kernelsNs(event.numbers[1]) - beforeNs);
}

void ThreadTrack::tryFailed(Site& site) {
    if (isLockKind(site.kind)) ++draft_.timeline.locks[objectIndex(site)].failedTries;
}

void ThreadTrack::takeSemaphore(Site& site) {
    if (isLockKind(site.kind)) return;
    ObjectId object{objectIndex(site)};
    ++draft_.timeline.objects[object.index()].waits;
    draft_.semaphoreTakes.push_back({surveyed_.id, object, nowNs_, site.stack});
}

void ThreadTrack::signal(Site& site, bool broadcast) {
    if (isLockKind(site.kind)) return;
    ObjectId object{objectIndex(site)};
    ++draft_.timeline.objects[object.index()].signals;
    thread_.signals.push_back({object, nowNs_, site.stack, broadcast});
}

ThreadTrack::OpenWait& ThreadTrack::beginWait(Wait wait) {
    if (waits_.size() >= kMostOpenWaits) {
        breakWait(waits_.front(), waits_.front().nextNs, true);
        waits_.erase(waits_.begin());
    }
    wait.beginNs = nowNs_;
    wait.endNs = endNs_;
    wait.finished = false;
    waits_.push_back({thread_.waits.size()});
    thread_.waits.push_back(wait);
    return waits_.back();
}

void ThreadTrack::lockWait(const Event& event, LockMode mode) {
    Site* site = siteOf(event);
    Wait wait{WaitKind::lock};
    wait.mode = mode;
    wait.stack = stackOf(event.stack, site ? site->stack : StackId{});
    if (site && isLockKind(site->kind)) wait.lock = LockId{objectIndex(*site)};
    if (wait.lock.valid()) draft_.locks.at(wait.lock.index()).addUse(wait.stack, nowNs_);
    beginWait(wait);
}

void ThreadTrack::conditionWait(const Event& event) {
    Site* condition = siteOf(event);
    Site* mutex = siteIn(event.secondSite);
    Wait wait{WaitKind::condition};
    wait.stack = stackOf(event.stack, condition ? condition->stack : StackId{});
    if (condition && !isLockKind(condition->kind)) {
        wait.object = ObjectId{objectIndex(*condition)};
        draft_.objects.at(wait.object.index()).addUse(wait.stack, nowNs_);
        ++draft_.timeline.objects[wait.object.index()].waits;
    }
    if (mutex && isLockKind(mutex->kind)) {
        wait.lock = LockId{objectIndex(*mutex)};
        release(*mutex);
    }
    beginWait(wait);
}

void ThreadTrack::objectWait(const Event& event, WaitKind kind) {
    Site* site = siteOf(event);
    Wait wait{kind};
    wait.stack = stackOf(event.stack, site ? site->stack : StackId{});
    if (site && site->kind == kRaddleOnce) wait.kind = WaitKind::once;
    if (site && !isLockKind(site->kind)) {
        wait.object = ObjectId{objectIndex(*site)};
        draft_.objects.at(wait.object.index()).addUse(wait.stack, nowNs_);
        ++draft_.timeline.objects[wait.object.index()].waits;
    }
    beginWait(wait);
}

void ThreadTrack::joinWait(const Event& event) {
    Wait wait{WaitKind::join};
    wait.stack = stackOf(event.stack, {});
    beginWait(wait).joined = event.numbers[0];
}

void ThreadTrack::ioWait(const Event& event) {
    Wait wait{WaitKind::io};
    // Kinds are numbered alike; one that this reader does not know is waiting all the same.
    if (event.numbers[0] <= kRaddleIoSignal) wait.io = static_cast<IoKind>(event.numbers[0]);
    if (event.numbers[1] <= INT32_MAX) wait.fd = static_cast<int32_t>(event.numbers[1]) - 1;
    wait.stack = stackOf(event.stack, {});
    beginWait(wait);
}

void ThreadTrack::endWait(uint64_t status) {
    if (waits_.empty()) return;
    OpenWait open = waits_.back();
    waits_.pop_back();
    Wait& wait = thread_.waits[open.wait];
    wait.endNs = nowNs_;
    wait.finished = true;
    wait.succeeded = status == 0 || (wait.kind == WaitKind::lock && status == EOWNERDEAD);
    if (wait.kind == WaitKind::condition && wait.lock.valid())
        beginHold(wait.lock, LockMode::exclusive, wait.stack, false, true);
    if (wait.kind == WaitKind::join)
        if (const SurveyedThread* joined = draft_.survey.byHandle(surveyed_.image, open.joined, nowNs_))
            wait.blocker = joined->id;
    if (wait.kind != WaitKind::lock || !wait.lock.valid()) return;
    Lock& lock = draft_.timeline.locks[wait.lock.index()];
    if (!wait.succeeded) {
        ++lock.failedTries;
        return;
    }
    ++lock.acquisitions;
    ++lock.contended;
    beginHold(wait.lock, wait.mode, wait.stack, true, false);
}

// Ends a wait that has no WaitEnd.
void ThreadTrack::breakWait(OpenWait& open, int64_t atNs, bool finished) {
    Wait& wait = thread_.waits[open.wait];
    wait.endNs = atNs;
    wait.finished = finished;
    wait.succeeded = !finished;
    if (wait.kind == WaitKind::join)
        if (const SurveyedThread* joined = draft_.survey.byHandle(surveyed_.image, open.joined, atNs))
            wait.blocker = joined->id;
}

void ThreadTrack::enter(uint32_t slot) {
    const uint32_t* function = slots_.functions.find(slot, slots_.generation);
    if (!function) ++draft_.unknownSlots;
    Call call;
    if (function) call.function = FunctionId{*function};
    call.depth = static_cast<uint32_t>(calls_.size());
    call.beginNs = nowNs_;
    call.endNs = endNs_;
    call.finished = false;
    calls_.push_back(thread_.calls.size());
    thread_.calls.push_back(call);
}

void ThreadTrack::leave(uint64_t count) {
    for (; count > 0 && !calls_.empty(); --count) {
        Call& call = thread_.calls[calls_.back()];
        call.endNs = nowNs_;
        call.finished = true;
        calls_.pop_back();
    }
}

// Events were lost: what is open may have ended among them, so nothing is known to go on.
void ThreadTrack::loseTrack() {
    for (auto& [lock, open] : held_) thread_.holds[open.hold].endNs = nowNs_;
    held_.clear();
    for (OpenWait& open : waits_) thread_.waits[open.wait].endNs = nowNs_;
    waits_.clear();
    for (size_t region : regions_) thread_.regions[region].endNs = nowNs_;
    regions_.clear();
    for (size_t call : calls_) thread_.calls[call].endNs = nowNs_;
    calls_.clear();
}

void ThreadTrack::nameThread(const Event& event) {
    if (const SurveyedThread* thread = draft_.survey.byHandle(surveyed_.image, event.numbers[0], nowNs_))
        draft_.timeline.threads[thread->id.index()].name = event.strings[0];
}

void ThreadTrack::created(const Event& event) {
    const SurveyedThread* thread = draft_.survey.bySerial(static_cast<uint32_t>(event.numbers[0]));
    if (!thread) return;
    Thread& created = draft_.timeline.threads[thread->id.index()];
    created.createdAt = stackOf(event.stack, {});
    created.createdNs = nowNs_;
}

void ThreadTrack::beginRegion(const Event& event) {
    Region region;
    const uint64_t kind = event.numbers[0];
    region.kind = kind == kRaddleRegionLoop       ? Region::Kind::loop
                  : kind == kRaddleRegionSections ? Region::Kind::sections
                  : kind == kRaddleRegionSingle   ? Region::Kind::single
                                                  : Region::Kind::parallel;
    region.where = draft_.stacks.intern(surveyed_.image, {event.numbers[1]}, nowNs_);
    region.beginNs = nowNs_;
    region.endNs = endNs_;
    regions_.push_back(thread_.regions.size());
    thread_.regions.push_back(region);
}

// The innermost address is the instruction itself, the others are return addresses, which are looked up one before.
void ThreadTrack::sampled(const Event& event) {
    if (event.frames.empty()) return;
    std::vector<uint64_t> frames = event.frames;
    ++frames[0];
    int64_t weightNs = static_cast<int64_t>(std::min<uint64_t>(event.numbers[0], 1'000'000'000));
    thread_.samples.push_back({nowNs_, weightNs, draft_.stacks.intern(surveyed_.image, frames, nowNs_)});
}

void ThreadTrack::finish() {
    // What goes on around an open wait can be a signal handler inside it; a thread that has ended was in none.
    bool hasEnded = surveyed_.endNs >= 0;
    for (OpenWait& open : waits_) breakWait(open, hasEnded && open.nextNs >= 0 ? open.nextNs : endNs_, hasEnded);
}

}  // namespace raddle::trace
