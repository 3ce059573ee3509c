// How the widgets look: fonts, palette and style sheet from a Theme, icons, and a few drawing helpers shared by
// the pages.
#pragma once

#include <QFont>
#include <QIcon>
#include <QString>

#include "gui/models/answers/answers.h"
#include "gui/models/base/theme.h"

class QApplication;
class QLabel;
class QPainter;
class QRectF;

namespace raddle::gui {

// Sets font, palette and style sheet of the whole application.
void applyTheme(QApplication& app, const Theme& theme);

// The theme that suits the desktop's own palette.
const Theme& systemTheme();

QFont codeFont();  // fixed pitch, the size of the application font
QFont scaledFont(double factor, bool bold = false);
double fontScale();  // of the application font against 9 points at 96 dpi

QIcon pageIcon(Page page, const Theme& theme);

// Turns `names` in backquotes into bold code, and escapes the rest, for a rich-text label.
QString richText(const QString& text, const Theme& theme);

// A filled rounded box with one line of small bold text; returns its width.
double drawBadge(QPainter& painter, double x, double middle, const QString& text, const QColor& colour);

QLabel* makeLabel(const char* objectName, const QString& text = {});

}  // namespace raddle::gui
