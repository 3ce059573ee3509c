// Options that say where `raddle scan` keeps what it has read.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "analyzer/scan/scan.h"

namespace raddle::cli {

struct CacheChoice {
    bool off = false;
    std::string folder;  // empty: as the environment says
    uint64_t limitMegabytes = 2048;
};

void addCache(CLI::App& app, CacheChoice& choice);

// None: no cache is wanted, or the environment names no place for one. `folder` is where relative paths start.
std::optional<scan::CacheOptions> cacheOptions(const CacheChoice& choice, const std::string& folder);

}  // namespace raddle::cli
