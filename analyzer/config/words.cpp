#include "analyzer/config/words.h"

namespace raddle::config {
namespace {

using models::Effect;
using models::kNone;
using models::kThis;
using models::Model;
using enum KeyKind;

constexpr Key kAcquire[] = {{"lock", argument, &Model::object},
                            {"global", global},
                            {"mode", mode},
                            {"kind", lockKind},
                            {"success", success},
                            {"timed", timed}};
constexpr Key kRelease[] = {{"lock", argument, &Model::object}, {"global", global}};
constexpr Key kLock[] = {{"lock", argument, &Model::object, true}};
constexpr Key kRegion[] = {{"global", global}};
constexpr Key kWait[] = {
    {"condition", argument, &Model::object, true}, {"lock", argument, &Model::other, true}, {"timed", timed}};
constexpr Key kSignal[] = {{"condition", argument, &Model::object, true}, {"all", broadcast}};
constexpr Key kSemaphoreWait[] = {{"semaphore", argument, &Model::object, true}, {"timed", timed}};
constexpr Key kSemaphorePost[] = {{"semaphore", argument, &Model::object, true}};
constexpr Key kEventWait[] = {{"event", argument, &Model::object, true}, {"timed", timed}};
constexpr Key kEventSet[] = {{"event", argument, &Model::object, true}};
constexpr Key kSpawn[] = {{"entry", argument, &Model::callback, true},
                          {"argument", argument, &Model::argument},
                          {"position", position, &Model::position},
                          {"handle", handle, &Model::object},
                          {"method", method}};
constexpr Key kPost[] = {{"entry", argument, &Model::callback, true},
                         {"argument", argument, &Model::argument},
                         {"position", position, &Model::position},
                         {"method", method}};
constexpr Key kHandle[] = {{"handle", argument, &Model::object, true}};
constexpr Key kBarrier[] = {{"barrier", argument, &Model::object, true}};
constexpr Key kOnce[] = {{"flag", argument, &Model::object, true}, {"entry", argument, &Model::callback, true}};
constexpr Key kCallback[] = {{"entry", argument, &Model::callback, true}};
constexpr Key kCondition[] = {{"condition", argument, &Model::object}};
constexpr Key kPointer[] = {{"pointer", argument, &Model::object, true}};
constexpr Key kCopy[] = {{"to", argument, &Model::object, true}, {"from", argument, &Model::other, true}};
constexpr Key kArgument[] = {{"argument", argument, &Model::object, true}};
constexpr Key kObject[] = {{"object", argument, &Model::object, true}};

constexpr Model row(Effect effect, int object = kNone) {
    Model model;
    model.effect = effect;
    model.object = object;
    return model;
}

constexpr Model semaphore(Effect effect) {
    Model model = row(effect);
    model.lockKind = ir::LockKind::flag;
    return model;
}

constexpr Model region(Effect effect) {
    Model model = row(effect);
    model.lockKind = ir::LockKind::mutex;
    model.lockName = "atomic region";
    return model;
}

constexpr Model mutex(Effect effect) {
    Model model = row(effect);
    model.lockKind = ir::LockKind::mutex;
    return model;
}

}  // namespace

std::span<const EffectWord> effectWords() {
    static constexpr EffectWord kWords[] = {
        {"acquire", mutex(Effect::acquire), kAcquire},
        {"release", row(Effect::release), kRelease},
        {"init_lock", mutex(Effect::initLock), kLock},
        {"destroy_lock", row(Effect::destroyLock), kLock},
        {"atomic_begin", region(Effect::acquire), kRegion},
        {"atomic_end", region(Effect::release), kRegion},
        {"atomic", region(Effect::runAtomically), kRegion},
        {"wait", row(Effect::wait), kWait},
        {"signal", row(Effect::signal), kSignal},
        {"semaphore_wait", semaphore(Effect::await), kSemaphoreWait},
        {"semaphore_post", semaphore(Effect::signal), kSemaphorePost},
        {"event_wait", row(Effect::await), kEventWait},
        {"event_set", row(Effect::signal), kEventSet},
        {"spawn", row(Effect::spawn), kSpawn},
        {"post", row(Effect::spawn), kPost},
        {"join", row(Effect::join), kHandle},
        {"detach", row(Effect::detach), kHandle},
        {"barrier", row(Effect::barrier), kBarrier},
        {"once", row(Effect::once), kOnce},
        {"callback", row(Effect::callback), kCallback},
        {"thread_exit", row(Effect::exitThread), {}},
        {"noreturn", row(Effect::stop), {}},
        {"assume", row(Effect::assume, 0), kCondition},
        {"nondet", row(Effect::pure), {}},
        {"pure", row(Effect::pure), {}},
        {"allocate", row(Effect::allocate), {}},
        {"free", row(Effect::deallocate), kPointer},
        {"read", row(Effect::readMemory), kPointer},
        {"write", row(Effect::writeMemory), kPointer},
        {"copy", row(Effect::copyMemory), kCopy},
        {"returns", row(Effect::forward), kArgument},
        {"atomic_load", row(Effect::atomicLoad), kObject},
        {"atomic_store", row(Effect::atomicStore), kObject},
        {"atomic_change", row(Effect::atomicRmw), kObject},
        {"atomic_exchange", row(Effect::atomicTake), kObject},
        {"atomic_compare_exchange", row(Effect::atomicCas), kObject},
        {"element", row(Effect::element, kThis), {}},
        {"insert", row(Effect::insert, kThis), {}},
    };
    return kWords;
}

std::span<const TypeWord> typeWords() {
    using enum ir::LockKind;
    static constexpr TypeWord kWords[] = {
        {"mutex", false, {}, mutex},
        {"recursive", false, {}, recursive},
        {"rwlock", false, {}, rwlock},
        {"spin", false, {}, spin},
        {"guard", true},
        {"shared_guard", true, ir::LockMode::shared},
        {"synchronisation"},
    };
    return kWords;
}

}  // namespace raddle::config
