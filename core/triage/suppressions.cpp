#include "core/triage/suppressions.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>

#include "core/model/rules.h"
#include "core/support/file_system.h"
#include "core/support/suggestion.h"
#include "core/support/text.h"
#include "core/triage/pattern.h"
#include "core/triage/places.h"

namespace raddle::triage {
namespace {

constexpr std::string_view kMark = "raddle:";
constexpr std::string_view kVerb = "allow";
constexpr std::string_view kNolint = "NOLINT";
constexpr std::string_view kPrefix = "raddle-";

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
    return text;
}

bool isWordPart(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

std::vector<std::string> namesIn(std::string_view list) {
    std::vector<std::string> out;
    while (!list.empty())
        if (const std::string_view name = trimmed(takeUntil(list, ",")); !name.empty()) out.emplace_back(name);
    return out;
}

bool isDate(std::string_view text) {
    constexpr std::string_view kShape = "dddd-dd-dd";
    if (text.size() != kShape.size()) return false;
    for (size_t i = 0; i < text.size(); ++i)
        if (kShape[i] == 'd' ? !std::isdigit(static_cast<unsigned char>(text[i])) : text[i] != kShape[i]) return false;
    return text.substr(5, 2) >= "01" && text.substr(5, 2) <= "12" && text.substr(8) >= "01" && text.substr(8) <= "31";
}

// Takes "until DATE" off the end of `text`. None: there is an `until` whose date is none.
std::optional<std::string> takeDate(std::string_view& text) {
    const size_t at = text.rfind("until ");
    if (at == std::string_view::npos || (at > 0 && isWordPart(text[at - 1]))) return std::string();
    const std::string_view date = trimmed(text.substr(at + 6));
    // A reason may end in "until the next release".
    if (date.empty() || !std::isdigit(static_cast<unsigned char>(date[0]))) return std::string();
    if (!isDate(date)) return std::nullopt;
    text = trimmed(text.substr(0, at));
    while (text.ends_with(',') || text.ends_with(';')) text = trimmed(text.substr(0, text.size() - 1));
    return std::string(date);
}

std::vector<std::string_view> ruleIds() {
    std::vector<std::string_view> out;
    for (const Rule& rule : rules()) out.push_back(rule.id);
    return out;
}

bool namesRule(std::string_view pattern) {
    return std::any_of(rules().begin(), rules().end(), [&](const Rule& rule) { return matches(pattern, rule.id); });
}

// Reads the comments of one file, line by line.
class Finder {
  public:
    Finder(const std::string& file, std::vector<Remark>& remarks) : file_(file), remarks_(remarks) {}

    std::vector<Allowance> read(std::string_view text) {
        for (line_ = 1; !text.empty(); ++line_) readLine(takeUntil(text, "\n"));
        for (const size_t open : openBlocks_) {
            remark(found_[open].at, "NOLINTBEGIN without NOLINTEND");
            found_[open].lastLine = line_;
        }
        return std::move(found_);
    }

  private:
    void readLine(std::string_view line) {
        const size_t comment = std::min(line.find("//"), line.find("/*"));
        const bool hasCode = !trimmed(line.substr(0, std::min(comment, line.size()))).empty();
        const bool inBlock = comment == std::string_view::npos && trimmed(line).starts_with('*');
        if (hasCode && !inBlock) {
            for (const size_t waiting : waiting_) found_[waiting].firstLine = found_[waiting].lastLine = line_;
            waiting_.clear();
        }
        if (comment == std::string_view::npos) return;
        readMark(line, comment, hasCode);
        readNolint(line, comment);
    }

    void readMark(std::string_view line, size_t comment, bool hasCode) {
        const size_t at = line.find(kMark, comment);
        if (at == std::string_view::npos) return;
        std::string_view rest = trimmed(line.substr(at + kMark.size()));
        if (!rest.starts_with(kVerb) || (rest.size() > kVerb.size() && isWordPart(rest[kVerb.size()]))) return;
        rest.remove_prefix(kVerb.size());
        rest = takeUntil(rest, "*/");
        Allowance allowance;
        allowance.at = {file_, line_, static_cast<uint32_t>(at + 1)};
        std::string_view head = takeUntil(rest, "--");
        std::string_view& dated = rest.empty() ? head : rest;
        const std::optional<std::string> until = takeDate(dated);
        if (!until) return remark(allowance.at, "its date is not like 2027-01-31, so it allows nothing");
        allowance.until = *until;
        allowance.reason = trimmed(rest);
        allowance.rules = namesIn(head);
        if (!check(allowance)) return;
        if (allowance.reason.empty())
            remark(allowance.at, "says no reason: raddle: allow " + allowance.rules[0] + " -- reason");
        allowance.firstLine = allowance.lastLine = line_;
        if (!hasCode) waiting_.push_back(found_.size());
        found_.push_back(std::move(allowance));
    }

    // Names that are no rule are taken out; false when none is left.
    bool check(Allowance& allowance) {
        if (allowance.rules.empty()) {
            remark(allowance.at, "names no rule, so it allows nothing");
            return false;
        }
        std::erase_if(allowance.rules, [&](const std::string& name) {
            const bool known = namesRule(name);
            if (!known) {
                const std::string_view meant = nearest(name, ruleIds());
                remark(allowance.at, "'" + name + "' is no rule" +
                                         (meant.empty() ? std::string("; `raddle explain` lists them")
                                                        : ": did you mean '" + std::string(meant) + "'?"));
            } else if (hasWildcard(name)) {
                remark(allowance.at, "'" + name + "' allows more than one rule: name those that are meant");
            }
            return !known;
        });
        return !allowance.rules.empty();
    }

    void readNolint(std::string_view line, size_t comment) {
        const size_t at = line.find(kNolint, comment);
        if (at == std::string_view::npos || (at > 0 && isWordPart(line[at - 1]))) return;
        std::string_view rest = line.substr(at + kNolint.size());
        const std::string_view kind = rest.substr(0, rest.find('('));
        if (kind.size() == rest.size()) return;  // without names it is about clang-tidy's checks
        rest.remove_prefix(kind.size() + 1);
        Allowance allowance;
        allowance.at = {file_, line_, static_cast<uint32_t>(at + 1)};
        for (const std::string& name : namesIn(takeUntil(rest, ")")))
            if (name.starts_with(kPrefix)) allowance.rules.push_back(name.substr(kPrefix.size()));
        if (kind == "END") return close(allowance);
        if (allowance.rules.empty() || !check(allowance)) return;
        while (!rest.empty() && (std::isspace(static_cast<unsigned char>(rest[0])) || rest[0] == ':' || rest[0] == '-'))
            rest.remove_prefix(1);
        allowance.reason = trimmed(takeUntil(rest, "*/"));
        allowance.firstLine = allowance.lastLine = line_ + (kind == "NEXTLINE" ? 1 : 0);
        if (kind == "BEGIN") openBlocks_.push_back(found_.size());
        if (kind.empty() || kind == "NEXTLINE" || kind == "BEGIN") found_.push_back(std::move(allowance));
    }

    void close(const Allowance& end) {
        if (end.rules.empty()) return;
        const auto open = std::find_if(openBlocks_.rbegin(), openBlocks_.rend(),
                                       [&](size_t block) { return found_[block].rules == end.rules; });
        if (open == openBlocks_.rend()) return remark(end.at, "NOLINTEND without a NOLINTBEGIN of the same rules");
        found_[*open].lastLine = line_;
        openBlocks_.erase(std::next(open).base());
    }

    void remark(const SourceLocation& at, std::string message) { remarks_.push_back({at, std::move(message)}); }

    const std::string& file_;
    std::vector<Remark>& remarks_;
    uint32_t line_ = 0;
    std::vector<Allowance> found_;
    std::vector<size_t> waiting_;  // of those in found_, for the next line of code
    std::vector<size_t> openBlocks_;
};

bool allows(const Allowance& allowance, const Finding& finding, const SourceLocation& at) {
    return allowance.firstLine <= at.line && at.line <= allowance.lastLine &&
           std::any_of(allowance.rules.begin(), allowance.rules.end(),
                       [&](const std::string& rule) { return matches(rule, finding.rule); });
}

class Suppressor {
  public:
    Suppressor(Report& report, const SuppressionOptions& options) : report_(report), options_(options) {}

    void run() {
        readFiles();
        std::vector<Finding> kept;
        for (Finding& finding : report_.findings) {
            judge(finding);
            (finding.suppression ? report_.settled : kept).push_back(std::move(finding));
        }
        report_.findings = std::move(kept);
        for (Finding& finding : report_.settled) judge(finding);
        remarkOnUse();
    }

  private:
    struct Known {
        Allowance allowance;
        bool used = false;
        bool expired = false;
    };

    void readFiles() {
        std::set<std::string> files(options_.files.begin(), options_.files.end());
        for (const std::vector<Finding>* findings : {&report_.findings, &report_.settled})
            for (const Finding& finding : *findings)
                for (const SourceLocation& at : placesOf(finding)) files.insert(at.file);
        for (const std::string& file : files) {
            const Result<std::string> text = readFile(file);
            if (!text.ok() || (text->find(kMark) == std::string::npos && text->find(kNolint) == std::string::npos))
                continue;
            for (Allowance& allowance : findAllowances(*text, file, report_.remarks)) {
                const bool expired = !allowance.until.empty() && allowance.until < options_.today;
                known_[file].push_back({std::move(allowance), false, expired});
            }
        }
    }

    void judge(Finding& finding) {
        for (const SourceLocation& at : placesOf(finding)) {
            const auto of = known_.find(at.file);
            if (of == known_.end()) continue;
            for (Known& known : of->second) {
                if (!allows(known.allowance, finding, at)) continue;
                known.used = true;
                if (!known.expired && !finding.suppression)
                    finding.suppression =
                        Suppression{Suppression::By::comment, known.allowance.reason, known.allowance.at};
            }
        }
    }

    void remarkOnUse() {
        for (const auto& [file, all] : known_)
            for (const Known& known : all) {
                const Allowance& allowance = known.allowance;
                if (!known.used && options_.complete)
                    report_.remarks.push_back(
                        {allowance.at, "allows " + allowance.rules[0] + ", which is not found here: take it out"});
                else if (known.expired)
                    report_.remarks.push_back({allowance.at, "expired on " + allowance.until});
            }
        std::sort(report_.remarks.begin(), report_.remarks.end());
    }

    Report& report_;
    const SuppressionOptions& options_;
    std::map<std::string, std::vector<Known>> known_;
};

}  // namespace

std::vector<Allowance> findAllowances(std::string_view text, const std::string& file, std::vector<Remark>& remarks) {
    return Finder(file, remarks).read(text);
}

void suppress(Report& report, const SuppressionOptions& options) {
    Suppressor(report, options).run();
}

}  // namespace raddle::triage
