#include "tests/gui/picture.h"

#include <QDir>
#include <algorithm>
#include <cstdlib>
#include <map>

namespace raddle::test {
namespace {

constexpr size_t kColours = 128;
constexpr int kAlike = 40;                // of 255, in each colour
constexpr double kMostDifferent = 0.002;  // of the pixels: a word or two, no column

bool isAlike(QRgb a, QRgb b) {
    return std::abs(qRed(a) - qRed(b)) <= kAlike && std::abs(qGreen(a) - qGreen(b)) <= kAlike &&
           std::abs(qBlue(a) - qBlue(b)) <= kAlike;
}

bool isNear(QRgb pixel, const QImage& image, int x, int y) {
    for (int py = std::max(y - 1, 0); py <= std::min(y + 1, image.height() - 1); ++py)
        for (int px = std::max(x - 1, 0); px <= std::min(x + 1, image.width() - 1); ++px)
            if (isAlike(pixel, image.pixel(px, py))) return true;
    return false;
}

// Small files: the colours that are there most, and the others as the nearest of those.
QImage packed(const QImage& image) {
    std::map<QRgb, int> counts;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) ++counts[image.pixel(x, y) | 0xff000000];
    std::vector<std::pair<int, QRgb>> order;
    for (auto [colour, count] : counts) order.emplace_back(-count, colour);
    std::sort(order.begin(), order.end());
    QList<QRgb> table;
    for (size_t i = 0; i < std::min(order.size(), kColours); ++i) table << order[i].second;
    return image.convertToFormat(QImage::Format_RGB32)
        .convertToFormat(QImage::Format_Indexed8, table, Qt::ThresholdDither);
}

}  // namespace

double difference(const QImage& one, const QImage& other, QImage* shown) {
    if (one.size() != other.size() || one.isNull()) return 1;
    if (shown) *shown = other.convertToFormat(QImage::Format_Grayscale8).convertToFormat(QImage::Format_RGB32);
    int64_t different = 0;
    for (int y = 0; y < one.height(); ++y)
        for (int x = 0; x < one.width(); ++x) {
            if (isNear(one.pixel(x, y), other, x, y) && isNear(other.pixel(x, y), one, x, y)) continue;
            ++different;
            if (shown) shown->setPixel(x, y, qRgb(220, 0, 0));
        }
    return static_cast<double>(different) / (static_cast<double>(one.width()) * one.height());
}

QString comparePicture(const QImage& actual, const QString& name) {
    QString file = QStringLiteral(RADDLE_SOURCE_DIR "/tests/gui/pictures/") + name + QStringLiteral(".png");
    if (qEnvironmentVariableIsSet("RADDLE_RENEW_PICTURES"))
        return packed(actual).save(file, "PNG", 0) ? QString() : file + " cannot be written";
    QImage expected(file);
    QImage shown;
    double share = difference(expected, actual, &shown);
    if (share <= kMostDifferent) return {};
    QDir out(QStringLiteral(RADDLE_BUILD_DIR "/pictures"));
    out.mkpath(QStringLiteral("."));
    actual.save(out.filePath(name + QStringLiteral(".png")));
    if (!shown.isNull()) shown.save(out.filePath(name + QStringLiteral("-differences.png")));
    if (expected.isNull()) return QStringLiteral("there is no %1").arg(file);
    if (expected.size() != actual.size()) return QStringLiteral("%1 has another size").arg(file);
    return QStringLiteral(
               "%1 % of the pixels differ from %2: see %3 and …-differences.png; CONTRIBUTING.md says how to "
               "renew pictures")
        .arg(share * 100, 0, 'f', 2)
        .arg(file, out.filePath(name + QStringLiteral(".png")));
}

}  // namespace raddle::test
