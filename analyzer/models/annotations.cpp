// What programs tell race detectors: the dynamic annotations that ThreadSanitizer, Helgrind and DRD understand, and
// ThreadSanitizer's own interface. A program that says what its primitives mean is believed.
#include "analyzer/models/tables.h"

namespace raddle::models {

using enum Effect;
using ir::Attempt;
using ir::LockKind;
using ir::LockMode;

std::span<const Model> annotationTable() {
    // Annotate* functions begin with the file and the line they are called from.
    static constexpr Model kTable[] = {
        {"AnnotateHappensBefore", signal, 2},
        {"AnnotateHappensAfter", await, 2},
        {"AnnotateRWLockCreate", initLock, 2, kNone, kNone, LockKind::rwlock},
        {"AnnotateRWLockCreateStatic", pure},
        {"AnnotateRWLockDestroy", destroyLock, 2},
        {"AnnotateRWLockAcquired", acquire, 2, 3, kNone, LockKind::rwlock},
        {"AnnotateRWLockReleased", release, 2},
        {"AnnotateIgnoreReadsBegin", mute, kNone, kNone, kNone, LockKind::none, LockMode::shared},
        {"AnnotateIgnoreReadsEnd", unmute, kNone, kNone, kNone, LockKind::none, LockMode::shared},
        {"AnnotateIgnoreWritesBegin", mute},
        {"AnnotateIgnoreWritesEnd", unmute},
        {"AnnotateBenignRace", benign, 2},
        {"AnnotateBenignRaceSized", benign, 2},

        {"__tsan_read1_pc", readMemory, 0},
        {"__tsan_read2_pc", readMemory, 0},
        {"__tsan_read4_pc", readMemory, 0},
        {"__tsan_read8_pc", readMemory, 0},
        {"__tsan_write1_pc", writeMemory, 0},
        {"__tsan_write2_pc", writeMemory, 0},
        {"__tsan_write4_pc", writeMemory, 0},
        {"__tsan_write8_pc", writeMemory, 0},
        {"__tsan_read_range", readMemory, 0},
        {"__tsan_read_range_pc", readMemory, 0},
        {"__tsan_write_range", writeMemory, 0},
        {"__tsan_write_range_pc", writeMemory, 0},
        {"__sanitizer_unaligned_load16", readMemory, 0},
        {"__sanitizer_unaligned_load32", readMemory, 0},
        {"__sanitizer_unaligned_load64", readMemory, 0},
        {"__sanitizer_unaligned_store16", writeMemory, 0},
        {"__sanitizer_unaligned_store32", writeMemory, 0},
        {"__sanitizer_unaligned_store64", writeMemory, 0},
        {"__tsan_acquire", await, 0},
        {"__tsan_release", signal, 0},
        {"__tsan_java_acquire", await, 0},
        {"__tsan_java_release", signal, 0},
        {"__tsan_java_release_store", signal, 0},
        {"__tsan_java_mutex_lock", acquire, 0, kNone, kNone, LockKind::recursive},
        {"__tsan_java_mutex_lock_rec", acquire, 0, kNone, kNone, LockKind::recursive},
        {"__tsan_java_mutex_unlock", release, 0},
        {"__tsan_java_mutex_unlock_rec", release, 0},
        {"__tsan_java_mutex_read_lock", acquire, 0, kNone, kNone, LockKind::recursive, LockMode::shared},
        {"__tsan_java_mutex_read_unlock", release, 0},
    };
    return kTable;
}

}  // namespace raddle::models
