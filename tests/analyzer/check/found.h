// What the checks find in a program written as CIR text.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analyzer/check/checks.h"
#include "tests/analyzer/analysed.h"

namespace raddle::test {

// What all checks find: "rule at the text of the line it is shown at".
inline Names found(const std::string& text) {
    const std::vector<std::string> lines = linesOf(text);
    const Analysed program(text);
    Names result;
    for (const Finding& finding : check::runChecks(program.facts)) {
        result.insert(finding.rule + " at " + lines.at(finding.locations.front().at.line));
    }
    return result;
}

// `text` with the first `from` replaced.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

inline const Names kNothing;

}  // namespace raddle::test
