// Where a byte of a text is, for errors of parsers that report an offset.
#pragma once

#include <string>
#include <string_view>

#include "core/support/result.h"

namespace raddle {

// An error about the `byte`-th byte of `text` (1-based, as nlohmann::json counts), which is the content of `file`.
Error errorAtByte(std::string message, const std::string& file, std::string_view text, size_t byte);

}  // namespace raddle
