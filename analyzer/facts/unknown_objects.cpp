#include "analyzer/facts/unknown_objects.h"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace raddle::facts {
namespace {

// The words of a name in lower case: "BufferPool::makeItem(int)" -> make, item.
std::vector<std::string> wordsOf(std::string name) {
    name = name.substr(0, name.find('('));
    if (const size_t scope = name.rfind("::"); scope != std::string::npos) name = name.substr(scope + 2);
    std::vector<std::string> words{""};
    for (size_t i = 0; i < name.size(); ++i) {
        const auto c = static_cast<unsigned char>(name[i]);
        const bool starts = std::isupper(c) && i > 0 && !std::isupper(static_cast<unsigned char>(name[i - 1]));
        if ((c == '_' || starts) && !words.back().empty()) words.emplace_back();
        if (c != '_') words.back() += static_cast<char>(std::tolower(c));
    }
    return words;
}

bool saysItMakes(const std::string& function) {
    static constexpr const char* kMakers[] = {"new", "create", "make", "dup", "clone", "copy", "open", "init", "build"};
    const std::vector<std::string> words = wordsOf(function);
    return std::any_of(words.begin(), words.end(), [](const std::string& word) {
        return word.find("alloc") != std::string::npos ||
               std::any_of(std::begin(kMakers), std::end(kMakers), [&](const char* maker) { return word == maker; });
    });
}

// Whether code outside the program can know a global: not what is static to a file or function.
bool visibleOutside(const ir::Global& global) {
    return !global.isFunctionStatic && global.key == global.name;
}

}  // namespace

bool isRecordName(const std::string& type) {
    static constexpr const char* kScalars[] = {"void",     "char",   "int",  "short", "long", "float", "double",
                                               "unsigned", "signed", "bool", "_Bool", "FILE", "const"};
    for (const char* scalar : kScalars)
        if (type.starts_with(scalar)) return false;
    return !type.empty() && !type.starts_with("std::");
}

ObjectId objectFromUnknown(Places& places, const Ops& ops, OpId call) {
    const ir::Op& op = ops.op(call);
    const link::Program& program = places.program();
    if (op.kind != ir::OpKind::call || op.isVirtual || op.opaque || op.value.kind != ir::ValueKind::function ||
        op.result.kind != ir::RootKind::local || program.find(op.value.function).valid())
        return {};
    const ir::Variable& result = program.function(ops.function(call)).locals[op.result.index];
    if (!result.isPointer || !result.type.valid()) return {};
    if (saysItMakes(program.text(op.value.function))) return heapObject(places, ops, call);
    if (!isRecordName(program.text(result.type))) return {};
    Object object;
    object.kind = ObjectKind::typed;
    object.type = result.type;
    return places.object(object);
}

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
