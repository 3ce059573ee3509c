#include "gui/models/base/path_map.h"

#include <QFileInfo>
#include <QStringList>

namespace raddle::gui {
namespace {

// The longest end of `path` below `folder`: of /a/b/c.cpp first folder/a/b/c.cpp, last folder/c.cpp.
QString endBelow(const QString& folder, const QString& path) {
    QStringList parts = path.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    while (!parts.isEmpty()) {
        QString candidate = folder + QLatin1Char('/') + parts.join(QLatin1Char('/'));
        if (QFileInfo(candidate).isFile()) return candidate;
        parts.removeFirst();
    }
    return {};
}

}  // namespace

bool PathMap::add(const QString& rule) {
    qsizetype equals = rule.indexOf(QLatin1Char('='));
    Rule added{equals > 0 ? rule.left(equals) : QString(), rule.mid(equals + 1)};
    if (!QFileInfo(added.to).isDir()) return false;
    rules_.insert(rules_.begin(), std::move(added));
    return true;
}

QString PathMap::find(const std::string& recorded) const {
    QString path = QString::fromStdString(recorded);
    for (const Rule& rule : rules_) {
        if (rule.from.isEmpty()) {
            if (QString found = endBelow(rule.to, path); !found.isEmpty()) return found;
        } else if (path.startsWith(rule.from)) {
            QString found = rule.to + path.mid(rule.from.size());
            if (QFileInfo(found).isFile()) return found;
        }
    }
    return QFileInfo(path).isFile() ? path : QString();
}

}  // namespace raddle::gui
