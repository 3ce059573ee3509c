// Markers: moments of a recording that are worth a mark on the rows of all threads they are about: what ThreadSanitizer
// reported, deadlocks, and the places where locks were taken in opposite orders. O(reports + findings).
#pragma once

#include <QString>
#include <vector>

#include "gui/models/session/session.h"

namespace raddle::gui {

struct Marker {
    trace::ThreadId thread;
    int64_t atNs = 0;
    Evidence evidence = Evidence::confirmed;
    uint32_t group = 0;         // the marks of one finding share it
    size_t finding = SIZE_MAX;  // in Session::findings()
    QString text;

    bool operator==(const Marker&) const = default;
};

// By time.
std::vector<Marker> markersOf(const Session& session);

}  // namespace raddle::gui
