// What a function's name says that it does to a lock, for functions whose body does not tell.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/ir/ir.h"

namespace raddle::link {

struct LockChange {
    bool acquires = false;
    ir::LockMode mode = ir::LockMode::exclusive;
    std::string counterpart;  // what the function that undoes it would be called: words, joined by spaces
    std::string words;
};

// By the words of the last part of a qualified name, the last of which is "lock" or "unlock": "ns::mutexLock2(T *)"
// acquires. None for names that speak of trying, of making or of looking.
std::optional<LockChange> lockChangeOf(std::string_view key);

}  // namespace raddle::link
