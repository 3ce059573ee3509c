// Which of several executables a function or global belongs to alone. A file that defines main is linked into one of
// them; what its functions and globals do, the others never see, though the code they share may point to all of them.
// Linear in the functions and globals.
#pragma once

#include <optional>
#include <vector>

#include "analyzer/link/program.h"

namespace raddle::facts {

class Programs {
  public:
    explicit Programs(const link::Program& program);

    // An index into Program::mains; nothing of what several executables may share.
    std::optional<uint32_t> of(link::FunctionIndex function) const { return at(functions_, function.index()); }
    std::optional<uint32_t> ofGlobal(uint32_t global) const { return at(globals_, global); }
    bool areSeveral() const { return !functions_.empty(); }

  private:
    static constexpr uint32_t kShared = ~uint32_t{0};
    static std::optional<uint32_t> at(const std::vector<uint32_t>& owners, size_t index) {
        if (index >= owners.size() || owners[index] == kShared) return std::nullopt;
        return owners[index];
    }

    std::vector<uint32_t> functions_, globals_;  // empty where there is but one executable
};

}  // namespace raddle::facts
