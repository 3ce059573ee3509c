// How reports name files.
#pragma once

#include <string>

namespace raddle {

// `path` relative to the folder `root` when it is below it, else as it is.
std::string relativeTo(const std::string& root, const std::string& path);

// A path as the path part of a URI: all but unreserved bytes and slashes percent-encoded.
std::string uriPath(const std::string& path);

}  // namespace raddle
