// What a cache knows of one command: the inputs of its last few parses and the keys of what came of them, newest first.
// Paths below a root are written relative to it. A variant takes about twenty bytes an input.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/inputs/inputs.h"

namespace raddle::cache {

// In the order of paths, as inputs::Record has them.
std::string encodeInputs(const std::vector<inputs::Input>& inputs, const std::string& root);

// Puts a variant first; those of too long ago are dropped. `variants` may be empty or damaged.
std::string withVariant(std::string_view variants, const inputs::Digest& key, std::string_view encodedInputs);

// The key of the first variant all of whose inputs are as the disk has them.
std::optional<inputs::Digest> matchingVariant(std::string_view variants, const std::string& root, inputs::Disk& disk);

}  // namespace raddle::cache
