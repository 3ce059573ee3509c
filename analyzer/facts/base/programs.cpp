#include "analyzer/facts/base/programs.h"

#include <map>

namespace raddle::facts {

Programs::Programs(const link::Program& program) {
    if (program.mains.size() < 2) return;
    std::map<ir::NameId, uint32_t> mainOf;  // by file
    for (uint32_t i = 0; i < program.mains.size(); ++i) mainOf.emplace(program.function(program.mains[i]).at.file, i);
    const auto ownerOf = [&](const ir::Location& at) {
        const auto known = mainOf.find(at.file);
        return at.file.valid() && known != mainOf.end() ? known->second : kShared;
    };
    for (const ir::Function& function : program.functions) functions_.push_back(ownerOf(function.at));
    for (const ir::Global& global : program.globals) globals_.push_back(global.isExtern ? kShared : ownerOf(global.at));
}

}  // namespace raddle::facts
