// Numbers, times, names and places as people read them. One place, so that every page says the same thing the
// same way. A number and its unit are held together by a no-break space.
#pragma once

#include <QString>
#include <cstdint>

#include "core/model/source_location.h"

namespace raddle::gui {

QString durationText(int64_t ns);             // three digits and a unit: "12.3 ms", "2 min 05 s"
QString countText(uint64_t count);            // "12 345" below a million, "1.24 M" above
QString percentText(double share);            // of 0..1: "38 %", "<1 %", "0 %"
QString placeText(const SourceLocation& at);  // "io.cc:88"; empty without a file
QString placePath(const SourceLocation& at);  // with the whole path

// A function's demangled name without return type, arguments and the insides of template brackets.
QString shortFunction(const std::string& demangled);

QString plural(uint64_t count, const char* one, const char* many);  // "1 thread", "12 threads"

}  // namespace raddle::gui
