#include "core/model/merge.h"

#include <algorithm>
#include <cstddef>

namespace raddle {
namespace {

bool isEnd(const std::string& path, const std::string& end) {
    return path.size() > end.size() && path.ends_with(end) && path[path.size() - end.size() - 1] == '/';
}

bool isSameFile(std::string a, std::string b) {
    while (a.starts_with("./")) a.erase(0, 2);
    while (b.starts_with("./")) b.erase(0, 2);
    return a == b || isEnd(a, b) || isEnd(b, a);
}

bool isSamePlace(const SourceLocation& a, const SourceLocation& b) {
    return !a.file.empty() && a.line != 0 && a.line == b.line && isSameFile(a.file, b.file);
}

bool names(const Finding& finding, const SourceLocation& at) {
    for (const FindingLocation& location : finding.locations)
        if (isSamePlace(location.at, at)) return true;
    for (const FindingThread& thread : finding.threads)
        if (!thread.stack.empty() && isSamePlace(thread.stack.back().at, at)) return true;
    return false;
}

bool covers(const Finding& finding, const Finding& other) {
    size_t places = std::min<size_t>(other.locations.size(), 2);
    for (size_t i = 0; i < places; ++i)
        if (!names(finding, other.locations[i].at)) return false;
    return places > 0;
}

}  // namespace

bool namesSameCode(const Finding& a, const Finding& b) {
    return a.property == b.property && (covers(a, b) || covers(b, a));
}

void mergeFindings(std::vector<Finding>& into, const std::vector<Finding>& from) {
    const size_t known = into.size();
    for (const Finding& finding : from) {
        auto end = into.begin() + static_cast<std::ptrdiff_t>(known);
        auto same =
            std::find_if(into.begin(), end, [&](const Finding& other) { return namesSameCode(other, finding); });
        if (same == end) {
            into.push_back(finding);
            continue;
        }
        same->evidence = std::max(same->evidence, finding.evidence);
        same->severity = std::max(same->severity, finding.severity);
        for (const std::string& reason : finding.why)
            if (std::find(same->why.begin(), same->why.end(), reason) == same->why.end()) same->why.push_back(reason);
    }
}

}  // namespace raddle
