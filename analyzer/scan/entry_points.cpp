#include "analyzer/scan/entry_points.h"

#include "core/triage/pattern.h"

namespace raddle::scan {

std::vector<std::string> limitEntryPoints(link::Program& program, const std::vector<std::string>& entryPoints) {
    if (entryPoints.empty()) return {};
    if (!program.mains.empty()) return {"'entry-points' are not looked at: the program has a main"};
    std::vector<bool> isUsed(entryPoints.size());
    for (ir::Function& function : program.functions) {
        bool isEntry = false;
        for (size_t i = 0; i < entryPoints.size(); ++i) {
            if (!triage::matches(entryPoints[i], program.text(function.name))) continue;
            isUsed[i] = true;
            isEntry = true;
        }
        function.isPublic = isEntry;
    }
    std::vector<std::string> notes;
    for (size_t i = 0; i < entryPoints.size(); ++i)
        if (!isUsed[i]) notes.push_back("'" + entryPoints[i] + "' of 'entry-points' names no function of the program");
    return notes;
}

}  // namespace raddle::scan
