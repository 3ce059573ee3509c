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

void RawObject::addUse(StackId stack, int64_t atNs) {
    if (atNs < firstNs) {
        firstNs = atNs;
        std::swap(firstUse, stack);
    }
    for (StackId& other : otherUses) {
        if (!stack.valid() || stack == firstUse || stack == other) return;
        if (!other.valid()) {
            other = stack;
            return;
        }
    }
}

RawObjects::Key RawObjects::keyOf(uint32_t image, uint64_t address, uint32_t incarnation, uint8_t kind) {
    return {address, image, incarnation, isLockKind(kind) ? uint8_t{kRaddleMutex} : kind};
}

uint32_t RawObjects::intern(uint32_t image, uint64_t address, uint32_t incarnation, uint8_t kind) {
    auto [it, isNew] =
        ids_.try_emplace(keyOf(image, address, incarnation, kind), static_cast<uint32_t>(objects_.size()));
    if (isNew) {
        RawObject& object = objects_.emplace_back(RawObject{image, address, kind});
        object.incarnation = incarnation;
    }
    return it->second;
}

void RawObjects::addInit(uint32_t image, uint64_t address, uint32_t incarnation, uint8_t kind, StackId stack) {
    inits_[keyOf(image, address, incarnation, kind)] = stack;
}

StackId RawObjects::initOf(const RawObject& object) const {
    auto found = inits_.find(keyOf(object.image, object.address, object.incarnation, object.kind));
    return found == inits_.end() ? StackId{} : found->second;
}

}  // namespace raddle::trace
