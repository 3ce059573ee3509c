#include "analyzer/facts/accesses_by_type.h"

#include <map>
#include <string>

namespace raddle::facts {
namespace {

// Whether code outside the program can know a global: not what is static to a file or function.
bool visibleOutside(const ir::Global& global) {
    return !global.isFunctionStatic && global.key == global.name;
}

}  // namespace

void addAccessesByType(Facts& facts) {
    std::map<std::string, ObjectId> byType;
    for (ObjectId id : facts.pointsTo.unknownObjects)
        byType.emplace(facts.program->text(facts.places.object(id).type), id);
    if (byType.empty()) return;
    const auto typed = [&](const std::string& type) {
        auto it = byType.find(type);
        return it == byType.end() ? ObjectId{} : it->second;
    };
    const size_t known = facts.accesses.size();
    for (size_t i = 0; i < known; ++i) {
        const Place location = facts.places.place(facts.accesses[i].location);
        const Object& root = facts.places.object(location.root);
        const bool isGlobal = root.kind == ObjectKind::global && visibleOutside(facts.program->globals[root.global]);
        if (!isGlobal && !(root.kind == ObjectKind::typed && facts.pointsTo.unknownObjects.contains(location.root)))
            continue;
        const auto add = [&](ObjectId object, size_t from) {
            if (!object.valid() || object == location.root) return;
            Access seen = facts.accesses[i];
            const auto begin = location.steps.begin() + static_cast<std::ptrdiff_t>(from);
            seen.location = facts.places.place(Place{object, {begin, location.steps.end()}});
            seen.byType = true;
            facts.accesses.push_back(seen);
        };
        if (isGlobal && facts.program->globals[root.global].type.valid() &&
            !facts.program->globals[root.global].isPointer)
            add(typed(facts.program->text(facts.program->globals[root.global].type)), 0);
        for (size_t step = 1; step < location.steps.size(); ++step) {
            if (location.steps[step].kind != ir::StepKind::field) continue;
            const std::string& field = facts.program->names.text({static_cast<uint32_t>(location.steps[step].value)});
            if (const size_t scope = field.rfind("::"); scope != std::string::npos)
                add(typed(field.substr(0, scope)), step);
        }
    }
}

}  // namespace raddle::facts
