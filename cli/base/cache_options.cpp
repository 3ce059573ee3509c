#include "cli/base/cache_options.h"

#include <cstdlib>
#include <filesystem>

namespace raddle::cli {
namespace {

std::string fromEnvironment(const char* variable) {
    const char* value = std::getenv(variable);
    return value ? value : "";
}

std::string defaultFolder() {
    if (std::string own = fromEnvironment("RADDLE_CACHE_DIR"); !own.empty()) return own;
    // By the XDG specification a relative folder is none.
    if (std::string caches = fromEnvironment("XDG_CACHE_HOME"); caches.starts_with("/")) return caches + "/raddle";
    if (std::string home = fromEnvironment("HOME"); home.starts_with("/")) return home + "/.cache/raddle";
    return {};
}

}  // namespace

void addCache(CLI::App& app, CacheChoice& choice) {
    app.add_flag("--no-cache", choice.off, "parse every file anew and keep nothing");
    app.add_option("--cache-dir", choice.folder,
                   "folder of what was read before (default: $RADDLE_CACHE_DIR, else raddle in $XDG_CACHE_HOME or "
                   "~/.cache)")
        ->type_name("DIR");
    app.add_option("--cache-limit", choice.limitMegabytes,
                   "megabytes that it may grow to; what was not used for longest goes first (default: 2048)")
        ->check(CLI::Range(1, 1 << 20).description("1 to 1048576"))
        ->type_name("MB");
}

std::optional<scan::CacheOptions> cacheOptions(const CacheChoice& choice, const std::string& folder) {
    if (choice.off) return std::nullopt;
    const std::string chosen = choice.folder.empty() ? defaultFolder() : choice.folder;
    if (chosen.empty()) return std::nullopt;
    return scan::CacheOptions{(std::filesystem::path(folder) / chosen).lexically_normal().string(),
                              choice.limitMegabytes << 20};
}

}  // namespace raddle::cli
