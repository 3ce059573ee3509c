// The commands of `raddle`, one file each. An add… function declares the command's options on `app` (with a
// description and an example in the footer) and returns what runs it; that returns the exit status.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace raddle::cli {

using Run = std::function<int()>;

// Exit statuses shared by the commands (scan adds kIncomplete; record passes on its command's own).
inline constexpr int kSuccess = 0;
inline constexpr int kFindings = 1;
inline constexpr int kBadInput = 2;
inline constexpr int kIncomplete = 3;

Run addDoctor(CLI::App& app);
Run addExplain(CLI::App& app);
Run addIr(CLI::App& app);
Run addRecord(CLI::App& app);
Run addExport(CLI::App& app);
Run addReport(CLI::App& app);
Run addScan(CLI::App& app);
Run addUnit(CLI::App& app);
Run addView(CLI::App& app);

}  // namespace raddle::cli
