// SavedRecordings: a folder in which recordings are kept as they were when they had been read, indexed and analysed, so
// that they open at once the next time, however large they are, and only what is looked at comes into memory. A saved
// recording belongs to one state of a file, of the programs it is about and of the viewer: after any of them has
// changed it is not found. Damaged ones are removed and count as not there.
#pragma once

#include <QString>
#include <atomic>
#include <memory>
#include <optional>

#include "core/support/result.h"
#include "gui/models/recording/insight.h"
#include "gui/models/recording/recording.h"

namespace raddle::gui {

struct OpenedRecording {
    std::shared_ptr<const Recording> recording;
    std::shared_ptr<const Insight> insight;
};

class SavedRecordings {
  public:
    // The folder is made when something is first saved. What was not opened for longest goes when it would outgrow
    // `limitBytes`, or the disk have less than a quarter of what is free left.
    explicit SavedRecordings(QString folder, uint64_t limitBytes = kDefaultLimit)
        : folder_(std::move(folder)), limit_(limitBytes) {}

    // Costs as much as names, stacks and tables do, not events.
    std::optional<OpenedRecording> open(const QString& path) const;
    // Whether every event of one that was opened is about something that is there. Linear in the events. The window may
    // show a recording meanwhile, and has to let go of one that is not sound.
    static bool isSound(const OpenedRecording& opened, const std::atomic<bool>& cancelled);
    void remove(const QString& path) const;

    // `path` is what the recording was read from; it must not have changed since then. Ends soon, with nothing saved,
    // when `cancelled` becomes true.
    Result<> save(const QString& path, const Recording& recording, const Insight& insight,
                  const std::atomic<bool>& cancelled) const;

  private:
    QString fileOf(const QString& path) const;  // empty when there is no such recording

    static constexpr uint64_t kDefaultLimit = uint64_t{20} << 30;

    QString folder_;
    uint64_t limit_;
};

}  // namespace raddle::gui
