// Feeds the reader of ThreadSanitizer's logs whatever the fuzzer makes, behind the line that begins a report; what
// comes out must be findings that can be written.
#include "core/model/report_io.h"
#include "trace/tsan/tsan_log.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string text = "WARNING: ThreadSanitizer: data race (pid=1)\n";
    text.append(reinterpret_cast<const char*>(data), size);
    std::vector<std::string> notes;
    raddle::Report report;
    report.findings = raddle::tsan::toFindings(raddle::tsan::readTsanLog(text), notes);
    raddle::saveReport(report);
    return 0;
}
