#include "trace/symbols/call_arguments.h"

#include <dwarf.h>
#include <gelf.h>

#include <optional>
#include <vector>

#include "trace/symbols/dwarf_scopes.h"
#include "trace/symbols/dwarf_types.h"
#include "trace/symbols/source_names.h"

namespace raddle::trace {
namespace {

constexpr uint64_t kLargestLockClass = 128;

// A value as code computes it: what a register holds (or held when the function began), or the frame's address, with an
// offset; what is found there, with an offset; and so on.
struct Way {
    enum class Base { reg, entry, frame };
    Base base = Base::reg;
    uint64_t number = 0;
    std::vector<uint64_t> offsets;
};

struct Parsed {
    Way way;
    bool isValue = false;  // else where it is
};

bool isEntryValue(int atom) {
    return atom == DW_OP_entry_value || atom == DW_OP_GNU_entry_value;
}

std::optional<Way> begin(Dwarf_Attribute* attribute, const Dwarf_Op& op) {
    if (op.atom >= DW_OP_reg0 && op.atom <= DW_OP_reg31)
        return Way{Way::Base::reg, uint64_t{op.atom} - DW_OP_reg0, {0}};
    if (op.atom >= DW_OP_breg0 && op.atom <= DW_OP_breg31)
        return Way{Way::Base::reg, uint64_t{op.atom} - DW_OP_breg0, {op.number}};
    if (op.atom == DW_OP_fbreg) return Way{Way::Base::frame, 0, {op.number}};
    Dwarf_Attribute inner;
    Dwarf_Op* ops;
    size_t count;
    if (!isEntryValue(op.atom) || dwarf_getlocation_attr(attribute, &op, &inner) != 0 ||
        dwarf_getlocation(&inner, &ops, &count) != 0 || count != 1 || ops[0].atom < DW_OP_reg0 ||
        ops[0].atom > DW_OP_reg31)
        return std::nullopt;
    return Way{Way::Base::entry, uint64_t{ops[0].atom} - DW_OP_reg0, {0}};
}

std::optional<Parsed> parse(Dwarf_Attribute* attribute, const Dwarf_Op* ops, size_t count) {
    if (count == 0) return std::nullopt;
    std::optional<Way> way = begin(attribute, ops[0]);
    if (!way) return std::nullopt;
    Parsed parsed{*way, (ops[0].atom >= DW_OP_reg0 && ops[0].atom <= DW_OP_reg31) || isEntryValue(ops[0].atom)};
    for (size_t i = 1; i < count; ++i) {
        if (ops[i].atom == DW_OP_plus_uconst)
            parsed.way.offsets.back() += ops[i].number;
        else if (ops[i].atom == DW_OP_deref)
            parsed.way.offsets.push_back(0);
        else if (ops[i].atom == DW_OP_stack_value)
            parsed.isValue = true;
        else
            return std::nullopt;
    }
    return parsed;
}

// In which registers a machine's functions get their arguments, as debug info numbers them; -1: not there.
int argumentRegister(Dwarf_Die* unit, int argument) {
    constexpr int kX86[] = {5, 4, 1, 2, 8, 9};
    GElf_Ehdr header;
    if (argument < 0 || argument > 5 || !gelf_getehdr(dwarf_getelf(dwarf_cu_getdwarf(unit->cu)), &header)) return -1;
    if (header.e_machine == EM_X86_64) return kX86[argument];
    return header.e_machine == EM_AARCH64 ? argument : -1;
}

bool returnsTo(Dwarf_Die* call, Dwarf_Addr address) {
    const int tag = dwarf_tag(call);
    if (tag != DW_TAG_call_site && tag != DW_TAG_GNU_call_site) return false;
    Dwarf_Attribute attribute;
    Dwarf_Addr at;
    const unsigned name = tag == DW_TAG_call_site ? DW_AT_call_return_pc : DW_AT_low_pc;
    return dwarf_formaddr(dwarf_attr(call, name, &attribute), &at) == 0 && at == address;
}

// How a call computes what it passes in a register.
std::optional<Way> passedIn(Dwarf_Die call, uint64_t reg) {
    Dwarf_Die child;
    for (int more = dwarf_child(&call, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
        const int tag = dwarf_tag(&child);
        if (tag != DW_TAG_call_site_parameter && tag != DW_TAG_GNU_call_site_parameter) continue;
        Dwarf_Attribute location, value;
        Dwarf_Op* ops;
        size_t count;
        if (dwarf_getlocation(dwarf_attr(&child, DW_AT_location, &location), &ops, &count) != 0 || count != 1 ||
            ops[0].atom != DW_OP_reg0 + reg)
            continue;
        const unsigned name = tag == DW_TAG_call_site_parameter ? DW_AT_call_value : DW_AT_GNU_call_site_value;
        if (dwarf_getlocation(dwarf_attr(&child, name, &value), &ops, &count) != 0) return std::nullopt;
        std::optional<Parsed> parsed = parse(&value, ops, count);
        return parsed ? std::optional(parsed->way) : std::nullopt;
    }
    return std::nullopt;
}

std::optional<Dwarf_Die> callIn(const std::vector<Dwarf_Die>& scopes, Dwarf_Addr returnAddress) {
    for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
        Dwarf_Die parent = *scope;
        Dwarf_Die child;
        for (int more = dwarf_child(&parent, &child); more == 0; more = dwarf_siblingof(&child, &child))
            if (returnsTo(&child, returnAddress)) return child;
    }
    return std::nullopt;
}

// What a variable leads to: a type that begins at `way`.
struct Pointing {
    Way way;
    Typed typed;
};

std::optional<Pointing> pointingOf(Dwarf_Die* variable, Dwarf_Addr address) {
    Dwarf_Attribute attribute;
    Dwarf_Op* ops;
    size_t count;
    if (dwarf_getlocation_addr(dwarf_attr_integrate(variable, DW_AT_location, &attribute), address, &ops, &count, 1) !=
        1)
        return std::nullopt;
    std::optional<Parsed> parsed = parse(&attribute, ops, count);
    if (!parsed) return std::nullopt;
    if (std::optional<Typed> target = behindPointer(*variable)) {
        if (!parsed->isValue) parsed->way.offsets.push_back(0);
        return Pointing{parsed->way, *target};
    }
    Dwarf_Die type;
    if (parsed->isValue || !typeOf(variable, &type)) return std::nullopt;
    return Pointing{parsed->way, {type, ""}};
}

// What is left of a value's way behind that of a variable; empty when it does not begin with it.
std::vector<uint64_t> restOf(const Way& value, const Way& variable) {
    const size_t steps = variable.offsets.size();
    if (value.base != variable.base || value.number != variable.number || value.offsets.size() < steps ||
        !std::equal(variable.offsets.begin(), variable.offsets.end() - 1, value.offsets.begin()) ||
        static_cast<int64_t>(value.offsets[steps - 1] - variable.offsets.back()) < 0)
        return {};
    std::vector<uint64_t> rest(value.offsets.begin() + static_cast<ptrdiff_t>(steps) - 1, value.offsets.end());
    rest[0] -= variable.offsets.back();
    return rest;
}

uint64_t sizeOf(Dwarf_Die type) {
    Dwarf_Word size = 0;
    return dwarf_aggregate_size(&type, &size) == 0 ? size : 0;
}

std::string ownerOf(const Dwarf_Die& member, const Typed& start, uint64_t* size) {
    for (Dwarf_Die& scope : around(member)) {
        if (!isClass(&scope)) continue;
        *size = sizeOf(scope);
        if (std::string name = qualifiedName(scope); !name.empty()) return name;
        if (scope.addr == start.type.addr) return start.alias;
    }
    return "";
}

class ArgumentFinder {
  public:
    ArgumentFinder(Dwarf_Die* unit, Dwarf_Addr returnAddress) : unit_(unit), address_(returnAddress) {}

    Declared find(int argument) {
        findScopes(unit_, address_ - 1, &scopes_);
        const int reg = argumentRegister(unit_, argument);
        std::optional<Dwarf_Die> call = reg >= 0 ? callIn(scopes_, address_) : std::nullopt;
        std::optional<Way> value = call ? passedIn(*call, static_cast<uint64_t>(reg)) : std::nullopt;
        if (!value) return {};
        for (const Dwarf_Die& scope : scopes_) look(scope, *value);
        return best_;
    }

  private:
    void look(Dwarf_Die scope, const Way& value) {
        Dwarf_Die child;
        int number = -1;
        for (int more = dwarf_child(&scope, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
            const int tag = dwarf_tag(&child);
            if (tag == DW_TAG_formal_parameter) ++number;
            if (tag != DW_TAG_formal_parameter && tag != DW_TAG_variable) continue;
            std::optional<Pointing> pointing = pointingOf(&child, address_ - 1);
            if (!pointing) continue;
            const std::vector<uint64_t> rest = restOf(value, pointing->way);
            const bool isParameter = tag == DW_TAG_formal_parameter && dwarf_tag(&scope) == DW_TAG_subprogram;
            if (rest.empty() || follow(pointing->typed, rest, isParameter ? number : -1)) continue;
            const char* name = dwarf_diename(&child);
            if (best_.kind != Declared::Kind::unknown || rest.size() > 1 || rest[0] != 0 || !name) continue;
            best_.kind = isParameter ? Declared::Kind::parameter : Declared::Kind::local;
            best_.name = name;
            best_.parameter = isParameter ? number : -1;
        }
    }

    // To the member that the rest of the way leads to. Of several variables, that of the largest type says most.
    bool follow(Typed at, const std::vector<uint64_t>& rest, int parameter) {
        const uint64_t size = sizeOf(at.type);
        for (size_t i = 0; i + 1 < rest.size(); ++i) {
            std::vector<Dwarf_Die> members = membersOnWay(at.type, rest[i]);
            std::optional<Typed> next = members.empty() ? std::nullopt : behindPointer(members.back());
            if (!next) return false;
            at = *next;
        }
        if (rest.back() >= sizeOf(at.type)) return false;
        std::vector<Dwarf_Die> members = membersOnWay(at.type, rest.back());
        std::optional<Declared> found;
        // A class around a lock: its object is what people know.
        for (auto member = members.rbegin(); member != members.rend(); ++member) {
            uint64_t ownerSize = 0;
            const std::string owner = ownerOf(*member, at, &ownerSize);
            if (owner.empty()) continue;
            found = Declared{Declared::Kind::member,   owner,     dwarf_diename(&*member),
                             placeOf(&*member, unit_), parameter, ""};
            if (ownerSize > kLargestLockClass || !isLockLike(owner)) break;
        }
        if (!found) return false;
        if (best_.kind == Declared::Kind::member && size <= bestSize_) return true;
        best_ = *found;
        bestSize_ = size;
        return true;
    }

    Dwarf_Die* unit_;
    Dwarf_Addr address_;
    std::vector<Dwarf_Die> scopes_;
    Declared best_;
    uint64_t bestSize_ = 0;
};

}  // namespace

Declared argumentOf(Dwarf_Die* unit, Dwarf_Addr returnAddress, int argument) {
    return ArgumentFinder(unit, returnAddress).find(argument);
}

}  // namespace raddle::trace
