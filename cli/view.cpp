#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "cli/base/commands.h"

namespace raddle::cli {
namespace {

struct ViewOptions {
    std::vector<std::string> files;
    std::string screenshot, page, size, theme;
    std::vector<std::string> selections;
    std::vector<std::string> sourceFolders;
    bool fit = false, live = false, noCache = false;
};

// The viewer is installed beside this program; a link to this program is followed first.
std::string viewerPath() {
    std::error_code error;
    std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? "raddle-viewer" : (self.parent_path() / "raddle-viewer").string();
}

// Replaces this process; returns only when that failed.
int startViewer(const ViewOptions& options) {
    std::vector<std::string> words{viewerPath()};
    auto add = [&words](const char* name, const std::string& value) {
        if (!value.empty()) words.insert(words.end(), {name, value});
    };
    add("--screenshot", options.screenshot);
    add("--page", options.page);
    add("--size", options.size);
    add("--theme", options.theme);
    for (const std::string& selection : options.selections) add("--select", selection);
    for (const std::string& folder : options.sourceFolders) add("--source-dir", folder);
    if (options.fit) words.push_back("--fit");
    if (options.live) words.push_back("--live");
    if (options.noCache) words.push_back("--no-cache");
    words.push_back("--");
    words.insert(words.end(), options.files.begin(), options.files.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    std::cerr << "raddle view: " << words[0] << ": cannot be started; is the viewer installed?\n";
    return kBadInput;
}

}  // namespace

Run addView(CLI::App& app) {
    auto options = std::make_shared<ViewOptions>();
    app.add_option("FILES", options->files, "recordings and scan reports (JSON), any number");
    app.add_option("--screenshot", options->screenshot,
                   "write a page as .png, .svg or .csv and leave; needs no display");
    app.add_option("--page", options->page, "page to begin with")
        ->check(CLI::IsMember({"overview", "timeline", "locks", "functions", "flamegraph", "findings", "lockorder",
                               "source", "compare"}));
    app.add_option("--select", options->selections,
                   "lock:NAME, thread:NAME, function:NAME, finding:N, wait:longest or time:BEGIN-END; repeatable")
        ->allow_extra_args(false);
    app.add_option("--source-dir", options->sourceFolders,
                   "folder that has the sources, when they are not where they were compiled; or OLD=NEW; repeatable")
        ->allow_extra_args(false);
    app.add_flag("--fit", options->fit, "zoom the timeline to what is selected");
    app.add_flag("--live", options->live, "follow recordings whose programs still run");
    app.add_flag("--no-cache", options->noCache, "read recordings anew and keep nothing of them");
    app.add_option("--size", options->size, "of the window, WIDTHxHEIGHT");
    app.add_option("--theme", options->theme, "colours")->check(CLI::IsMember({"light", "dark", "auto"}));
    app.footer(
        "Example: raddle view run.raddle report.json\n"
        "Example: raddle view run.raddle --screenshot locks.png --page locks");
    return [options] { return startViewer(*options); };
}

}  // namespace raddle::cli
