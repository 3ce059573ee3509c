#include "analyzer/ir/binary.h"

#include "analyzer/ir/archive.h"
#include "analyzer/ir/words.h"

namespace raddle::ir {
namespace {

constexpr std::string_view kMagic = "RADDLEUNIT";
constexpr uint64_t kVersion = 2;  // also changes with the enumerations of ir.h

// The order in which the parts of a unit stand, for either direction.
template <class Archive>
class Layout {
  public:
    Layout(Archive& archive, const Rename& rename) : archive_(archive), rename_(rename) {}

    template <class T>
    using Ref = typename Archive::template Ref<T>;

    void unit(Ref<Unit> unit) {
        text(unit.file);
        names(unit.names);
        archive_.sequence(unit.globals, [&](Ref<Global> it) { global(it); });
        globals_ = unit.globals.size();
        archive_.sequence(unit.overrides, [&](Ref<Override> it) {
            name(it.base);
            name(it.derived);
            archive_.check(it.base.valid() && it.derived.valid());
        });
        archive_.sequence(unit.contracts, [&](Ref<Contract> it) { contract(it); });
        archive_.sequence(unit.opaque, [&](Ref<std::string> it) { text(it); });
        error(unit.error);
        archive_.sequence(unit.functions, [&](Ref<Function> it) { function(it); });
    }

  private:
    // Parts that most ops and values are without: one bit each says which are there.
    class Present {
      public:
        Present(Archive& archive, uint64_t bits) : bits_(bits) { archive.number(bits_); }
        bool next() {
            const bool is = bits_ & 1;
            bits_ >>= 1;
            return is;
        }
        bool none() const { return bits_ == 0; }

      private:
        uint64_t bits_;
    };
    static uint64_t bitsOf(std::initializer_list<bool> bits) {
        uint64_t out = 0, bit = 1;
        for (bool set : bits) {
            if (set) out |= bit;
            bit <<= 1;
        }
        return out;
    }

    void text(Ref<std::string> text) {
        if constexpr (Archive::kReads) {
            archive_.text(text);
            if (rename_) text = rename_(text);
        } else {
            archive_.text(rename_ ? rename_(text) : text);
        }
    }

    void names(Ref<Names> names) {
        size_t count = names.size();
        if constexpr (Archive::kReads) {
            archive_.number(count);
            std::string one;
            for (size_t i = 0; i < count && !archive_.failed(); ++i) {
                text(one);
                archive_.check(names.intern(one).index() == i);
            }
        } else {
            archive_.number(count);
            for (uint32_t i = 0; i < count; ++i) text(names.text({i}));
        }
        names_ = names.size();
    }

    // 0 is none.
    void name(Ref<NameId> name) {
        uint64_t raw = name.valid() ? uint64_t{name.value} + 1 : 0;
        archive_.below(raw, names_ + 1);
        if constexpr (Archive::kReads) name = raw == 0 ? NameId{} : NameId{static_cast<uint32_t>(raw - 1)};
    }

    void flag(Ref<bool> flag) {
        uint8_t raw = flag;
        archive_.below(raw, 2);
        if constexpr (Archive::kReads) flag = raw != 0;
    }

    // Lines are near those before them.
    void location(Ref<Location> at) {
        name(at.file);
        int64_t line = int64_t{at.line} - lastLine_;
        archive_.integer(line);
        if constexpr (Archive::kReads) {
            archive_.check(line >= -lastLine_ && line <= UINT32_MAX - lastLine_);
            if (archive_.failed()) return;
            line += lastLine_;
            at.line = static_cast<uint32_t>(line);
        }
        lastLine_ = at.line;
        archive_.number(at.column);
    }

    size_t countOf(RootKind kind) const {
        switch (kind) {
            case RootKind::none:
                return 1;
            case RootKind::global:
                return globals_;
            case RootKind::formal:
                return formals_;
            case RootKind::local:
                return locals_;
        }
        return 0;
    }

    void root(Ref<Root> root) {
        archive_.enumeration(root.kind, RootKind::local);
        archive_.below(root.index, countOf(root.kind));
    }

    void step(Ref<Step> step) {
        archive_.enumeration(step.kind, StepKind::container);
        switch (step.kind) {
            case StepKind::field:
            case StepKind::container:
                archive_.below(step.value, names_);
                break;
            case StepKind::indexConstant:
                archive_.integer(step.value);
                break;
            case StepKind::indexVariable:
                archive_.enumeration(step.variable, RootKind::local);
                archive_.check(step.variable != RootKind::none);
                archive_.below(step.value, countOf(step.variable));
                break;
            case StepKind::deref:
            case StepKind::indexAny:
                break;
        }
    }

    void place(Ref<Place> place) {
        root(place.root);
        if (!place.valid()) return;
        archive_.sequence(place.steps, [&](Ref<Step> it) { step(it); });
    }
    void places(Ref<std::vector<Place>> places) {
        archive_.sequence(places, [&](Ref<Place> it) { place(it); });
    }

    void value(Ref<Value> value) {
        archive_.enumeration(value.kind, ValueKind::sum);
        Present present(archive_, bitsOf({value.constant != 0, value.place.valid(), value.function.valid()}));
        if (present.next()) archive_.integer(value.constant);
        if (present.next()) place(value.place);
        if (present.next()) name(value.function);
        archive_.check(present.none());
    }

    void op(Ref<Op> op) {
        archive_.enumeration(op.kind, OpKind::ret);
        location(op.at);
        uint64_t bits = bitsOf({op.place.valid(), op.value != Value{}, !op.args.empty(),
                                op.result.kind != RootKind::none, !op.uses.empty(), op.successValue != 0});
        constexpr unsigned kParts = 6;
        if constexpr (!Archive::kReads)
            for (uint64_t bit = uint64_t{1} << kParts; const Flag<Op>& each : kOpFlags) {
                if (op.*each.field) bits |= bit;
                bit <<= 1;
            }
        Present present(archive_, bits);
        if (present.next()) place(op.place);
        if (present.next()) value(op.value);
        if (present.next()) archive_.sequence(op.args, [&](Ref<Value> it) { value(it); });
        if (present.next()) root(op.result);
        if (present.next()) places(op.uses);
        if (present.next()) archive_.integer(op.successValue);
        if constexpr (Archive::kReads)
            for (const Flag<Op>& each : kOpFlags) op.*each.field = present.next();
        archive_.check(!Archive::kReads || present.none());
        archive_.enumeration(op.order, MemoryOrder::seqCst);
        archive_.enumeration(op.lockKind, LockKind::flag);
        archive_.enumeration(op.mode, LockMode::shared);
        archive_.enumeration(op.attempt, Attempt::timed);
    }

    void condition(Ref<Condition> condition) {
        Present present(archive_,
                        bitsOf({condition.place.valid(), condition.constant != 0, !condition.equal, condition.ordering,
                                condition.text.valid(), !condition.uses.empty(), !condition.labels.empty()}));
        if (present.next()) place(condition.place);
        if (present.next()) archive_.integer(condition.constant);
        const bool differs = present.next(), ordering = present.next();
        if constexpr (Archive::kReads) {
            condition.equal = !differs;
            condition.ordering = ordering;
        }
        if (present.next()) name(condition.text);
        if (present.next()) places(condition.uses);
        if (present.next())
            archive_.sequence(condition.labels, [&](Ref<std::optional<int64_t>> it) {
                bool labelled = it.has_value();
                flag(labelled);
                int64_t constant = it.value_or(0);
                if (labelled) archive_.integer(constant);
                if constexpr (Archive::kReads)
                    if (labelled) it = constant;
            });
        archive_.check(present.none());
    }

    void variable(Ref<Variable> variable) {
        name(variable.name);
        name(variable.type);
        flag(variable.isPointer);
        flag(variable.addressTaken);
        name(variable.callOperator);
    }

    void global(Ref<Global> global) {
        name(global.key);
        archive_.check(global.key.valid());
        name(global.name);
        name(global.type);
        location(global.at);
        archive_.enumeration(global.lockKind, LockKind::flag);
        flag(global.isPointer);
        for (const Flag<Global>& each : kGlobalFlags) flag(global.*each.field);
        name(global.callOperator);
    }

    void contract(Ref<Contract> contract) {
        archive_.enumeration(contract.kind, ContractKind::unchecked);
        name(contract.subject);
        archive_.integer(contract.formal);
        name(contract.member);
        name(contract.global);
        flag(contract.shared);
    }

    void error(Ref<std::optional<Error>> error) {
        bool is = error.has_value();
        flag(is);
        if (!is) return;
        if constexpr (Archive::kReads) error.emplace();
        text(error->message);
        text(error->file);
        archive_.number(error->line);
        archive_.number(error->column);
    }

    void function(Ref<Function> function) {
        name(function.key);
        name(function.name);
        name(function.file);
        location(function.at);
        name(function.klass);
        archive_.enumeration(function.role, FunctionRole::staticInit);
        for (const Flag<Function>& each : kFunctionFlags) flag(function.*each.field);
        archive_.check(function.key.valid());
        archive_.sequence(function.formals, [&](Ref<Variable> it) { variable(it); });
        formals_ = function.formals.size();
        archive_.sequence(function.locals, [&](Ref<Variable> it) { variable(it); });
        locals_ = function.locals.size();
        archive_.sequence(function.blocks, [&](Ref<Block> it) {
            archive_.sequence(it.ops, [&](Ref<Op> one) { op(one); });
            condition(it.condition);
            // A block may lead to one further down, whose number only the end of the blocks can check.
            archive_.sequence(it.successors, [&](Ref<BlockId> to) { archive_.number(to); });
            archive_.check(it.condition.labels.empty() || it.condition.labels.size() == it.successors.size());
        });
        const size_t count = function.blocks.size();
        if constexpr (Archive::kReads)
            for (const Block& block : function.blocks)
                for (BlockId to : block.successors) archive_.check(to < count);
        archive_.sequence(function.loops, [&](Ref<Loop> it) {
            archive_.below(it.header, count);
            root(it.variable);
            value(it.from);
            value(it.to);
        });
    }

    Archive& archive_;
    const Rename& rename_;
    size_t names_ = 0, globals_ = 0, formals_ = 0, locals_ = 0;
    int64_t lastLine_ = 0;
};

}  // namespace

std::string encode(const Unit& unit, const Rename& rename) {
    Writer writer;
    writer.number(kVersion);
    Layout<Writer>(writer, rename).unit(unit);
    return std::string(kMagic) + std::move(writer).take();
}

Result<Unit> decode(std::string_view bytes, const std::string& file, const Rename& rename) {
    if (!bytes.starts_with(kMagic)) return Error{"not a unit", file};
    Reader reader(bytes.substr(kMagic.size()));
    uint64_t version = 0;
    reader.number(version);
    if (!reader.failed() && version != kVersion)
        return Error{
            "a unit of version " + std::to_string(version) + "; this raddle reads version " + std::to_string(kVersion),
            file};
    Unit unit;
    Layout<Reader>(reader, rename).unit(unit);
    if (reader.failed() || !reader.atEnd()) return Error{"a damaged unit", file};
    return unit;
}

}  // namespace raddle::ir
