#include "trace/answers/words.h"

#include <cmath>
#include <cstdio>

#include "trace/timeline/sites.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

constexpr size_t kMostOfAName = 60;

}  // namespace

std::string quotedName(const std::string& name) {
    return "`" + shortened(plainName(name), kMostOfAName) + "`";
}

std::string lockWords(const Timeline& timeline, LockId id) {
    const Lock* lock = lookup(timeline.locks, id);
    return lock ? quotedName(lock->name) : "a lock";
}

std::string objectWords(const Timeline& timeline, ObjectId id) {
    const Object* object = lookup(timeline.objects, id);
    return object ? quotedName(object->name) : "an event";
}

std::string threadWords(const Timeline& timeline, ThreadId id) {
    const Thread* thread = lookup(timeline.threads, id);
    if (!thread) return "an unknown thread";
    size_t namesakes = 0;
    for (const Thread& other : timeline.threads) namesakes += other.name == thread->name;
    return quotedName(thread->name) + (namesakes > 1 ? " (" + std::to_string(thread->tid) + ")" : "");
}

std::string placeWords(const Timeline& timeline, FunctionId id, const SourceLocation& at) {
    const Function* function = lookup(timeline.functions, id);
    std::string place;
    if (!at.file.empty()) {
        place = at.file.substr(at.file.rfind('/') + 1);
        if (at.line) place += ":" + std::to_string(at.line);
    }
    if (!function) return place;
    if (place.empty() && function->name.starts_with("0x"))
        place = function->module.substr(function->module.rfind('/') + 1);
    return quotedName(function->name) + (place.empty() ? "" : " (" + place + ")");
}

std::string placeWords(const Timeline& timeline, StackId stack) {
    Site site = siteOf(timeline, stack);
    return placeWords(timeline, site.function, site.at);
}

std::string shareWords(double share) {
    if (!std::isfinite(share) || share <= 0) return "0 %";
    if (share < 0.01) return "<1 %";
    if (share > 0.99 && share < 1) return ">99 %";
    return std::to_string(std::lround(share * 100)) + " %";
}

std::string decimal(double value) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.1f", value);
    return buffer;
}

std::string plural(uint64_t count, const char* one, const char* many) {
    return humanCount(count) + " " + (count == 1 ? one : many);
}

}  // namespace raddle::trace
