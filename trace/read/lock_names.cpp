#include "trace/read/lock_names.h"

#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

constexpr int kMostPassed = 6;

std::string lastName(const std::string& qualified) {
    const std::string plain = plainName(qualified);
    std::string name = plain.substr(0, plain.rfind("()") == std::string::npos ? plain.size() : plain.rfind("()"));
    const size_t colons = name.rfind("::");
    return colons == std::string::npos ? name : name.substr(colons + 2);
}

// The name of a type, without its scopes and template arguments.
std::string lastOfType(std::string type) {
    type.resize(std::min(type.find('<'), type.size()));
    const size_t colons = type.rfind("::");
    return colons == std::string::npos ? type : type.substr(colons + 2);
}

// What a caller's line has to be asked for: which argument of the function, or what it is called on.
struct Passed {
    bool isPassed = false;
    int argument = kObject;
};

Passed howPassed(const CodeFrame& frame, const Declared& declared) {
    if (declared.kind == Declared::Kind::parameter) return {true, declared.parameter};
    // A class around a lock: its object is what people know.
    const bool isOwn = declared.kind == Declared::Kind::member && !declared.scope.empty() &&
                       declared.owner == declared.scope && isLockLike(lastOfType(declared.owner)) &&
                       isLockLike(lastName(frame.function));
    if (!isOwn) return {};
    return {true, lastName(frame.function) == lastOfType(declared.scope) ? 0 : kObject};
}

}  // namespace

UsedName nameOfUse(const std::vector<CodeFrame>& frames, SourceLines& lines) {
    UsedName used;
    size_t at = 0;
    while (at < frames.size() && frames[at].isWrapper) ++at;
    if (at == frames.size()) return used;
    std::string expression = expressionIn(lines.at(frames[at].at));
    if (expression.empty()) expression = likelyExpressionIn(lines.at(frames[at].at));
    for (int i = 0; i < kMostPassed && !expression.empty(); ++i) {
        const CodeFrame& frame = frames[at];
        const Declared declared = frame.symbols->declared(frame.address, frame.level, expression);
        const bool isMember = declared.kind == Declared::Kind::member && !declared.owner.empty();
        used.name = isMember ? declared.owner + "::" + declared.name : expression;
        used.declaredAt = declared.at;
        used.isLocal = !isMember && declared.kind != Declared::Kind::global;
        used.function = frame.id;
        const Passed passed = howPassed(frame, declared);
        if (!passed.isPassed || at + 1 == frames.size()) return used;
        expression = passedIn(lines.at(frames[at + 1].at), lastName(frame.function), passed.argument);
        if (!expression.empty() && isLockLike(lastName(frame.function))) used.passers.push_back(frame.id);
        ++at;
    }
    return used;
}

}  // namespace raddle::trace
