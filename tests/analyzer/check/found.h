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
    std::vector<std::string> lines{""};
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        lines.push_back(text.substr(at, text.find('\n', at) - at));
    const Analysed program(text);
    Names result;
    for (const Finding& finding : check::runChecks(program.facts)) {
        const std::string& line = lines.at(finding.locations.front().at.line);
        result.insert(finding.rule + " at " + line.substr(line.find_first_not_of(' ')));
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
