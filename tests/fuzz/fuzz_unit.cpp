// Feeds the reader of units whatever the fuzzer makes of one that has everything in it; what reads is printed, linked
// with itself and written again.
#include <cstdlib>
#include <random>

#include "analyzer/ir/binary.h"
#include "analyzer/ir/parse.h"
#include "analyzer/ir/print.h"
#include "analyzer/link/program.h"
#include "tests/analyzer/ir/everything.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t maxSize);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    auto unit = raddle::ir::decode(bytes, "f");
    if (!unit.ok()) return 0;
    const std::string text = raddle::ir::print(*unit);
    auto again = raddle::ir::decode(raddle::ir::encode(*unit), "f");
    if (!again.ok() || raddle::ir::print(*again) != text) std::abort();
    std::vector<raddle::ir::Unit> units;
    units.push_back(std::move(*unit));
    units.push_back(std::move(*again));
    raddle::link::link(std::move(units));
    return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t maxSize, unsigned int seed) {
    static const std::string kSample = raddle::ir::encode(*raddle::ir::parse(raddle::test::kEverything, "f"));
    std::minstd_rand random(seed);
    if (size < 2 || random() % 64 == 0) {
        size = std::min(maxSize, kSample.size());
        std::copy_n(kSample.data(), size, data);
    }
    return LLVMFuzzerMutate(data, size, maxSize);
}
