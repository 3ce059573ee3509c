#include "gui/models/base/notes.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <algorithm>

namespace raddle::gui {
namespace {

constexpr int kVersion = 1;
constexpr qint64 kLargestFile = 4 << 20;

}  // namespace

QString notesPath(const QString& recording) {
    return recording + QStringLiteral(".notes.json");
}

Result<std::vector<Note>> loadNotes(const QString& recording) {
    std::vector<Note> notes;
    QString path = notesPath(recording);
    QFile file(path);
    if (!file.exists()) return notes;
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLargestFile)
        return Error{"cannot be read", path.toStdString()};
    QJsonParseError problem;
    QJsonObject root = QJsonDocument::fromJson(file.readAll(), &problem).object();
    if (problem.error != QJsonParseError::NoError)
        return Error{"not JSON: " + problem.errorString().toStdString(), path.toStdString()};
    if (root[QLatin1String("version")].toInt() != kVersion)
        return Error{"not notes of a version this viewer knows", path.toStdString()};
    const QJsonArray list = root[QLatin1String("notes")].toArray();
    for (const QJsonValue& value : list)
        notes.push_back({value[QLatin1String("at_ns")].toInteger(), value[QLatin1String("text")].toString()});
    std::sort(notes.begin(), notes.end(), [](const Note& a, const Note& b) { return a.atNs < b.atNs; });
    return notes;
}

QString saveNotes(const QString& recording, const std::vector<Note>& notes) {
    QString path = notesPath(recording);
    if (notes.empty()) {
        QFile::remove(path);
        return {};
    }
    QJsonArray list;
    for (const Note& note : notes)
        list.append(QJsonObject{{QStringLiteral("at_ns"), static_cast<qint64>(note.atNs)},
                                {QStringLiteral("text"), note.text}});
    QSaveFile file(path);
    QByteArray text =
        QJsonDocument(QJsonObject{{QStringLiteral("version"), kVersion}, {QStringLiteral("notes"), list}}).toJson();
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        return path + QStringLiteral(": cannot be written");
    return {};
}

}  // namespace raddle::gui
