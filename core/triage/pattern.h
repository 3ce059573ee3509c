// Names with wildcards, as suppressions and configurations give them.
#pragma once

#include <string_view>

namespace raddle::triage {

// Whether `pattern` matches all of `text`: `*` stands for any characters but a slash, `**` for any, `?` for one that is
// no slash. Cost: at worst the product of the lengths.
bool matches(std::string_view pattern, std::string_view text);

// Whether `pattern` names the file or a folder above it. A pattern without a slash is looked for at any depth, others
// start at the root that `path` is relative to.
bool matchesPath(std::string_view pattern, std::string_view path);

bool hasWildcard(std::string_view pattern);

}  // namespace raddle::triage
