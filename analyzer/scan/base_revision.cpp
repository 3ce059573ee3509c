#include "analyzer/scan/base_revision.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

#include "core/support/process.h"
#include "core/support/text.h"

namespace raddle::scan {
namespace {

constexpr std::string_view kEnd("\0", 1);  // of a field, as git -z writes them

// Where the content of a path was at the base.
using Origins = std::map<std::string, std::optional<std::string>>;

class Git {
  public:
    explicit Git(std::string folder) : folder_(std::move(folder)) {}

    Result<std::string> run(std::vector<std::string> arguments, std::string_view input = {}) const {
        std::vector<std::string> command{"git", "-C", folder_};
        command.insert(command.end(), arguments.begin(), arguments.end());
        return runProgram(command, input);
    }
    Result<std::string> line(std::vector<std::string> arguments) const {
        std::string out = TRY(run(std::move(arguments)));
        while (out.ends_with('\n')) out.pop_back();
        return out;
    }

  private:
    std::string folder_;
};

// Of `git diff --name-status -z`: a status, then one path, of a rename or copy two.
Origins originsIn(std::string_view changes) {
    Origins out;
    while (!changes.empty()) {
        const std::string_view status = takeUntil(changes, kEnd);
        const std::string path(takeUntil(changes, kEnd));
        if (status.starts_with('R') || status.starts_with('C')) {
            out[std::string(takeUntil(changes, kEnd))] = path;
            if (status.starts_with('R')) out[path] = path;
        } else if (status.starts_with('A')) {
            out[path] = std::nullopt;
        } else {
            out[path] = path;
        }
    }
    return out;
}

// Of `git cat-file --batch`: for each object a line with its size, its content and a line feed, or "… missing".
Result<std::vector<std::optional<std::string>>> contentsIn(std::string_view batch, size_t count) {
    std::vector<std::optional<std::string>> out;
    const Error broken{"git cat-file: not the expected output"};
    while (out.size() < count) {
        const size_t end = batch.find('\n');
        if (end == std::string_view::npos) return broken;
        const std::string_view head = batch.substr(0, end);
        batch.remove_prefix(end + 1);
        if (head.ends_with(" missing")) {
            out.emplace_back();
            continue;
        }
        size_t size = 0;
        const std::string_view digits = head.substr(head.rfind(' ') + 1);
        const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
        if (failure != std::errc() || stop != digits.data() + digits.size() || batch.size() < size + 1) return broken;
        out.emplace_back(batch.substr(0, size));
        batch.remove_prefix(size + 1);
    }
    return out;
}

}  // namespace

Result<BaseRevision> readBase(const std::string& directory, const std::string& revision) {
    const Git git(directory);
    const std::string root = TRY(git.line({"rev-parse", "--show-toplevel"}));
    const std::string named = TRY(git.line({"rev-parse", "--verify", "--end-of-options", revision + "^{commit}"}));
    // Without common history, as in shallow clones, it is compared with the revision itself.
    const Result<std::string> parted = git.line({"merge-base", named, "HEAD"});
    BaseRevision base{parted.ok() ? *parted : named, {}};
    const Git top(root);
    const std::string changes = TRY(top.run({"diff", "--name-status", "-z", "-M", base.commit, "--"}));
    const std::string added = TRY(top.run({"ls-files", "--others", "--exclude-standard", "-z"}));
    Origins origins = originsIn(changes);
    for (std::string_view rest = added; !rest.empty();)
        origins.try_emplace(std::string(takeUntil(rest, kEnd)), std::nullopt);
    std::string wanted;
    size_t count = 0;
    // A line feed in a name would be taken for the end of the request.
    std::erase_if(origins, [](const auto& file) { return file.first.find('\n') != std::string::npos; });
    for (const auto& [path, origin] : origins)
        if (origin) {
            wanted += base.commit + ":" + *origin + "\n";
            ++count;
        }
    const std::string batch = count > 0 ? TRY(top.run({"cat-file", "--batch"}, wanted)) : std::string();
    const std::vector<std::optional<std::string>> contents = TRY(contentsIn(batch, count));
    size_t next = 0;
    for (const auto& [path, origin] : origins)
        base.files.push_back({root + "/" + path, origin ? contents[next++] : std::nullopt});
    return base;
}

}  // namespace raddle::scan
