#include "analyzer/facts/pointers/places.h"

namespace raddle::facts {
namespace {

size_t mix(size_t seed, size_t value) {
    return (seed ^ value) * 0x9E3779B97F4A7C15ull + (seed >> 29);
}

}  // namespace

size_t Places::PlaceHash::operator()(const Place& place) const noexcept {
    size_t hash = mix(0, place.root.value);
    for (const ir::Step& step : place.steps)
        hash = mix(hash, static_cast<size_t>(step.kind) * 31 + static_cast<size_t>(step.variable) * 7 +
                             static_cast<size_t>(step.value) * 131);
    return hash;
}

size_t Places::ObjectHash::operator()(const Object& object) const noexcept {
    size_t hash = mix(static_cast<size_t>(object.kind), object.global);
    hash = mix(hash, object.function.value);
    hash = mix(hash, object.variable.index * 4 + static_cast<size_t>(object.variable.kind));
    hash = mix(hash, object.op.value);
    hash = mix(hash, object.type.value);
    return mix(hash, object.pointer.value);
}

ObjectId Places::object(const Object& object) {
    auto [it, isNew] = objectIds_.try_emplace(object, ObjectId{static_cast<uint32_t>(objects_.size())});
    if (isNew) objects_.push_back(object);
    return it->second;
}

ObjectId Places::globalObject(uint32_t global) {
    if (global >= globals_.size()) globals_.resize(program_->globals.size());
    ObjectId& known = globals_[global];
    if (known.valid()) return known;
    Object result;
    result.kind = ObjectKind::global;
    result.global = global;
    result.callOperator = program_->globals[global].callOperator;
    return known = object(result);
}

ObjectId Places::variableObject(FunctionIndex function, ir::Root variable) {
    auto& ofFunctions = variable.kind == ir::RootKind::formal ? formals_ : locals_;
    if (function.index() >= ofFunctions.size()) ofFunctions.resize(program_->functions.size());
    std::vector<ObjectId>& known = ofFunctions[function.index()];
    if (variable.index < known.size() && known[variable.index].valid()) return known[variable.index];
    Object result;
    result.kind = ObjectKind::variable;
    result.function = function;
    result.variable = variable;
    const ir::Function& owner = program_->function(function);
    const auto& table = variable.kind == ir::RootKind::formal ? owner.formals : owner.locals;
    if (variable.index >= table.size()) return object(result);
    result.callOperator = table[variable.index].callOperator;
    known.resize(table.size());
    return known[variable.index] = object(result);
}

PlaceId Places::place(const Place& place) {
    auto [it, isNew] = placeIds_.try_emplace(place, PlaceId{static_cast<uint32_t>(places_.size())});
    if (isNew) places_.push_back(place);
    return it->second;
}

size_t Places::slotOf(PlaceId base, const ir::Step& step) const {
    const size_t hash = mix(mix(base.value, static_cast<size_t>(step.kind) * 8 + static_cast<size_t>(step.variable)),
                            static_cast<size_t>(step.value));
    size_t at = (hash ^ (hash >> 32)) & (extensions_.size() - 1);
    while (extensions_[at].base.valid() && (extensions_[at].base != base || extensions_[at].step != step))
        at = (at + 1) & (extensions_.size() - 1);
    return at;
}

PlaceId Places::extend(PlaceId base, const ir::Step& step) {
    if (!extensions_.empty())
        if (const Extension& known = extensions_[slotOf(base, step)]; known.base.valid()) return known.place;
    const PlaceId place = extended(base, step);
    if (++extensionCount_ * 2 > extensions_.size()) {
        std::vector<Extension> old(std::max<size_t>(1024, extensions_.size() * 2));
        std::swap(old, extensions_);
        for (const Extension& extension : old)
            if (extension.base.valid()) extensions_[slotOf(extension.base, extension.step)] = extension;
    }
    extensions_[slotOf(base, step)] = {base, place, step};
    return place;
}

PlaceId Places::extended(PlaceId base, const ir::Step& step) {
    Place extended = place(base);
    // The container of a member and the member of a container cancel out.
    const auto undoes = [&](ir::StepKind mine, ir::StepKind last) {
        return step.kind == mine && extended.steps.back().kind == last && extended.steps.back().value == step.value;
    };
    if (!extended.steps.empty() && (undoes(ir::StepKind::field, ir::StepKind::container) ||
                                    undoes(ir::StepKind::container, ir::StepKind::field))) {
        extended.steps.pop_back();
        return place(extended);
    }
    if (isIndex(step) && !extended.steps.empty()) {
        // p = &a[0]; p[i] is a[i]; further arithmetic on an element is some element of the same array.
        ir::Step& last = extended.steps.back();
        if (last.kind == ir::StepKind::indexConstant && last.value == 0) {
            last = step;
            return place(extended);
        }
    }
    extended.steps.push_back(step);
    return place(extended);
}

PlaceId Places::anyInstance(PlaceId id) {
    const Place& of = place(id);
    Object root = object(of.root);
    if (root.kind != ObjectKind::typed || root.variable.index == 0) return id;
    root.variable = {};
    std::vector<ir::Step> steps = of.steps;
    return place(Place{object(root), std::move(steps)});
}

std::string Places::describe(ObjectId id) const {
    const Object& object = objects_[id.index()];
    switch (object.kind) {
        case ObjectKind::global:
            return program_->text(program_->globals[object.global].name);
        case ObjectKind::variable: {
            const ir::Function& owner = program_->function(object.function);
            const auto& table = object.variable.kind == ir::RootKind::formal ? owner.formals : owner.locals;
            if (object.variable.index >= table.size()) return "?";
            const ir::Variable& variable = table[object.variable.index];
            const std::string& name = program_->text(variable.name);
            if (!name.empty() && !name.starts_with("%")) return name;
            return variable.type.valid() && !program_->text(variable.type).empty()
                       ? "a " + program_->text(variable.type)
                       : "a temporary";
        }
        case ObjectKind::heap:
            return "object allocated at line " + std::to_string(object.variable.index);
        case ObjectKind::typed:
            return (object.variable.index > 0 ? "another " : "") + program_->text(object.type);
        case ObjectKind::target:
            return "*" + describe(object.pointer);
    }
    return "?";
}

std::string Places::describe(PlaceId id) const {
    const Place& place = places_[id.index()];
    const Object& root = objects_[place.root.index()];
    std::string text = describe(place.root);
    // Members of objects without a name of their own are called by class and member.
    bool anonymous = root.kind == ObjectKind::heap || root.kind == ObjectKind::typed || text.starts_with("a ");
    std::string pendingDeref;
    for (const ir::Step& step : place.steps) {
        switch (step.kind) {
            case ir::StepKind::deref:
                if (text == "this") anonymous = true;
                if (!pendingDeref.empty()) text = "(*" + text + ")";
                pendingDeref = "->";
                break;
            case ir::StepKind::field: {
                const std::string& full = program_->names.text({static_cast<uint32_t>(step.value)});
                if (full.starts_with("$")) {
                    if (full == "$pointer") pendingDeref.clear();
                    break;
                }
                if (full == "std::pair::second" && text.ends_with(']') && pendingDeref.empty()) break;
                const size_t split = full.rfind("::");
                const std::string own = split == std::string::npos ? full : full.substr(split + 2);
                if (full.starts_with("capture::")) {
                    text = own;
                    anonymous = own == "this";
                } else if (anonymous) {
                    text = (text.starts_with("another ") ? "another " : "") + full;
                    anonymous = false;
                } else {
                    text += (pendingDeref.empty() ? "." : pendingDeref) + own;
                }
                pendingDeref.clear();
                break;
            }
            case ir::StepKind::container:
                text = program_->names.text({static_cast<uint32_t>(step.value)});
                text = text.substr(0, text.rfind("::"));
                pendingDeref.clear();
                anonymous = true;
                break;
            case ir::StepKind::indexConstant:
                text += "[" + std::to_string(step.value) + "]";
                pendingDeref.clear();
                anonymous = false;
                break;
            case ir::StepKind::indexVariable:
                text += step.variable == ir::RootKind::none
                            ? "[own index]"
                            : "[" + describe(ObjectId{static_cast<uint32_t>(step.value)}) + "]";
                pendingDeref.clear();
                anonymous = false;
                break;
            case ir::StepKind::indexAny:
                text += "[…]";
                pendingDeref.clear();
                anonymous = false;
                break;
        }
    }
    if (!pendingDeref.empty() && text != "this") text = "*" + text;
    return text;
}

Ops::Ops(const link::Program& program) {
    for (size_t f = 0; f < program.functions.size(); ++f) {
        firstBlock_.push_back(static_cast<uint32_t>(firstOfBlock_.size()));
        const ir::Function& function = program.functions[f];
        for (size_t b = 0; b < function.blocks.size(); ++b) {
            firstOfBlock_.push_back(static_cast<uint32_t>(ops_.size()));
            for (const ir::Op& op : function.blocks[b].ops) {
                ops_.push_back(&op);
                functions_.push_back({static_cast<uint32_t>(f)});
                blocks_.push_back(static_cast<ir::BlockId>(b));
            }
        }
    }
}

}  // namespace raddle::facts
