#include "core/triage/places.h"

namespace raddle::triage {

std::vector<SourceLocation> placesOf(const Finding& finding) {
    std::vector<SourceLocation> out;
    if (!finding.locations.empty()) out.push_back(finding.locations[0].at);
    for (const FindingThread& thread : finding.threads)
        if (!thread.stack.empty()) out.push_back(thread.stack.back().at);
    return out;
}

}  // namespace raddle::triage
