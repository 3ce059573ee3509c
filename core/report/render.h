// A report in one of the forms that `raddle scan --format` offers. Pure but for text and HTML, which read the source
// files that findings point into, once each, to quote them. Cost: linear in what is written.
#pragma once

#include <string>

#include "core/model/report.h"

namespace raddle {

enum class Format { text, json, sarif, html, github, gitlab, junit };

bool parse(const std::string& text, Format& out);

struct RenderOptions {
    std::string root;     // absolute folder; files below it are named relative to it
    bool colour = false;  // text: escape sequences of a terminal
};

std::string render(const Report& report, Format format, const RenderOptions& options);

}  // namespace raddle
