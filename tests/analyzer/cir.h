// Units and programs from CIR text (docs/ir.md), so that analyses are tested without Clang.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/parse.h"
#include "analyzer/link/program.h"

namespace raddle::test {

inline ir::Unit unitOf(std::string_view text, const std::string& file = "test.ir") {
    auto unit = ir::parse(text, file);
    if (!unit.ok()) {
        ADD_FAILURE() << toString(unit.error());
        return {};
    }
    return std::move(*unit);
}

inline link::Program programOf(std::string_view text) {
    std::vector<ir::Unit> units;
    units.push_back(unitOf(text));
    return link::link(std::move(units));
}

}  // namespace raddle::test
