// Units as bytes: what the cache keeps and `raddle unit` writes. Compact (a few bytes an op), versioned, and safe to
// read from anywhere: every count, index and enumeration is checked, so that a unit that reads can be linked and
// analysed. The same unit always gives the same bytes. Linear in the size of the unit.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "analyzer/ir/ir.h"
#include "core/support/result.h"

namespace raddle::ir {

// Applied to every text of a unit on its way out or in, so that a unit can move to another folder. Must map different
// texts to different ones.
using Rename = std::function<std::string(std::string_view)>;

std::string encode(const Unit& unit, const Rename& rename = {});

// An Error says that it is no unit, one of another version, or damaged; `file` is where it was read.
Result<Unit> decode(std::string_view bytes, const std::string& file, const Rename& rename = {});

}  // namespace raddle::ir
