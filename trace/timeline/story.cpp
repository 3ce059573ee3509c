#include "trace/timeline/story.h"

#include <algorithm>

#include "trace/timeline/sites.h"

namespace raddle::trace {
namespace {

constexpr const char* kStartUp[] = {
    "start_thread", "__clone3", "clone3", "clone", "__clone", "_start", "__libc_start_main", "__libc_start_call_main"};

bool isRuntimeLibrary(const std::string& module) {
    std::string file = module.substr(module.rfind('/') + 1);
    return file.starts_with("libc.so") || file.starts_with("libstdc++.so") || file.starts_with("libc++.so") ||
           file.starts_with("libpthread") || file.starts_with("libraddle_rt") || file.starts_with("ld-linux");
}

// Of one without a symbol its address and the library it is in: "liblzma.so.5 0x9aa0".
std::string nameOf(const Function& function) {
    bool isBare = function.name.starts_with("0x") && !function.module.empty();
    return isBare ? function.module.substr(function.module.rfind('/') + 1) + " " + function.name : function.name;
}

}  // namespace

bool isRuntime(const Timeline& timeline, FunctionId id) {
    if (id.index() >= timeline.functions.size()) return false;
    const Function& function = timeline.functions[id.index()];
    std::string plain = function.name.substr(0, function.name.find('@'));
    return isWrapper(function) || isRuntimeLibrary(function.module) ||
           std::find(std::begin(kStartUp), std::end(kStartUp), plain) != std::end(kStartUp);
}

std::vector<FindingLocation> storyOf(const Timeline& timeline, StackId id) {
    if (id.index() >= timeline.stacks.size()) return {};
    const std::vector<Frame>& frames = timeline.stacks[id.index()].frames;
    auto own = [&](const Frame& frame) { return !isRuntime(timeline, frame.function); };
    auto inner = std::find_if(frames.begin(), frames.end(), own);
    auto outer = std::find_if(frames.rbegin(), frames.rend(), own).base();
    if (inner >= outer) inner = frames.begin(), outer = frames.end();
    std::vector<FindingLocation> story;
    for (auto frame = outer; frame != inner;) {
        --frame;
        bool isKnown = frame->function.index() < timeline.functions.size();
        story.push_back({frame->at, isKnown ? nameOf(timeline.functions[frame->function.index()]) : "?", ""});
    }
    return story;
}

}  // namespace raddle::trace
