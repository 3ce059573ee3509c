#include "analyzer/config/config.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <unordered_set>

#include "analyzer/config/policy_sections.h"
#include "analyzer/config/words.h"
#include "analyzer/config/yaml.h"
#include "core/support/file_system.h"

namespace raddle::config {
namespace {

using models::kNone;
using models::kThis;
using models::Model;

constexpr int kMostArguments = 64;

template <class Words>
std::vector<std::string_view> namesOf(const Words& words) {
    std::vector<std::string_view> out;
    for (const auto& word : words) out.push_back(word.name);
    return out;
}

template <class Words>
auto findWord(const Words& words, std::string_view name) {
    auto it = std::find_if(words.begin(), words.end(), [&](const auto& word) { return word.name == name; });
    return it == words.end() ? nullptr : &*it;
}

class Reader {
  public:
    explicit Reader(const std::string& file) : yaml_(file) {}

    Result<Config> read(const YAML::Node& root) {
        config_.policy.root = std::filesystem::path(yaml_.file()).parent_path().string();
        if (root.IsNull()) return std::move(config_);
        TRY(eachOf(root, "the sections of a configuration", [&](const YAML::Node& key, const YAML::Node& value) {
            const std::string& name = key.Scalar();
            if (name == "functions")
                return eachOf(value, "functions and what they do",
                              [&](const YAML::Node& k, const YAML::Node& v) { return function(k, v); });
            if (name == "types")
                return eachOf(value, "types and what they are",
                              [&](const YAML::Node& k, const YAML::Node& v) { return type(k, v); });
            if (name == "rules") return readRules(yaml_, value, config_.policy);
            if (name == "report") return readReport(yaml_, value, config_.policy);
            if (name == "exclude") return readExclude(yaml_, value, config_.policy);
            if (name == "entry-points") return entryPoints(value);
            return Result<>(
                unknown(key, "section", {"functions", "types", "entry-points", "rules", "report", "exclude"}));
        }));
        return std::move(config_);
    }

  private:
    Error error(const YAML::Node& at, std::string message) const { return yaml_.error(at, std::move(message)); }
    Error unknown(const YAML::Node& at, const std::string& what, const std::vector<std::string_view>& known) const {
        return yaml_.unknown(at, what, known);
    }
    Result<> eachOf(const YAML::Node& map, const std::string& what, const Yaml::Entry& entry) const {
        return yaml_.eachOf(map, what, entry);
    }

    Result<> function(const YAML::Node& key, const YAML::Node& value) {
        if (key.Scalar().empty() || key.Scalar() == "*") return error(key, "not the name of a function");
        const YAML::Node effect = value.IsMap() ? value["effect"] : value;
        if (!effect.IsDefined()) return error(value, "has no 'effect'");
        if (!effect.IsScalar()) return error(effect, "not an effect");
        const EffectWord* word = findWord(effectWords(), effect.Scalar());
        if (!word) return unknown(effect, "effect", namesOf(effectWords()));
        Model row = word->row;
        row.function = key.Scalar();
        globalName_.clear();
        methodName_.clear();
        std::unordered_set<std::string> given;
        if (value.IsMap())
            TRY(eachOf(value, "", [&](const YAML::Node& name, const YAML::Node& content) -> Result<> {
                if (name.Scalar() == "effect") return Unit{};
                const Key* known = findWord(word->keys, name.Scalar());
                if (!known) return unknown(name, "key", namesOf(word->keys));
                given.insert(name.Scalar());
                return set(row, *known, content);
            }));
        for (const Key& known : word->keys)
            if (known.required && !given.contains(std::string(known.name)))
                return error(effect, "'" + effect.Scalar() + "' needs '" + std::string(known.name) + "'");
        TRY(check(row, effect, given));
        if (!globalName_.empty()) row.lockName = globalName_;
        row.method = methodName_;
        config_.models.add(row);
        return Unit{};
    }

    // What no single key can tell.
    Result<> check(Model& row, const YAML::Node& effect, const std::unordered_set<std::string>& given) const {
        const bool locks = row.effect == models::Effect::acquire || row.effect == models::Effect::release;
        if (!locks) return Unit{};
        if (row.lockName.empty() && given.contains("lock") == given.contains("global"))
            return error(effect, "'" + effect.Scalar() + "' needs either 'lock' or 'global'");
        if (given.contains("timed") && !given.contains("success"))
            return error(effect, "'timed' needs 'success', the value returned when the lock was got");
        return Unit{};
    }

    Result<> set(Model& row, const Key& key, const YAML::Node& value) {
        if (!value.IsScalar()) return error(value, "'" + std::string(key.name) + "' needs a single value");
        const std::string& text = value.Scalar();
        switch (key.kind) {
            case KeyKind::argument:
            case KeyKind::handle:
            case KeyKind::position:
                return setIndex(row, key, value);
            case KeyKind::global:
                if (text.empty()) return error(value, "not the name of a lock");
                globalName_ = text;
                return Unit{};
            case KeyKind::method:
                if (text.empty()) return error(value, "not the name of a method");
                methodName_ = text;
                return Unit{};
            case KeyKind::mode:
                if (text != "shared" && text != "exclusive") return unknown(value, "mode", {"shared", "exclusive"});
                row.mode = text == "shared" ? ir::LockMode::shared : ir::LockMode::exclusive;
                return Unit{};
            case KeyKind::lockKind: {
                const TypeWord* word = findWord(typeWords(), text);
                if (!word || word->lockKind == ir::LockKind::none)
                    return unknown(value, "kind of lock", {"mutex", "recursive", "rwlock", "spin"});
                row.lockKind = word->lockKind;
                return Unit{};
            }
            case KeyKind::success: {
                const std::optional<int64_t> number = text == "true"    ? 1
                                                      : text == "false" ? 0
                                                                        : numberOf<int64_t>(text);
                if (!number) return error(value, "'" + text + "' is not a number, true or false");
                row.success = *number;
                if (row.attempt == ir::Attempt::must) row.attempt = ir::Attempt::tries;
                return Unit{};
            }
            case KeyKind::timed:
            case KeyKind::broadcast:
                if (text != "true" && text != "false") return unknown(value, "value", {"true", "false"});
                if (key.kind == KeyKind::broadcast) row.broadcast = text == "true";
                if (key.kind == KeyKind::timed) row.timed = text == "true";
                if (row.timed && row.effect == models::Effect::acquire) row.attempt = ir::Attempt::timed;
                return Unit{};
        }
        return Unit{};
    }

    Result<> setIndex(Model& row, const Key& key, const YAML::Node& value) const {
        const std::string& text = value.Scalar();
        std::optional<int64_t> index = numberOf<int64_t>(text);
        if (index && (*index < 0 || *index >= kMostArguments)) index.reset();
        if (key.kind != KeyKind::position && text == "this") index = kThis;
        if (key.kind == KeyKind::handle && text == "result") index = kNone;
        if (!index) {
            std::string expected = key.kind == KeyKind::position ? "" : " or 'this'";
            if (key.kind == KeyKind::handle) expected = ", 'this' or 'result'";
            return error(value, "'" + text + "' is not the number of an argument (from 0)" + expected);
        }
        row.*key.index = static_cast<int>(*index);
        return Unit{};
    }

    template <class Number>
    static std::optional<Number> numberOf(const std::string& text) {
        Number number = 0;
        auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
        return failure == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
    }

    Result<> type(const YAML::Node& key, const YAML::Node& value) {
        if (key.Scalar().empty()) return error(key, "not the name of a type");
        if (!value.IsScalar()) return error(value, "not what a type is");
        const TypeWord* word = findWord(typeWords(), value.Scalar());
        if (!word) return unknown(value, "kind of type", namesOf(typeWords()));
        if (word->guard)
            config_.models.add(models::Guard{key.Scalar(), word->mode});
        else
            config_.models.add(models::Type{key.Scalar(), word->lockKind});
        return Unit{};
    }

    Result<> entryPoints(const YAML::Node& section) {
        if (!section.IsSequence()) return error(section, "not a list of functions");
        for (const YAML::Node& name : section) {
            if (!name.IsScalar() || name.Scalar().empty()) return error(name, "not the name of a function");
            config_.entryPoints.push_back(name.Scalar());
        }
        return Unit{};
    }

    Yaml yaml_;
    std::string globalName_;  // of the function being read
    std::string methodName_;  // the same
    Config config_;
};

// The sections that say what functions and types mean and who calls them.
std::string meaningOf(const YAML::Node& root) {
    std::string out;
    for (const char* section : {"functions", "types", "entry-points"}) {
        if (!root.IsMap() || !root[section]) continue;
        YAML::Emitter emitter;
        emitter << YAML::BeginMap << YAML::Key << section << YAML::Value << root[section] << YAML::EndMap;
        out += emitter.c_str() + std::string("\n");
    }
    return out;
}

}  // namespace

Result<Config> readConfig(const std::string& path) {
    return parseConfig(TRY(readFile(path)), path);
}

Result<Config> parseConfig(const std::string& text, const std::string& file) {
    try {
        const YAML::Node root = YAML::Load(text);
        Config config = TRY(Reader(file).read(root));
        config.file = file;
        config.text = meaningOf(root);
        return config;
    } catch (const YAML::Exception& failure) {
        Error error{failure.msg, file};
        if (!failure.mark.is_null()) {
            error.line = static_cast<uint32_t>(failure.mark.line) + 1;
            error.column = static_cast<uint32_t>(failure.mark.column) + 1;
        }
        return error;
    }
}

Result<std::string> dumpConfig(const std::string& text, const std::string& file) {
    const Config config = TRY(parseConfig(text, file));
    return dumpPolicy(config.policy) + config.text;
}

}  // namespace raddle::config
