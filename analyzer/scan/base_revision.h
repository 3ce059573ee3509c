// An earlier revision of what is scanned, from git: which files were different then. With those in place of the ones on
// disk, the same commands give the program as it was, so that what a change brings is told exactly, wherever it shows.
// Cost: three runs of git, and the content of the files that changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/support/result.h"

namespace raddle::scan {

struct EarlierFile {
    std::string path;                    // absolute
    std::optional<std::string> content;  // then; none: the file is new
};

struct BaseRevision {
    std::string commit;
    std::vector<EarlierFile> files;  // those that are different now, in order of paths
};

// The files below the repository that `directory` is in, compared with the commit where `revision` and what is checked
// out parted; changes that are not committed count. A renamed file had the old one's content under both names.
Result<BaseRevision> readBase(const std::string& directory, const std::string& revision);

}  // namespace raddle::scan
