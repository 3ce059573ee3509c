#include "gui/models/story.h"

#include <algorithm>

#include "gui/models/format.h"
#include "gui/models/timeline_index.h"
#include "trace/timeline/sites.h"

namespace raddle::gui {
namespace {

constexpr const char* kStartUp[] = {
    "start_thread", "__clone3", "clone3", "clone", "__clone", "_start", "__libc_start_main", "__libc_start_call_main"};

bool isRuntimeLibrary(const std::string& module) {
    std::string file = module.substr(module.rfind('/') + 1);
    return file.starts_with("libc.so") || file.starts_with("libstdc++.so") || file.starts_with("libc++.so") ||
           file.starts_with("libpthread") || file.starts_with("ld-linux");
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
        story.push_back({frame->at, function ? shortFunction(function->name).toStdString() : "?", ""});
    }
    return story;
}

}  // namespace raddle::gui
