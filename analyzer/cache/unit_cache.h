// Units that were read before. A unit's key is the digest of its command, of every question its parse put to the disk
// with the answer (analyzer/inputs) and of the program that made it; nothing is ever believed because of a time stamp.
// Which questions a command's parse asks is itself kept, for its last few variants, so that a key is known without
// parsing: one look-up an input, shared by the units of a scan. Below `root` paths are kept relative to it, so that a
// cache serves any checkout. Failures to parse are kept like units. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "analyzer/cache/store.h"
#include "analyzer/inputs/inputs.h"
#include "analyzer/ir/ir.h"
#include "analyzer/lower/lower.h"

namespace raddle::cache {

using inputs::Digest;

class UnitCache {
  public:
    // `meaning`: what else units depend on, as the text of the project's own models.
    UnitCache(Store& store, inputs::Disk& disk, std::string root, std::string_view meaning);

    // The key of the unit that the command gives with the disk as it is, if that is known.
    std::optional<Digest> find(const lower::CompileCommand& command);
    std::optional<Result<ir::Unit>> load(const Digest& key);
    // None: the same command may give another unit next time, so this one is not kept.
    std::optional<Digest> keep(const lower::CompileCommand& command, const lower::Lowered& lowered);

    // Anything that depends on units and on nothing else, kept under a digest of their keys.
    std::optional<std::string> loadResult(const Digest& key);
    void keepResult(const Digest& key, std::string_view text);

  private:
    Digest commandKey(const lower::CompileCommand& command) const;
    std::string inward(std::string_view text) const;
    std::string outward(std::string_view text) const;

    Store& store_;
    inputs::Disk& disk_;
    std::string root_;      // without a final slash; empty: none
    std::string identity_;  // of tool, environment and meaning
};

}  // namespace raddle::cache
