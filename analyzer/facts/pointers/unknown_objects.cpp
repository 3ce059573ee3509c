#include "analyzer/facts/pointers/unknown_objects.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string>
#include <vector>

#include "analyzer/facts/pointers/points_to.h"

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

// Whether a type's name is that of a class or struct of the program or of a library other than the standard one.
bool isRecordName(const std::string& type) {
    static constexpr const char* kScalars[] = {"void",     "char",   "int",  "short", "long", "float", "double",
                                               "unsigned", "signed", "bool", "_Bool", "FILE", "const"};
    for (const char* scalar : kScalars)
        if (type.starts_with(scalar)) return false;
    return !type.empty() && !type.starts_with("std::");
}

}  // namespace

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

}  // namespace raddle::facts
