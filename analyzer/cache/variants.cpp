#include "analyzer/cache/variants.h"

#include <algorithm>
#include <cstring>

#include "analyzer/ir/archive.h"

namespace raddle::cache {
namespace {

using inputs::Digest;
using inputs::Found;
using inputs::Input;
using inputs::Question;

constexpr size_t kVariants = 8;  // switching between a few branches finds each
constexpr char kRoot = '\1';

struct Variant {
    std::string key;
    std::string inputs;
};

std::vector<Variant> variantsOf(std::string_view bytes) {
    std::vector<Variant> variants;
    ir::Reader reader(bytes);
    reader.sequence(variants, [&](Variant& variant) {
        reader.text(variant.key);
        reader.text(variant.inputs);
        reader.check(variant.key.size() == std::tuple_size_v<Digest>);
    });
    if (reader.failed()) variants.clear();
    return variants;
}

bool isBelow(const std::string& path, const std::string& root) {
    return !root.empty() && path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

bool hasDigest(const Input& input) {
    return input.question != Question::status && input.found != Found::nothing;
}

// Reads one input after the other; a path begins as the one before.
class InputReader {
  public:
    InputReader(std::string_view bytes, const std::string& root) : reader_(bytes), root_(root) {}

    bool next(Input& input) {
        if (reader_.atEnd()) return false;
        size_t shared = 0;
        reader_.below(shared, path_.size() + 1);
        reader_.text(rest_);
        path_.resize(shared);
        path_ += rest_;
        reader_.enumeration(input.question, Question::target);
        reader_.enumeration(input.found, Found::folder);
        input.digest = {};
        if (hasDigest(input)) {
            reader_.text(rest_);
            reader_.check(rest_.size() == input.digest.size());
            if (!reader_.failed()) std::memcpy(input.digest.data(), rest_.data(), input.digest.size());
        }
        if (path_.starts_with(kRoot))
            input.path.assign(root_).append(path_, 1);
        else
            input.path = path_;
        return !reader_.failed();
    }
    bool failed() const { return reader_.failed(); }

  private:
    ir::Reader reader_;
    const std::string& root_;
    std::string path_, rest_;
};

}  // namespace

std::string encodeInputs(const std::vector<Input>& inputs, const std::string& root) {
    ir::Writer writer;
    std::string before;
    for (const Input& input : inputs) {
        const std::string path = isBelow(input.path, root) ? kRoot + input.path.substr(root.size()) : input.path;
        const auto [end, ignored] = std::mismatch(path.begin(), path.end(), before.begin(), before.end());
        const auto shared = static_cast<size_t>(end - path.begin());
        writer.number(shared);
        writer.text(std::string_view(path).substr(shared));
        writer.enumeration(input.question, Question::target);
        writer.enumeration(input.found, Found::folder);
        if (hasDigest(input)) writer.text({reinterpret_cast<const char*>(input.digest.data()), input.digest.size()});
        before = path;
    }
    return std::move(writer).take();
}

std::string withVariant(std::string_view bytes, const Digest& key, std::string_view encodedInputs) {
    std::vector<Variant> variants = variantsOf(bytes);
    std::erase_if(variants, [&](const Variant& variant) { return variant.inputs == encodedInputs; });
    variants.insert(variants.begin(),
                    {{reinterpret_cast<const char*>(key.data()), key.size()}, std::string(encodedInputs)});
    if (variants.size() > kVariants) variants.resize(kVariants);
    ir::Writer writer;
    writer.sequence(variants, [&](const Variant& variant) {
        writer.text(variant.key);
        writer.text(variant.inputs);
    });
    return std::move(writer).take();
}

std::optional<Digest> matchingVariant(std::string_view bytes, const std::string& root, inputs::Disk& disk) {
    Input input;
    for (const Variant& variant : variantsOf(bytes)) {
        InputReader reader(variant.inputs, root);
        bool same = true;
        while (same && reader.next(input)) same = disk.holds(input);
        if (!same || reader.failed()) continue;
        Digest key;
        std::memcpy(key.data(), variant.key.data(), key.size());
        return key;
    }
    return std::nullopt;
}

}  // namespace raddle::cache
