// Reports in the forms that CI systems show beside the code: GitHub's workflow commands, GitLab's code quality report,
// JUnit's XML, which most others read.
#pragma once

#include <string>

#include "core/report/render.h"

namespace raddle {

// One command a finding, then what text would sum up with. GitHub shows ten errors and ten warnings a step; the rest
// stands in the log.
std::string renderGithub(const Report& report, const RenderOptions& options);

// A JSON array, one finding an element, with unique fingerprints.
std::string renderGitlab(const Report& report, const RenderOptions& options);

// One test case a finding, failed or, when it is settled, skipped; one passed for each rule that found nothing; one
// with an error for each file that failed.
std::string renderJunit(const Report& report, const RenderOptions& options);

}  // namespace raddle
