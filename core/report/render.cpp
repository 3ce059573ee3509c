#include "core/report/render.h"

#include "core/model/report_io.h"
#include "core/report/sarif.h"
#include "core/report/text.h"

namespace raddle {

bool parse(const std::string& text, Format& out) {
    if (text == "text")
        out = Format::text;
    else if (text == "json")
        out = Format::json;
    else if (text == "sarif")
        out = Format::sarif;
    else
        return false;
    return true;
}

std::string render(const Report& report, Format format, const RenderOptions& options) {
    switch (format) {
        case Format::json:
            return saveReport(report);
        case Format::sarif:
            return renderSarif(report, options);
        case Format::text:
            break;
    }
    return renderText(report, options);
}

}  // namespace raddle
