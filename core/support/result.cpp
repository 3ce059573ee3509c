#include "core/support/result.h"

namespace raddle {

std::string toString(const Error& error) {
    if (error.file.empty()) return error.message;
    std::string out = error.file;
    if (error.line) out += ":" + std::to_string(error.line);
    if (error.line && error.column) out += ":" + std::to_string(error.column);
    return out + ": " + error.message;
}

}  // namespace raddle
