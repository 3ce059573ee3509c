// The vocabulary of .raddle.yaml: each effect a function can be said to have, as the row it makes and the keys that
// say more of it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/models/models.h"

namespace raddle::config {

enum class KeyKind : uint8_t { argument, handle, position, global, mode, lockKind, success, timed, broadcast, method };

struct Key {
    std::string_view name;
    KeyKind kind;
    int models::Model::* index = nullptr;  // of an argument, a handle, a position: where it goes
    bool required = false;
};

struct EffectWord {
    std::string_view name;
    models::Model row;  // without a function
    std::span<const Key> keys;
};

struct TypeWord {
    std::string_view name;
    bool guard = false;
    ir::LockMode mode = ir::LockMode::exclusive;  // of a guard
    ir::LockKind lockKind = ir::LockKind::none;
};

std::span<const EffectWord> effectWords();
std::span<const TypeWord> typeWords();

}  // namespace raddle::config
