#include "analyzer/ir/print.h"

#include <unordered_set>

#include "analyzer/ir/words.h"

namespace raddle::ir {
namespace {

// Names of an id, and of no id: "".
std::string_view textOf(const Names& names, NameId id) {
    return id.valid() && id.index() < names.size() ? std::string_view(names.text(id)) : std::string_view();
}

std::string wordFor(std::string_view text) {
    return isPlainWord(text) ? std::string(text) : quoted(text);
}

bool isLabel(std::string_view text) {
    return !text.empty() && (isPlainWord(text) || isPlainWord("_" + std::string(text)));
}

// What is left of a name that cannot be a label.
std::string labelFrom(std::string_view name) {
    std::string out;
    for (char c : name)
        if (isLabel(std::string_view(&c, 1))) out += c;
    return out.empty() ? "_" : out;
}

// The name that the parser gives to a variable with this label.
std::string_view nameInLabel(std::string_view label) {
    return label.substr(0, label.find('#'));
}

class Printer {
  public:
    explicit Printer(const Unit& unit) : unit_(unit) {}

    void header() {
        out_ += "unit " + quoted(unit_.file) + "\n";
        for (const std::string& construct : unit_.opaque) out_ += "opaque " + quoted(construct) + "\n";
        for (const Global& global : unit_.globals) write(global);
        for (const Override& pair : unit_.overrides)
            out_ += "override " + word(pair.base) + " " + word(pair.derived) + "\n";
        for (const Contract& contract : unit_.contracts) write(contract);
    }
    void write(const Function& function);
    std::string take() { return std::move(out_); }

  private:
    std::string_view text(NameId id) const { return textOf(unit_.names, id); }
    std::string word(NameId id) const { return wordFor(text(id)); }
    void write(const Global& global);
    void write(const Contract& contract);
    void write(const Variable& variable, const std::string& label);
    void write(const Op& op);
    void writeEnd(const Block& block, bool last);
    void writeType(NameId type, bool isPointer);
    void writeName(NameId name, std::string_view implied);
    void writeLocation(const Location& at);
    void writeUses(const std::vector<Place>& uses);
    template <class Struct, size_t N>
    void writeFlags(const Struct& object, const Flag<Struct> (&flags)[N]) {
        for (const Flag<Struct>& flag : flags)
            if (object.*flag.field == flag.whenSet) append(flag.word);
    }
    template <size_t N, class Enum>
    void writeEnum(const std::array<std::string_view, N>& words, Enum value) {
        if (static_cast<size_t>(value) != 0) append(words[static_cast<size_t>(value)]);
    }
    void append(std::string_view word) { (out_ += ' ') += word; }
    void nameVariables(const Function& function);
    std::string variable(Root root) const;
    std::string place(const Place& place) const;
    std::string value(const Value& value) const;
    std::string operand(const Op& op) const;

    const Unit& unit_;
    std::vector<std::string> formals_;  // labels of the current function's variables
    std::vector<std::string> locals_;
    std::string out_;
};

void Printer::nameVariables(const Function& function) {
    formals_.clear();
    locals_.clear();
    std::unordered_set<std::string> used;
    auto label = [&](const Variable& variable) {
        std::string stem(text(variable.name));
        if (!stem.empty() && !isLabel(stem)) stem = labelFrom(stem);
        std::string unique = stem;
        for (int i = stem.empty() ? 1 : 2; unique.empty() || !used.insert(unique).second; ++i)
            unique = stem + "#" + std::to_string(i);
        return unique;
    };
    for (const Variable& formal : function.formals) formals_.push_back(label(formal));
    for (const Variable& local : function.locals) locals_.push_back(label(local));
}

std::string Printer::variable(Root root) const {
    if (root.kind == RootKind::none) return "?";
    if (root.kind == RootKind::global && root.index < unit_.globals.size())
        return "@" + word(unit_.globals[root.index].key);
    const std::vector<std::string>& labels = root.kind == RootKind::formal ? formals_ : locals_;
    if (root.kind != RootKind::global && root.index < labels.size()) return "%" + labels[root.index];
    return "<no variable " + std::to_string(root.index) + ">";
}

std::string Printer::place(const Place& place) const {
    std::string out = variable(place.root);
    bool starred = false;  // ends in a deref that is not written yet
    for (const Step& step : place.steps) {
        if (step.kind == StepKind::deref) {
            if (starred) out = "*" + out;
            starred = true;
            continue;
        }
        if (step.kind == StepKind::field) {
            bool grouped = out[0] == '*';
            if (grouped) out = "(" + out + ")";
            out += (starred ? "->" : ".") + word(NameId{static_cast<uint32_t>(step.value)});
        } else if (step.kind == StepKind::container) {
            if (starred) out = "*" + out;
            if (out[0] == '*') out = "(" + out + ")";
            out += "^" + word(NameId{static_cast<uint32_t>(step.value)});
        } else {
            if (starred) out = "*" + out;
            if (out[0] == '*') out = "(" + out + ")";
            if (step.kind == StepKind::indexConstant) out += "[" + std::to_string(step.value) + "]";
            if (step.kind == StepKind::indexVariable)
                out += "[" + variable({step.variable, static_cast<uint32_t>(step.value)}) + "]";
            if (step.kind == StepKind::indexAny) out += "[?]";
        }
        starred = false;
    }
    return starred ? "*" + out : out;
}

std::string Printer::value(const Value& value) const {
    switch (value.kind) {
        case ValueKind::unknown:
            return "?";
        case ValueKind::constant:
            return std::to_string(value.constant);
        case ValueKind::load:
            return place(value.place);
        case ValueKind::address:
            return "&" + place(value.place);
        case ValueKind::function:
            return word(value.function);
        case ValueKind::equals:
            return place(value.place) + " == " + std::to_string(value.constant);
        case ValueKind::differs:
            return place(value.place) + " != " + std::to_string(value.constant);
        case ValueKind::sum:
            return place(value.place) + " + " + std::to_string(value.constant);
    }
    return "?";
}

std::string Printer::operand(const Op& op) const {
    bool hasValue = op.value.kind != ValueKind::unknown;
    std::string what = value(op.value);
    if (op.kind == OpKind::ret && op.value.kind == ValueKind::function && isOpAttribute(what)) what = quoted(what);
    if (takesValue(op.kind)) {
        if (op.place.valid()) return place(op.place) + " = " + what;
        return hasValue || takesArguments(op.kind) || !op.args.empty() || !op.uses.empty() ? what : "";
    }
    if (hasValue || op.kind == OpKind::store) return place(op.place) + " = " + what;
    return op.place.valid() || !op.args.empty() ? place(op.place) : "";
}

void Printer::writeType(NameId type, bool isPointer) {
    if (!type.valid() && !isPointer) return;
    out_ += " : ";
    if (type.valid()) out_ += word(type);
    if (isPointer) out_ += "*";
}

void Printer::writeName(NameId name, std::string_view implied) {
    if (!name.valid() && !implied.empty()) out_ += " unnamed";
    if (name.valid() && (text(name) != implied || implied.empty())) out_ += " name " + word(name);
}

void Printer::writeLocation(const Location& at) {
    if (at == Location{}) {
        out_ += " at ?";
        return;
    }
    out_ += " at ";
    if (!at.file.valid())
        out_ += "?:";
    else if (text(at.file) != unit_.file)
        out_ += quoted(text(at.file)) + ":";
    out_ += std::to_string(at.line);
    if (at.column) out_ += ":" + std::to_string(at.column);
}

void Printer::writeUses(const std::vector<Place>& uses) {
    for (size_t i = 0; i < uses.size(); ++i) out_ += (i ? ", " : " uses ") + place(uses[i]);
}

void Printer::write(const Contract& contract) {
    out_ +=
        "contract " + std::string(kContractWords[static_cast<size_t>(contract.kind)]) + " " + word(contract.subject);
    if (contract.formal >= 0) out_ += " formal " + std::to_string(contract.formal);
    if (contract.member.valid()) out_ += " member " + word(contract.member);
    if (contract.global.valid()) out_ += " global " + word(contract.global);
    if (contract.shared) out_ += " shared";
    out_ += "\n";
}

void Printer::write(const Global& global) {
    out_ += "global @" + word(global.key);
    writeType(global.type, global.isPointer);
    writeName(global.name, text(global.key));
    writeEnum(kLockWords, global.lockKind);
    writeFlags(global, kGlobalFlags);
    if (global.callOperator.valid()) out_ += " runs " + word(global.callOperator);
    writeLocation(global.at);
    out_ += "\n";
}

void Printer::write(const Variable& variable, const std::string& label) {
    out_ += "%" + label;
    writeType(variable.type, variable.isPointer);
    writeName(variable.name, nameInLabel(label));
    writeFlags(variable, kVariableFlags);
    if (variable.callOperator.valid()) out_ += " runs " + word(variable.callOperator);
}

void Printer::write(const Op& op) {
    out_ += "  ";
    out_ += kOpWords[static_cast<size_t>(op.kind)];
    if (std::string what = operand(op); !what.empty()) out_ += " " + what;
    if (takesArguments(op.kind) || !op.args.empty()) {
        out_ += "(";
        for (size_t i = 0; i < op.args.size(); ++i) out_ += (i ? ", " : "") + value(op.args[i]);
        out_ += ")";
    }
    if (op.result.kind != RootKind::none) out_ += " -> " + variable(op.result);
    writeUses(op.uses);
    writeEnum(kOrderWords, op.order);
    writeEnum(kLockWords, op.lockKind);
    writeEnum(kModeWords, op.mode);
    writeEnum(kAttemptWords, op.attempt);
    if (op.successValue != 0) out_ += " success " + std::to_string(op.successValue);
    writeFlags(op, kOpFlags);
    writeLocation(op.at);
    out_ += "\n";
}

void Printer::writeEnd(const Block& block, bool last) {
    const Condition& condition = block.condition;
    bool conditional = condition != Condition{};
    if (block.successors.empty() && !conditional) {
        bool ended = !block.ops.empty() && endsBlock(block.ops.back().kind);
        if (!last && !ended) out_ += "  leave\n";
        return;
    }
    if (block.successors.size() == 1 && !conditional) {
        out_ += "  goto b" + std::to_string(block.successors[0]) + "\n";
        return;
    }
    out_ += "  br " + place(condition.place);
    if (condition.place.valid() || condition.constant != 0 || !condition.equal)
        out_ += (condition.equal ? " == " : " != ") + std::to_string(condition.constant);
    if (condition.ordering) out_ += " ordering";
    if (condition.text.valid()) out_ += " text " + word(condition.text);
    writeUses(condition.uses);
    for (size_t i = 0; i < block.successors.size(); ++i) {
        if (i < condition.labels.size()) {
            const auto& label = condition.labels[i];
            out_ += label ? " case " + std::to_string(*label) : " default";
        }
        out_ += " b" + std::to_string(block.successors[i]);
    }
    out_ += "\n";
}

void Printer::write(const Function& function) {
    nameVariables(function);
    out_ += "func " + word(function.key) + "(";
    for (size_t i = 0; i < function.formals.size(); ++i) {
        if (i) out_ += ", ";
        write(function.formals[i], formals_[i]);
    }
    out_ += ")";
    writeName(function.name, text(function.key));
    if (function.klass.valid()) out_ += " class " + word(function.klass);
    writeEnum(kRoleWords, function.role);
    writeFlags(function, kFunctionFlags);
    if (!function.file.valid())
        out_ += " file ?";
    else if (text(function.file) != unit_.file)
        out_ += " file " + quoted(text(function.file));
    writeLocation(function.at);
    out_ += " {\n";
    for (size_t i = 0; i < function.locals.size(); ++i) {
        out_ += "  local ";
        write(function.locals[i], locals_[i]);
        out_ += "\n";
    }
    for (const Loop& loop : function.loops)
        out_ += "  loop b" + std::to_string(loop.header) + " " + variable(loop.variable) + " from " + value(loop.from) +
                " to " + value(loop.to) + "\n";
    for (size_t i = 0; i < function.blocks.size(); ++i) {
        out_ += "b" + std::to_string(i) + ":\n";
        for (const Op& op : function.blocks[i].ops) write(op);
        writeEnd(function.blocks[i], i + 1 == function.blocks.size());
    }
    out_ += "}\n";
}

}  // namespace

std::string print(const Unit& unit) {
    Printer printer(unit);
    printer.header();
    for (const Function& function : unit.functions) printer.write(function);
    return printer.take();
}

std::string print(const Unit& unit, const Function& function) {
    Printer printer(unit);
    printer.write(function);
    return printer.take();
}

}  // namespace raddle::ir
