#include "gui/models/session/story.h"

#include <algorithm>

#include "gui/models/base/format.h"
#include "gui/models/session/timeline_index.h"

namespace raddle::gui {
namespace {

constexpr const char* kStartUp[] = {
    "start_thread", "__clone3", "clone3", "clone", "__clone", "_start", "__libc_start_main", "__libc_start_call_main"};

bool isRuntimeLibrary(const std::string& module) {
    std::string file = module.substr(module.rfind('/') + 1);
    return file.starts_with("libc.so") || file.starts_with("libstdc++.so") || file.starts_with("libc++.so") ||
           file.starts_with("libpthread") || file.starts_with("libraddle_rt") || file.starts_with("ld-linux");
}

}  // namespace

bool isRuntime(const trace::Timeline& timeline, trace::FunctionId id) {
    const trace::Function* function = lookup(timeline.functions, id);
    if (!function) return false;
    std::string plain = function->name.substr(0, function->name.find('@'));
    return trace::isWrapper(*function) || isRuntimeLibrary(function->module) ||
           std::find(std::begin(kStartUp), std::end(kStartUp), plain) != std::end(kStartUp);
}

std::vector<FindingLocation> storyOf(const trace::Timeline& timeline, trace::StackId id) {
    const trace::Stack* stack = lookup(timeline.stacks, id);
    if (!stack) return {};
    auto own = [&](const trace::Frame& frame) { return !isRuntime(timeline, frame.function); };
    auto inner = std::find_if(stack->frames.begin(), stack->frames.end(), own);
    auto outer = std::find_if(stack->frames.rbegin(), stack->frames.rend(), own).base();
    if (inner >= outer) inner = stack->frames.begin(), outer = stack->frames.end();
    std::vector<FindingLocation> story;
    for (auto frame = outer; frame != inner;) {
        --frame;
        const trace::Function* function = lookup(timeline.functions, frame->function);
        story.push_back({frame->at, function ? functionText(*function).toStdString() : "?", ""});
    }
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
