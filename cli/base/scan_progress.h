// What `raddle scan` tells on standard error while it works: how far it is, and what the stages took.
#pragma once

#include <string>
#include <string_view>
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

// One line that is overwritten; nothing when standard error is not a terminal.
class Progress {
  public:
    explicit Progress(std::string root);
    ~Progress() { clear(); }
    void clear();
    void show(size_t done, size_t total, const std::string& file);
    void show(std::string_view stage);

  private:
    void overwrite(const std::string& line);

    std::string root_;
    bool terminal_;
    bool shown_ = false;
};

}  // namespace raddle::cli
