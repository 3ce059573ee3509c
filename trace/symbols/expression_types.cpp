#include "trace/symbols/expression_types.h"

#include <dwarf.h>

#include <optional>
#include <vector>

#include "trace/symbols/dwarf_scopes.h"
#include "trace/symbols/dwarf_types.h"

namespace raddle::trace {
namespace {

constexpr int kMostScopes = 128;  // nested
constexpr int kMostBases = 16;

bool refersTo(Dwarf_Die* die, unsigned name, Dwarf_Die* other) {
    Dwarf_Attribute attribute;
    return dwarf_formref_die(dwarf_attr(die, name, &attribute), other) != nullptr;
}

// Where a function (or its instance) was declared: in its class, if it is a member.
Dwarf_Die declarationOfFunction(Dwarf_Die die) {
    Dwarf_Die other;
    for (int i = 0; i < 4; ++i) {
        if (!refersTo(&die, DW_AT_abstract_origin, &other) && !refersTo(&die, DW_AT_specification, &other)) break;
        die = other;
    }
    return die;
}

std::optional<Dwarf_Die> classOfFunction(const Dwarf_Die& function) {
    std::vector<Dwarf_Die> scopes = around(declarationOfFunction(function));
    if (scopes.size() < 2 || !isClass(&scopes[1])) return std::nullopt;
    return scopes[1];
}

std::optional<Dwarf_Die> childNamed(Dwarf_Die parent, std::string_view name, auto&& wanted) {
    Dwarf_Die child;
    for (int more = dwarf_child(&parent, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
        const char* own = wanted(dwarf_tag(&child)) ? dwarf_diename(&child) : nullptr;
        if (own && own == name) return child;
    }
    return std::nullopt;
}

struct Member {
    Dwarf_Die die;
    Typed owner;
};

// In a class, its bases and its members without names.
std::optional<Member> memberNamed(const Typed& owner, std::string_view name, int depth = 0) {
    Dwarf_Die type = owner.type;
    if (depth > kMostBases || !isClass(&type)) return std::nullopt;
    Dwarf_Die child;
    for (int more = dwarf_child(&type, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
        const int tag = dwarf_tag(&child);
        if (tag != DW_TAG_member && tag != DW_TAG_inheritance && tag != DW_TAG_variable) continue;
        const char* own = dwarf_diename(&child);
        if (tag != DW_TAG_inheritance && own && own == name) return Member{child, owner};
        if (tag == DW_TAG_variable || (tag == DW_TAG_member && own)) continue;
        std::optional<Typed> inner = pointee(child);
        if (!inner) continue;
        if (tag == DW_TAG_member) inner->alias = owner.alias;
        if (auto found = memberNamed(*inner, name, depth + 1)) return found;
    }
    return std::nullopt;
}

// What a smart pointer points to, a container contains.
std::optional<Typed> contained(const Typed& owner) {
    Dwarf_Die type = owner.type;
    Dwarf_Die child;
    for (int more = dwarf_child(&type, &child); more == 0; more = dwarf_siblingof(&child, &child))
        if (dwarf_tag(&child) == DW_TAG_template_type_parameter) return pointee(child);
    return std::nullopt;
}

int parameterNumber(const Dwarf_Die& function, std::string_view name) {
    Dwarf_Die declared = function;
    Dwarf_Die other;
    if (refersTo(&declared, DW_AT_abstract_origin, &other)) declared = other;
    Dwarf_Die child;
    int number = 0;
    for (int more = dwarf_child(&declared, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
        if (dwarf_tag(&child) != DW_TAG_formal_parameter) continue;
        Dwarf_Attribute attribute;
        if (dwarf_attr_integrate(&child, DW_AT_artificial, &attribute)) continue;
        const char* own = dwarf_diename(&child);
        if (own && own == name) return number;
        ++number;
    }
    return -1;
}

// The names of an expression and nothing of how they are joined, which the types say.
std::vector<std::string> namesIn(std::string_view expression) {
    std::vector<std::string> names;
    int depth = 0;
    bool isNew = true;
    for (const char c : expression) {
        depth += (c == '[') - (c == ']');
        if (depth > 0 || c == ']') continue;
        const bool isName = std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == ':';
        if (isName && isNew) names.emplace_back();
        if (isName) names.back() += c;
        isNew = !isName;
    }
    return names;
}

class Resolver {
  public:
    explicit Resolver(Dwarf_Die* unit) : unit_(unit) {}

    Declared resolve(Dwarf_Addr address, size_t level, std::string_view expression) {
        std::vector<std::string> names = namesIn(expression);
        if (names.empty() || !selectFunction(address, level)) return {};
        ofThis_ = classOfFunction(function());
        Declared declared;
        if (ofThis_) declared.scope = qualifiedName(*ofThis_);
        std::optional<Typed> at;
        size_t next = 1;
        if (names[0] == "this" && names.size() > 1 && ofThis_) {
            at = ofMember(Typed{*ofThis_, ""}, names[1], &declared);
            next = 2;
        } else {
            at = first(names[0], &declared);
        }
        for (; at && next < names.size(); ++next) {
            declared.kind = Declared::Kind::unknown;
            at = ofMember(*at, names[next], &declared);
        }
        if (next < names.size()) declared.kind = Declared::Kind::unknown;
        return declared;
    }

  private:
    bool selectFunction(Dwarf_Addr address, size_t level) {
        std::vector<Dwarf_Die> scopes;
        findScopes(unit_, address, &scopes);
        size_t end = scopes.size();
        for (size_t i = scopes.size(); i-- > 0;) {
            if (!isFunction(dwarf_tag(&scopes[i]))) continue;
            if (level-- == 0) {
                scopes_.assign(scopes.begin() + static_cast<ptrdiff_t>(i),
                               scopes.begin() + static_cast<ptrdiff_t>(end));
                return true;
            }
            end = i;
        }
        return false;
    }

    const Dwarf_Die& function() const { return scopes_.front(); }

    std::optional<Typed> first(const std::string& name, Declared* declared) {
        const auto isVariable = [](int tag) { return tag == DW_TAG_variable || tag == DW_TAG_formal_parameter; };
        for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
            if (auto found = childNamed(*scope, name, isVariable)) return local(name, *found, declared);
        Dwarf_Die origin = function();
        Dwarf_Die other;
        if (refersTo(&origin, DW_AT_abstract_origin, &other))
            if (auto found = childNamed(other, name, isVariable)) return local(name, *found, declared);
        if (ofThis_) {
            if (auto found = ofMember(Typed{*ofThis_, ""}, name, declared)) return found;
            // A lambda has what it captured in members, and `this` in one of its own.
            for (const std::string& captured : {"__" + name, std::string("__this"), std::string("this")}) {
                auto member = memberNamed(Typed{*ofThis_, ""}, captured);
                std::optional<Typed> type = member ? pointee(member->die) : std::nullopt;
                if (!type) continue;
                if (captured != "__" + name) return ofMember(*type, name, declared);
                declared->kind = Declared::Kind::local;
                return type;
            }
        }
        return global(*unit_, name.substr(name.rfind(':') + 1), declared, 0);
    }

    std::optional<Typed> local(const std::string& name, const Dwarf_Die& variable, Declared* declared) {
        declared->parameter = parameterNumber(function(), name);
        declared->kind = declared->parameter >= 0 ? Declared::Kind::parameter : Declared::Kind::local;
        return pointee(variable);
    }

    std::optional<Typed> global(Dwarf_Die parent, const std::string& name, Declared* declared, int depth) {
        if (auto found = childNamed(parent, name, [](int tag) { return tag == DW_TAG_variable; })) {
            declared->kind = Declared::Kind::global;
            declared->at = placeOf(&*found, unit_);
            return pointee(*found);
        }
        Dwarf_Die child;
        if (depth > kMostScopes) return std::nullopt;
        for (int more = dwarf_child(&parent, &child); more == 0; more = dwarf_siblingof(&child, &child))
            if (dwarf_tag(&child) == DW_TAG_namespace)
                if (auto found = global(child, name, declared, depth + 1)) return found;
        return std::nullopt;
    }

    std::optional<Typed> ofMember(const Typed& owner, const std::string& name, Declared* declared) {
        std::optional<Member> member = memberNamed(owner, name);
        if (!member)
            if (auto inner = contained(owner)) member = memberNamed(*inner, name);
        if (!member) return std::nullopt;
        declared->kind = Declared::Kind::member;
        declared->owner = qualifiedName(member->owner.type);
        if (declared->owner.empty()) declared->owner = member->owner.alias;
        declared->name = name;
        declared->at = placeOf(&member->die, unit_);
        return pointee(member->die);
    }

    Dwarf_Die* unit_;
    std::vector<Dwarf_Die> scopes_;  // of the function, outermost first
    std::optional<Dwarf_Die> ofThis_;
};

}  // namespace

Declared declarationOf(Dwarf_Die* unit, Dwarf_Addr address, size_t level, std::string_view expression) {
    return Resolver(unit).resolve(address, level, expression);
}

}  // namespace raddle::trace
