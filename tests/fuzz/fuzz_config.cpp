// Feeds the reader of configurations whatever the fuzzer makes of one that has every effect in it.
#include <random>

#include "analyzer/config/config.h"
#include "analyzer/config/words.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t maxSize);

namespace {

std::string sample() {
    std::string text = "functions:\n";
    for (const raddle::config::EffectWord& word : raddle::config::effectWords()) {
        text += "  f_" + std::string(word.name) + "*: {effect: " + std::string(word.name);
        for (const raddle::config::Key& key : word.keys) text += ", " + std::string(key.name) + ": 0";
        text += "}\n";
    }
    text += "types:\n  ns::t: mutex\n  g: guard\nrules:\n  race-*: off\n  deadlock-self: note\n";
    return text + "report: {fail-on: none, min-evidence: likely, baseline: b.json}\nexclude: [a, \"*_b/**\"]\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    auto config = raddle::config::parseConfig(std::string(reinterpret_cast<const char*>(data), size), "f");
    if (!config.ok()) return 0;
    config->models.find("f_acquire1");
    raddle::Report report;
    report.findings.resize(1);
    report.findings[0].rule = "race-volatile";
    report.findings[0].locations = {{{"/a/x_b/c.c", 1, 1}, "f", ""}};
    raddle::triage::apply(report, config->policy);
    return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t maxSize, unsigned int seed) {
    static const std::string kSample = sample();
    std::minstd_rand random(seed);
    if (size < 2 || random() % 64 == 0) {
        size = std::min(maxSize, kSample.size());
        std::copy_n(kSample.data(), size, data);
    }
    return LLVMFuzzerMutate(data, size, maxSize);
}
