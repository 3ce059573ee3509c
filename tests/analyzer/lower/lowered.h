// A C or C++ snippet lowered to CIR, for tests that compare a function's text with what is expected. The text is made
// readable: no locations, no declarations, no file names in keys, blocks that only follow one another joined.
#pragma once

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "analyzer/ir/print.h"
#include "analyzer/lower/lower.h"

namespace raddle::test {

// A source file that is gone when the test is.
class SourceFile {
  public:
    SourceFile(const std::string& code, const std::string& extension)
        : path_(testing::TempDir() + "snippet" + std::to_string(getpid()) + extension) {
        std::ofstream(path_) << code;
    }
    SourceFile(const SourceFile&) = delete;
    ~SourceFile() { std::filesystem::remove(path_); }

    const std::string& path() const { return path_; }
    Result<ir::Unit> lower(const models::Library& models = {}) const {
        const bool isC = path_.ends_with(".c");
        return lower::lowerFile(
            {testing::TempDir(), path_, {isC ? "cc" : "c++", isC ? "-std=gnu11" : "-std=c++20", "-c", path_}}, models);
    }

  private:
    std::string path_;
};

inline ir::Unit unitFrom(const std::string& code, const std::string& extension = ".cpp") {
    auto unit = SourceFile(code, extension).lower();
    if (!unit.ok()) {
        ADD_FAILURE() << toString(unit.error());
        return {};
    }
    return std::move(*unit);
}

inline std::string readable(const std::string& printed) {
    std::vector<std::string> lines;
    std::istringstream in(printed);
    for (std::string line; std::getline(in, line);) {
        line = std::regex_replace(line, std::regex(R"( at (\S*:)?\d+:\d+$)"), "");
        line = std::regex_replace(line, std::regex(R"(@[^"@]*snippet\d+\.\w+(:\d+)?")"), "\"");
        line = std::regex_replace(line, std::regex(R"re("([\w:~$]+)")re"), "$1");
        if (line.starts_with("func ") || line.starts_with("  local ") || line == "}") continue;
        // A jump to the next block, and the label of a block that nothing else jumps to, say nothing.
        if (line.starts_with("b") && !lines.empty() && lines.back() == "  goto " + line.substr(0, line.size() - 1))
            lines.pop_back();
        lines.push_back(line);
    }
    std::string text;
    for (const std::string& line : lines) {
        if (!line.starts_with(" ")) {
            const std::regex use("^  (br|goto|loop)\\b.*\\b" + line.substr(0, line.size() - 1) + "\\b");
            if (std::none_of(lines.begin(), lines.end(),
                             [&](const auto& other) { return std::regex_search(other, use); }))
                continue;
        }
        text += line + "\n";
    }
    return text;
}

// The ops of the function called `name` ("worker", "Queue::push", "lambda:3").
inline std::string functionOf(const ir::Unit& unit, const std::string& name) {
    std::string text;
    for (const ir::Function& function : unit.functions)
        if (unit.names.text(function.name) == name) text += readable(ir::print(unit, function));
    return text.empty() ? "no function " + name : text;
}

inline std::string lowered(const std::string& code, const std::string& name, const std::string& extension = ".cpp") {
    return functionOf(unitFrom(code, extension), name);
}

}  // namespace raddle::test
