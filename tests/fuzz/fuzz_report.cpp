// The loader of scan reports takes whatever stands in a file: an error or a report, and a report that it took is saved
// and loaded again as the same.
#include <cstdlib>
#include <string>

#include "core/model/report_io.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace raddle;
    Result<Report> report = loadReport(std::string(reinterpret_cast<const char*>(data), size), "fuzz");
    if (!report) return 0;
    std::string saved = saveReport(*report);
    Result<Report> again = loadReport(saved, "saved");
    if (!again || saveReport(*again) != saved) std::abort();
    return 0;
}
