#include "cli/base/rule_pages.h"

namespace raddle::cli {

std::string_view rulePage(std::string_view rule) {
    for (const RulePage& page : rulePages())
        if (page.rule == rule) return page.text;
    return {};
}

}  // namespace raddle::cli
