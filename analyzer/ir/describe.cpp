#include "analyzer/ir/print.h"

namespace raddle::ir {
namespace {

std::string_view textOf(const Names& names, NameId id) {
    return id.valid() && id.index() < names.size() ? std::string_view(names.text(id)) : std::string_view();
}

std::string nameOf(const Names& names, const std::vector<Global>& globals, const Function* function, Root root) {
    auto named = [&](const std::vector<Variable>& variables) {
        std::string_view name = root.index < variables.size() ? textOf(names, variables[root.index].name) : "";
        return name.empty() || name[0] == '%' ? std::string("(temporary)") : std::string(name);
    };
    if (root.kind == RootKind::global && root.index < globals.size()) {
        const Global& global = globals[root.index];
        std::string_view name = textOf(names, global.name);
        return std::string(name.empty() ? textOf(names, global.key) : name);
    }
    if (function && root.kind == RootKind::formal) return named(function->formals);
    if (function && root.kind == RootKind::local) return named(function->locals);
    return "(unknown)";
}

std::string_view unqualified(std::string_view field) {
    size_t colons = field.rfind("::");
    return colons == std::string_view::npos ? field : field.substr(colons + 2);
}

// Builds the text step by step. A deref is held back until the next step shows how C writes it: `p->f`, `p[i]`, `*p`.
struct Description {
    std::string text;
    bool isThis = false;  // text is `this`, whose members are named by their class
    bool starred = false;

    void deref() {
        if (starred) text = "*" + text;
        starred = true;
    }
    void group() {
        if (text[0] == '*') text = "(" + text + ")";
    }
    void field(std::string_view name) {
        // The inner state of library objects has no name of its own: `$state`, `$lock`.
        if (name.starts_with('$')) return;
        // m[key] is the value that goes with the key.
        if (name == "std::pair::second" && text.ends_with(']') && !starred) return;
        if (isThis && name.starts_with("capture::")) {
            text = unqualified(name);
            isThis = text == "this";
            starred = false;
            return;
        }
        group();
        if (isThis && starred && name.find("::") != std::string_view::npos)
            text = name;
        else
            (text += starred ? "->" : ".") += unqualified(name);
        isThis = starred = false;
    }
    // Members of the object around a member are named by their class.
    void container(std::string_view name) {
        text = name.substr(0, name.rfind("::"));
        isThis = starred = true;
    }
    void index(const std::string& which) {
        group();
        text += "[" + which + "]";
        isThis = starred = false;
    }
};

}  // namespace

std::string describe(const Names& names, const std::vector<Global>& globals, const Function* function,
                     const Place& place) {
    Description out{nameOf(names, globals, function, place.root)};
    out.isThis = place.root == Root{RootKind::formal, 0} && out.text == "this";
    for (const Step& step : place.steps) {
        switch (step.kind) {
            case StepKind::deref:
                out.deref();
                break;
            case StepKind::field:
                out.field(textOf(names, NameId{static_cast<uint32_t>(step.value)}));
                break;
            case StepKind::container:
                out.container(textOf(names, NameId{static_cast<uint32_t>(step.value)}));
                break;
            case StepKind::indexConstant:
                out.index(std::to_string(step.value));
                break;
            case StepKind::indexVariable:
                out.index(nameOf(names, globals, function, {step.variable, static_cast<uint32_t>(step.value)}));
                break;
            case StepKind::indexAny:
                out.index("…");
                break;
        }
    }
    return out.starred ? "*" + out.text : out.text;
}

}  // namespace raddle::ir
