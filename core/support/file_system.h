// The seam to the file system: whole files in and out, with errors that name the file.
#pragma once

#include <string>
#include <string_view>

#include "core/support/result.h"

namespace raddle {

// The whole content. Fails on a missing, unreadable or directory path.
Result<std::string> readFile(const std::string& path);

// Writes a temporary file beside `path` and renames it, so that a reader never sees half a file and a
// failure (full disk, unwritable folder) leaves what was there before. A path that exists and is not a
// regular file (/dev/stdout, a pipe) is written to directly.
Result<> writeFile(const std::string& path, std::string_view content);

}  // namespace raddle
