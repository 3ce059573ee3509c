#include "gui/models/base/csv.h"

#include <QAbstractItemModel>

#include "gui/models/base/table_model.h"

namespace raddle::gui {
namespace {

QString field(QString text) {
    static const QString kSpecial = QStringLiteral(",\"\r\n");
    bool quote = std::any_of(text.begin(), text.end(), [](QChar c) { return kSpecial.contains(c); });
    if (!quote) return text;
    return QLatin1Char('"') + text.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
}

}  // namespace

QString toCsv(const QAbstractItemModel& model) {
    QString out;
    for (int c = 0; c < model.columnCount(); ++c) {
        QString title = model.headerData(c, Qt::Horizontal, Qt::DisplayRole).toString();
        QString unit = model.headerData(c, Qt::Horizontal, TableModel::UnitRole).toString();
        out += (c > 0 ? QStringLiteral(",") : QString()) +
               field(unit.isEmpty() ? title : title + QStringLiteral(" (%1)").arg(unit));
    }
    out += QLatin1String("\r\n");
    for (int r = 0; r < model.rowCount(); ++r) {
        for (int c = 0; c < model.columnCount(); ++c) {
            QVariant value = model.index(r, c).data(TableModel::SortRole);
            bool number = value.typeId() == QMetaType::Double;
            QString text = number ? QString::number(value.toDouble(), 'f',
                                                    value.toDouble() == static_cast<double>(value.toLongLong()) ? 0 : 6)
                                  : model.index(r, c).data().toString();
            out += (c > 0 ? QStringLiteral(",") : QString()) + field(text);
        }
        out += QLatin1String("\r\n");
    }
    return out;
}

}  // namespace raddle::gui
