// Pictures of pages against pictures that somebody has looked at (tests/gui/pictures).
#pragma once

#include <QImage>
#include <QString>

namespace raddle::test {

// The share of pixels in which two pictures differ, 0..1; 1 for different sizes. A pixel differs when no pixel of the
// other one next to it, or at its place, is like it in all colours: edges that are drawn half a pixel elsewhere, as
// another version of FreeType does, are none. In `shown`, when given, what differs is red.
double difference(const QImage& one, const QImage& other, QImage* shown = nullptr);

// Empty when `actual` is like tests/gui/pictures/NAME.png; else what is wrong, with where to find the picture and its
// differences. Where RADDLE_RENEW_PICTURES is in the environment the file is written instead.
QString comparePicture(const QImage& actual, const QString& name);

}  // namespace raddle::test
