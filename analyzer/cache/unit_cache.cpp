#include "analyzer/cache/unit_cache.h"

#include <algorithm>
#include <cctype>

#include "analyzer/cache/identity.h"
#include "analyzer/cache/variants.h"
#include "analyzer/ir/archive.h"
#include "analyzer/ir/binary.h"

namespace raddle::cache {
namespace {

constexpr char kVariants = 'v', kUnit = 'u', kResult = 'r';  // kinds of blobs
constexpr char kRoot = '\1';                                 // stands for the root; in no name
constexpr char kRead = 'u', kFailed = 'f';                   // how a unit's blob begins

// Lengths before texts, so that no two lists of texts look alike.
class Hashed {
  public:
    Hashed& add(std::string_view text) {
        all_ += std::to_string(text.size()) + ":";
        all_ += text;
        return *this;
    }
    Digest digest() const { return inputs::digest(all_); }

  private:
    std::string all_;
};

std::string_view bytesOf(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// Whether a path may go on with `c`.
bool isOfName(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-' || c == '+' || c == '/';
}

// Whether texts with it mean what they say wherever they are quoted.
bool isPlain(const std::string& root) {
    return root != "/" &&
           std::none_of(root.begin(), root.end(), [](unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; });
}

void layError(auto& archive, auto& error) {
    archive.text(error.message);
    archive.text(error.file);
    archive.number(error.line);
    archive.number(error.column);
}

}  // namespace

UnitCache::UnitCache(Store& store, inputs::Disk& disk, std::string root, std::string_view meaning)
    : store_(store), disk_(disk), root_(std::move(root)), identity_(toolIdentity()) {
    while (root_.size() > 1 && root_.back() == '/') root_.pop_back();
    if (!isPlain(root_)) root_.clear();
    identity_ += std::to_string(identity_.size()) + ":" + std::string(meaning);
}

// With the root replaced, wherever it stands as a whole path or the beginning of one.
std::string UnitCache::outward(std::string_view text) const {
    if (root_.empty()) return std::string(text);
    std::string out;
    size_t from = 0;
    for (size_t at = text.find(root_); at != text.npos; at = text.find(root_, at + 1)) {
        const size_t end = at + root_.size();
        const bool begins = at == 0 || !isOfName(text[at - 1]);
        const bool ends = end == text.size() || text[end] == '/' || !isOfName(text[end]);
        if (!begins || !ends || at < from) continue;
        out += text.substr(from, at - from);
        out += kRoot;
        from = end;
    }
    return out += text.substr(from);
}

std::string UnitCache::inward(std::string_view text) const {
    std::string out;
    for (size_t at; (at = text.find(kRoot)) != text.npos; text.remove_prefix(at + 1)) {
        out += text.substr(0, at);
        out += root_;
    }
    return out += text;
}

Digest UnitCache::commandKey(const lower::CompileCommand& command) const {
    Hashed all;
    all.add(identity_).add(outward(command.directory)).add(outward(command.file));
    // -I and its like join a path to the option.
    for (const std::string& argument : command.arguments) {
        const size_t at = root_.empty() ? argument.npos : argument.find(root_);
        const bool joined = at != argument.npos && at > 1 && argument[0] == '-' && argument[at - 1] != '/';
        const size_t option = joined ? at : 0;
        all.add(argument.substr(0, option) + outward(argument.substr(option)));
    }
    return all.digest();
}

std::optional<Digest> UnitCache::find(const lower::CompileCommand& command) {
    const std::optional<std::string> blob = store_.get(kVariants, commandKey(command));
    if (!blob) return std::nullopt;
    return matchingVariant(*blob, root_, disk_);
}

std::optional<Result<ir::Unit>> UnitCache::load(const Digest& key) {
    const std::optional<std::string> blob = store_.get(kUnit, key);
    if (!blob || blob->empty()) return std::nullopt;
    const std::string_view content = std::string_view(*blob).substr(1);
    if (blob->front() == kFailed) {
        ir::Reader reader(content);
        Error error;
        layError(reader, error);
        if (reader.failed()) return std::nullopt;
        error.message = inward(error.message);
        error.file = inward(error.file);
        return Result<ir::Unit>(std::move(error));
    }
    Result<ir::Unit> unit = ir::decode(content, store_.folder(), [&](std::string_view text) { return inward(text); });
    if (!unit.ok()) return std::nullopt;
    return unit;
}

std::optional<Digest> UnitCache::keep(const lower::CompileCommand& command, const lower::Lowered& lowered) {
    if (!lowered.record.repeatable) return std::nullopt;
    const Digest kept = commandKey(command);
    Hashed all;
    all.add(bytesOf(kept));
    const std::string inputs = encodeInputs(lowered.record.inputs, root_);
    const Digest key = all.add(inputs).digest();
    std::string blob;
    bool ambiguous = false;
    const auto rename = [&](std::string_view text) {
        ambiguous = ambiguous || text.find(kRoot) != text.npos;
        return outward(text);
    };
    if (lowered.unit.ok()) {
        blob = kRead + ir::encode(*lowered.unit, rename);
    } else {
        Error error = lowered.unit.error();
        error.message = rename(error.message);
        error.file = rename(error.file);
        ir::Writer writer;
        layError(writer, error);
        blob = kFailed + std::move(writer).take();
    }
    if (ambiguous) return std::nullopt;
    store_.put(kUnit, key, blob);
    store_.put(kVariants, kept, withVariant(store_.get(kVariants, kept).value_or(""), key, inputs));
    return key;
}

std::optional<std::string> UnitCache::loadResult(const Digest& key) {
    const std::optional<std::string> blob = store_.get(kResult, key);
    if (!blob) return std::nullopt;
    return inward(*blob);
}

void UnitCache::keepResult(const Digest& key, std::string_view text) {
    if (text.find(kRoot) == text.npos) store_.put(kResult, key, outward(text));
}

}  // namespace raddle::cache
