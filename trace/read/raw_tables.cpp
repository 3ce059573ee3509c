#include "trace/read/raw_tables.h"

#include <algorithm>
#include <string_view>

namespace raddle::trace {

StackId RawStacks::intern(uint32_t image, const std::vector<uint64_t>& addresses, int64_t atNs) {
    if (addresses.empty()) return {};
    std::string_view bytes(reinterpret_cast<const char*>(addresses.data()), addresses.size() * sizeof(uint64_t));
    uint64_t hash = std::hash<std::string_view>()(bytes) ^ (uint64_t{image} * 0x9e3779b97f4a7c15u);
    auto [it, isNew] = byHash_.try_emplace(hash, static_cast<uint32_t>(stacks_.size()));
    uint32_t last = UINT32_MAX;
    for (uint32_t i = isNew ? UINT32_MAX : it->second; i != UINT32_MAX; i = stacks_[i].sameHash) {
        const RawStack& stack = stacks_[i];
        if (stack.image == image &&
            std::equal(addresses.begin(), addresses.end(), begin(stack), begin(stack) + stack.count))
            return StackId{i};
        last = i;
    }
    uint32_t id = static_cast<uint32_t>(stacks_.size());
    if (last != UINT32_MAX) stacks_[last].sameHash = id;
    stacks_.push_back({image, static_cast<uint32_t>(addresses.size()), addresses_.size(), atNs, UINT32_MAX});
    addresses_.insert(addresses_.end(), addresses.begin(), addresses.end());
    return StackId{id};
}

uint32_t RawFunctions::intern(uint32_t image, uint64_t address, int64_t atNs) {
    auto [it, isNew] = ids_.try_emplace({image, address}, static_cast<uint32_t>(functions_.size()));
    if (isNew) functions_.push_back({image, address, atNs});
    return it->second;
}

uint32_t RawObjects::intern(uint32_t image, uint64_t address, uint32_t incarnation, uint8_t kind) {
    uint8_t keyKind = isLockKind(kind) ? uint8_t{kRaddleMutex} : kind;
    auto [it, isNew] = ids_.try_emplace({address, image, incarnation, keyKind}, static_cast<uint32_t>(objects_.size()));
    if (isNew) objects_.push_back({image, address, kind});
    return it->second;
}

}  // namespace raddle::trace
