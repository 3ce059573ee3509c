// What `raddle scan` tells on standard error while it works: how far it is, and what the stages took.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace raddle::cli {

// What each stage of a scan took, for --stats.
class Stages {
  public:
    void begin(std::string_view name);
    void print() const;

  private:
    struct Stage {
        std::string name;
        double begin = 0;
        double seconds = 0;  // of all processors
        long peakKilobytes = 0;
    };
    std::vector<Stage> stages_;
};

// On a terminal one line that is overwritten, with a bar; elsewhere, as in the log of a CI system, a line now and then,
// ever more seldom, and none at all of a scan that is done soon. A thread of its own prints, so that show() is cheap
// and a stage that says nothing of itself is seen to go on.
class Progress {
  public:
    struct Output {
        int descriptor;
        bool isTerminal;
        std::chrono::milliseconds first;  // how long nothing is said elsewhere than on a terminal
    };

    explicit Progress(std::string root);
    Progress(std::string root, Output output);
    ~Progress() { stop(); }
    void stop();
    // Files that are parsed.
    void show(size_t done, size_t total, const std::string& file);
    void show(std::string_view stage);

  private:
    using Clock = std::chrono::steady_clock;

    void run(const std::stop_token& stopped);
    std::string bar() const;
    std::string sentence() const;

    std::string root_;
    Output output_;
    Clock::time_point start_ = Clock::now();
    std::mutex mutex_;  // guards the four below
    size_t done_ = 0;
    size_t total_ = 0;
    std::string file_;
    std::string stage_;
    std::condition_variable_any wake_;
    std::jthread printer_;  // last: it uses the others
};

}  // namespace raddle::cli
