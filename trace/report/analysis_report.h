// The parts of the reports that come from the analyses: answers, root causes, critical path, parallelism, lock order
// and habits. docs/report-json.md says what the keys mean.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "trace/answers/answers.h"

namespace raddle::trace {

// The answers, for the head of the text report.
std::string answersText(const std::vector<Answer>& answers);
// Tables, each only when it says something.
std::string analysisText(const Timeline& timeline, const Analysis& analysis);

// Adds "answers" and a key for each analysis.
void addAnalysis(const Timeline& timeline, const Analysis& analysis, const std::vector<Answer>& answers,
                 nlohmann::ordered_json& out);

}  // namespace raddle::trace
