// Feeds the readers of baselines and of comments that allow findings. The first byte says which.
#include <algorithm>
#include <cstdlib>

#include "core/triage/baseline.h"
#include "core/triage/suppressions.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] % 2 == 0) {
        auto baseline = raddle::triage::parseBaseline(text, "f");
        if (!baseline.ok()) return 0;
        raddle::Report report;
        raddle::triage::compare(report, *baseline);
        const std::string saved = saveBaseline(*baseline, "t");
        if (!raddle::triage::parseBaseline(saved, "f").ok()) std::abort();
        return 0;
    }
    std::vector<raddle::Remark> remarks;
    for (const raddle::triage::Allowance& found : raddle::triage::findAllowances(text, "f", remarks))
        if (found.rules.empty() || found.lastLine < found.firstLine) std::abort();
    return 0;
}
