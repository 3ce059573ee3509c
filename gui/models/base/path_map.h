// PathMap: where the sources that a recording or a report names lie on this machine. Rules are "OLD=NEW" (a path that
// begins with OLD is looked for below NEW) or "DIR" (the longest end of the path that exists below DIR).
#pragma once

#include <QString>
#include <string>
#include <vector>

namespace raddle::gui {

class PathMap {
  public:
    // Later rules are tried first. False when the rule names no folder that exists.
    bool add(const QString& rule);
    bool empty() const { return rules_.empty(); }

    // A file that exists; empty when there is none.
    QString find(const std::string& recorded) const;

  private:
    struct Rule {
        QString from;  // empty: any
        QString to;
    };
    std::vector<Rule> rules_;
};

}  // namespace raddle::gui
