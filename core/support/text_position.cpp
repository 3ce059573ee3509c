#include "core/support/text_position.h"

namespace raddle {

Error errorAtByte(std::string message, const std::string& file, std::string_view text, size_t byte) {
    Error error{std::move(message), file, 1, 1};
    for (size_t i = 0; i + 1 < byte && i < text.size(); ++i) {
        ++error.column;
        if (text[i] == '\n') ++error.line, error.column = 1;
    }
    return error;
}

}  // namespace raddle
