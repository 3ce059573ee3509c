// Notes: bookmarks with a text at moments of a recording, kept in a file beside it ("run.raddle.notes.json") so that
// they can be handed on with it.
#pragma once

#include <QString>
#include <cstdint>
#include <vector>

#include "core/support/result.h"

namespace raddle::gui {

struct Note {
    int64_t atNs = 0;
    QString text;

    bool operator==(const Note&) const = default;
};

QString notesPath(const QString& recording);

// By time. A file that is not there is no notes; one that cannot be understood is an error.
Result<std::vector<Note>> loadNotes(const QString& recording);

// Empty when written, else what is wrong. Without notes the file is removed.
QString saveNotes(const QString& recording, const std::vector<Note>& notes);

}  // namespace raddle::gui
