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

Passed howPassed(const CodeFrame& frame, const Declared& declared, const std::string& expression) {
    if (declared.kind == Declared::Kind::parameter) return {true, declared.parameter};
    // A class around a lock: its object is what people know.
    const bool isAround = declared.kind == Declared::Kind::member && isLockLike(lastOfType(declared.owner)) &&
                          isLockLike(lastName(frame.function));
    if (!isAround) return {};
    if (declared.scope.empty() || declared.owner != declared.scope) {
        const std::string base = expression.substr(0, expression.find_first_of(".-["));
        const Declared object = frame.symbols->declared(frame.address, frame.level, base);
        return {object.kind == Declared::Kind::parameter, object.parameter};
    }
    return {true, lastName(frame.function) == lastOfType(declared.scope) ? 0 : kObject};
}

UsedName::Says sayingOf(const Declared& declared) {
    const bool isMember = declared.kind == Declared::Kind::member && !declared.owner.empty();
    if (isMember && isLockLike(lastOfType(declared.owner))) return UsedName::Says::lockClass;
    return isMember || declared.kind == Declared::Kind::global ? UsedName::Says::owner : UsedName::Says::local;
}

bool isIdentifier(const std::string& expression) {
    return expression.find_first_of(".->[:") == std::string::npos;
}

// By the text of the lines.
UsedName nameInSource(const std::vector<CodeFrame>& frames, size_t at, SourceLines& lines) {
    UsedName used;
    std::string expression = expressionIn(lines.at(frames[at].at));
    if (expression.empty()) expression = likelyExpressionIn(lines.at(frames[at].at));
    for (int i = 0; i < kMostPassed && !expression.empty(); ++i) {
        const CodeFrame& frame = frames[at];
        const Declared declared = frame.symbols->declared(frame.address, frame.level, expression);
        if (declared.kind == Declared::Kind::local && isIdentifier(expression)) {
            std::string assigned = lines.assignedBefore(frame.at, frame.definedAt, expression);
            if (!assigned.empty()) {
                expression = assigned;
                continue;
            }
        }
        const bool isMember = declared.kind == Declared::Kind::member && !declared.owner.empty();
        used.says = sayingOf(declared);
        used.name = isMember ? declared.owner + "::" + declared.name : expression;
        used.declaredAt = declared.at;
        used.isLocal = !isMember && declared.kind != Declared::Kind::global;
        used.isHanded = declared.kind == Declared::Kind::parameter;
        used.function = frame.id;
        const Passed passed = howPassed(frame, declared, expression);
        if (!passed.isPassed || at + 1 == frames.size()) return used;
        expression = passedIn(lines.at(frames[at + 1].at), lastName(frame.function), passed.argument);
        if (isLockLike(lastName(frame.function))) used.passers.push_back(frame.id);
        ++at;
    }
    return used;
}

// By what the calls passed, the innermost its first argument.
UsedName nameInCalls(const std::vector<CodeFrame>& frames) {
    UsedName used;
    int argument = 0;
    size_t at = 0;
    for (int i = 0; i < kMostPassed && at < frames.size(); ++i) {
        const uint64_t address = frames[at].address;
        const Declared declared = frames[at].symbols->passed(address + 1, argument);
        while (at < frames.size() && frames[at].address == address && frames[at].isWrapper) ++at;
        if (at == frames.size() || declared.kind == Declared::Kind::unknown) return used;
        // A library's own variables: no names that people know.
        if (declared.kind != Declared::Kind::member && (declared.name.starts_with('_') || declared.name == "this"))
            return used;
        const bool isMember = declared.kind == Declared::Kind::member;
        used.says = sayingOf(declared);
        used.name = isMember ? declared.owner + "::" + declared.name : declared.name;
        used.declaredAt = declared.at;
        used.isLocal = !isMember;
        used.isHanded = declared.parameter >= 0;
        used.function = frames[at].id;
        if (used.says == UsedName::Says::owner || declared.parameter < 0) return used;
        argument = declared.parameter;
        while (at < frames.size() && frames[at].address == address) ++at;
    }
    return used;
}

bool hasName(const CodeFrame& frame) {
    return !frame.function.empty() && !frame.function.starts_with("0x");
}

}  // namespace

UsedName nameOfUse(const std::vector<CodeFrame>& frames, SourceLines& lines) {
    size_t at = 0;
    while (at < frames.size() && frames[at].isWrapper) ++at;
    if (at == frames.size()) return {};
    UsedName used = nameInSource(frames, at, lines);
    if (used.says == UsedName::Says::owner) return used;
    if (UsedName passed = nameInCalls(frames); passed.says > used.says) {
        passed.passers = used.passers;
        used = passed;
    }
    if (used.says > UsedName::Says::local || (used.says == UsedName::Says::local && !used.isHanded)) return used;
    // What a project's own way to lock calls it says less than who called that.
    bool isWithin = used.says < UsedName::Says::local;
    for (; at + 1 < frames.size() && hasName(frames[at]) && hasName(frames[at + 1]); ++at) {
        if (!isLockLike(lastName(frames[at].function))) break;
        isWithin = isWithin || used.function == frames[at].id;
    }
    if (!isWithin || used.function == frames[at].id) return used;
    UsedName byCaller;
    byCaller.says = hasName(frames[at]) ? UsedName::Says::function : UsedName::Says::nothing;
    byCaller.function = frames[at].id;
    byCaller.passers = used.passers;
    return byCaller;
}

}  // namespace raddle::trace
