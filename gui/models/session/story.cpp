#include "gui/models/session/story.h"

#include "gui/models/base/format.h"
#include "gui/models/recording/timeline_index.h"
#include "trace/timeline/story.h"

namespace raddle::gui {

bool isRuntime(const trace::Timeline& timeline, trace::FunctionId id) {
    return trace::isRuntime(timeline, id);
}

std::vector<FindingLocation> storyOf(const trace::Timeline& timeline, trace::StackId id) {
    std::vector<FindingLocation> story = trace::storyOf(timeline, id);
    for (FindingLocation& step : story)
        if (step.function.find("0x") == std::string::npos) step.function = shortFunction(step.function).toStdString();
    return story;
}

const char* kindName(trace::LockKind kind) {
    switch (kind) {
        case trace::LockKind::mutex:
            return "mutex";
        case trace::LockKind::recursiveMutex:
            return "recursive";
        case trace::LockKind::rwlock:
            return "rwlock";
        case trace::LockKind::spinlock:
            return "spinlock";
        case trace::LockKind::semaphore:
            return "semaphore";
    }
    return "";
}

QString functionText(const trace::Function& function) {
    QString name = shortFunction(function.name);
    if (!name.startsWith(QLatin1String("0x")) || function.module.empty()) return name;
    return QString::fromStdString(function.module.substr(function.module.rfind('/') + 1)) + QLatin1Char(' ') + name;
}

QString stackHead(const trace::Timeline& timeline, trace::StackId stack) {
    return siteText(timeline, trace::siteOf(timeline, stack));
}

QString siteText(const trace::Timeline& timeline, const trace::Site& site) {
    const trace::Function* function = lookup(timeline.functions, site.function);
    QString place = placeText(site.at);
    if (!function) return place;
    QString name = functionText(*function);
    return place.isEmpty() ? name : QStringLiteral("%1 (%2)").arg(name, place);
}

}  // namespace raddle::gui
