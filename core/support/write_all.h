// All of a text to a descriptor, in as many writes as that takes.
#pragma once

#include <string_view>

namespace raddle {

// False: errno says why.
bool writeAll(int descriptor, std::string_view text);

}  // namespace raddle
