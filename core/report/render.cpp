#include "core/report/render.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "core/model/report_io.h"
#include "core/report/ci.h"
#include "core/report/html.h"
#include "core/report/sarif.h"
#include "core/report/text.h"

namespace raddle {

namespace {

struct Form {
    std::string_view name;
    Format format;
    std::string (*render)(const Report& report, const RenderOptions& options);
};

std::string renderJson(const Report& report, const RenderOptions&) {
    return saveReport(report);
}

constexpr Form kForms[] = {
    {"text", Format::text, renderText},       {"json", Format::json, renderJson},
    {"sarif", Format::sarif, renderSarif},    {"html", Format::html, renderHtml},
    {"github", Format::github, renderGithub}, {"gitlab", Format::gitlab, renderGitlab},
    {"junit", Format::junit, renderJunit},
};

}  // namespace

bool parse(const std::string& text, Format& out) {
    const auto named =
        std::find_if(std::begin(kForms), std::end(kForms), [&](const Form& form) { return form.name == text; });
    if (named == std::end(kForms)) return false;
    out = named->format;
    return true;
}

std::string render(const Report& report, Format format, const RenderOptions& options) {
    const auto form =
        std::find_if(std::begin(kForms), std::end(kForms), [&](const Form& one) { return one.format == format; });
    return form->render(report, options);
}

}  // namespace raddle
