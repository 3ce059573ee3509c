// A table as comma-separated values (RFC 4180): texts as shown, numbers in full, times in nanoseconds.
#pragma once

#include <QString>

class QAbstractItemModel;

namespace raddle::gui {

QString toCsv(const QAbstractItemModel& model);

}  // namespace raddle::gui
