// A report in one of the forms that `raddle scan --format` offers. Pure but for text and HTML, which read the source
// files that findings point into, once each, to quote them. Cost: linear in what is written.
#pragma once

#include <string>
#include <string_view>

#include "core/model/report.h"

namespace raddle {

enum class Format { text, json, sarif, html, github, gitlab, junit };

bool parse(const std::string& text, Format& out);

// The page of a rule, in Markdown; empty when there is none.
using RulePage = std::string_view (*)(std::string_view rule);

struct RenderOptions {
    std::string root;         // absolute folder; files below it are named relative to it
    bool colour = false;      // text: escape sequences of a terminal
    RulePage page = nullptr;  // SARIF: what is shown beside a finding
};

std::string render(const Report& report, Format format, const RenderOptions& options);

}  // namespace raddle
