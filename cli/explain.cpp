#include <iostream>

#include "cli/base/commands.h"
#include "cli/base/rule_pages.h"
#include "core/model/rules.h"
#include "core/support/suggestion.h"

namespace raddle::cli {
namespace {

std::string hint(const std::string& id) {
    std::vector<std::string_view> ids;
    for (const Rule& rule : rules()) ids.push_back(rule.id);
    const std::string_view meant = nearest(id, ids);
    return meant.empty() ? "; `raddle explain` lists them" : ": did you mean '" + std::string(meant) + "'?";
}

}  // namespace

Run addExplain(CLI::App& app) {
    auto id = std::make_shared<std::string>();
    app.add_option("RULE", *id, "rule id; without one, lists all");
    app.footer("Example: raddle explain deadlock-lock-order");
    return [id] {
        if (id->empty()) {
            for (const Rule& rule : rules()) std::cout << rule.id << "\n    " << rule.summary << "\n";
            return kSuccess;
        }
        const Rule* rule = findRule(*id);
        if (!rule) {
            std::cerr << "raddle explain: no rule '" << *id << "'" << hint(*id) << "\n";
            return kBadInput;
        }
        std::cout << rulePage(rule->id);
        return kSuccess;
    };
}

}  // namespace raddle::cli
